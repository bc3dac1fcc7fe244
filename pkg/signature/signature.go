// Package signature is the contract for authors of detections: a signature
// names the events it wants to see and says which of them are findings.
package signature

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/tracehound/tracehound/pkg/event"
)

// Signature is one detection. The engine calls a signature from one goroutine
// at a time, with its events in stream order.
type Signature interface {
	Metadata() Metadata
	// Selectors says which events the signature wants; at least one.
	Selectors() []Selector
	// OnEvent looks at one selected event and returns what it found, nil for
	// nothing. An error is counted and reported; the signature goes on. The
	// event is shared: it must not be changed, nor kept after the call.
	OnEvent(e *event.Event) (*Match, error)
}

// Stateful is what signatures that remember events also implement.
type Stateful interface {
	// Reset forgets all of them.
	Reset()
}

// Reader is what signatures also implement that can say which arguments they
// read, so that people are told when the tracer leaves one out.
type Reader interface {
	// Reads reports whether the signature, of an event that it selects, reads the
	// argument.
	Reads(event, argument string) bool
}

// Match is what a signature says of an event that it reports.
type Match struct {
	// Data is the finding's own data, JSON-shaped; may be nil.
	Data map[string]any
}

// Metadata describes a signature to people and to receivers of findings. The
// JSON keys are the Go names, which is what existing receivers read.
type Metadata struct {
	ID          string
	Version     string
	Name        string
	Description string
	Tags        []string
	Properties  map[string]any // Severity 0–4, "MITRE ATT&CK", external_id, …
}

// Severity is the property that says how bad a signature's findings are, from 0 to
// MaxSeverity.
const (
	Severity    = "Severity"
	MaxSeverity = 4
)

// Property is one of the properties as text, "" when there is none.
func (m Metadata) Property(name string) string {
	if v, ok := m.Properties[name]; ok && v != nil {
		return fmt.Sprint(v)
	}
	return ""
}

// Severity is -1 when the metadata says none that is a whole number.
func (m Metadata) Severity() int {
	n, err := strconv.Atoi(m.Property(Severity))
	if err != nil {
		return -1
	}
	return n
}

// aliasesKey is the property that lists other ids by which a signature is known,
// such as those of other versions of Tracee. Several signatures may share one.
const aliasesKey = "aliases"

// Aliases are the other ids of the signature.
func (m Metadata) Aliases() []string {
	var all []string
	switch list := m.Properties[aliasesKey].(type) {
	case []string:
		all = list
	case []any:
		for _, v := range list {
			all = append(all, fmt.Sprint(v))
		}
	}
	return all
}

// IsCalled reports whether id is the signature's id or an alias of it.
func (m Metadata) IsCalled(id string) bool { return m.ID == id || slices.Contains(m.Aliases(), id) }

// Selector names events. Empty or "*" means any.
type Selector struct {
	Source string `json:"source"` // "", "*", "tracehound" or "tracee": the tracer
	Name   string `json:"name"`   // "", "*" or the name of an event
	Origin string `json:"origin"` // "", "*", "host" or "container"
}

// Any reports whether the selector wants events of every name.
func (s Selector) Any() bool { return s.Name == "" || s.Name == "*" }

// Check returns an error when the source or the origin does not exist. It
// does not know the names of events.
func (s Selector) Check() error {
	switch s.Source {
	case "", "*", "tracehound", "tracee":
	default:
		return fmt.Errorf("unknown source %q: must be tracehound or tracee, or left out", s.Source)
	}
	switch s.Origin {
	case "", "*", string(event.Host), string(event.Container):
		return nil
	}
	return fmt.Errorf("unknown origin %q: must be host, container or *", s.Origin)
}

// Finding is one detection that a signature made.
type Finding struct {
	// ID is stable: the same event and signature give the same id, so that
	// receivers can drop duplicates.
	ID        string
	Timestamp time.Time // of the event
	Data      map[string]any
	Event     *event.Event
	Metadata  Metadata
}
