// Package signature is the contract for authors of detections: a signature
// names the events it wants to see and says which of them are findings.
package signature

import (
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

// Selector names events. Empty Name or Origin means any; Source is "",
// "tracehound" or "tracee", which all mean the tracer.
type Selector struct {
	Source string `json:"source"`
	Name   string `json:"name"`
	Origin string `json:"origin"` // "", "*", "host" or "container"
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
