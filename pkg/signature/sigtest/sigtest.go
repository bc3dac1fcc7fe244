// Package sigtest tests signatures: a case gives events to one signature, new
// for each case, and says which of them are findings, and with what data.
//
// Cases are YAML, several in a file:
//
//	apiVersion: tracehound/v1
//	kind: Cases
//	signature: X-1
//	cases:
//	  - name: hosts is written in a container
//	    events:
//	      - {event: security_file_open, containerId: c0ffee, args: {pathname: /etc/hosts, flags: O_WRONLY|O_TRUNC}}
//	    findings:
//	      - {event: 1, data: {file: /etc/hosts}}
//	  - name: on the host
//	    events:
//	      - {event: security_file_open, args: {pathname: /etc/hosts, flags: O_WRONLY}}
//	    findings: []
//
// or a txtar archive with one case: the files "events", a recorded stream, and
// "findings", the YAML list, after a comment that begins with the signature's id
// and goes on with the case's name.
package sigtest

import (
	"fmt"

	"github.com/google/go-cmp/cmp"

	"github.com/tracehound/tracehound/pkg/engine"
	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/signature"
)

// Case is events and what a signature must find in them.
type Case struct {
	Where     signature.Position
	Name      string
	Signature string // id
	Events    []*event.Event
	Findings  []Finding // in the order of the events; none: the signature must stay silent
}

// Finding is one that is expected.
type Finding struct {
	Event int // from 1
	// Data, unless nil, is the finding's whole data, JSON-shaped.
	Data map[string]any
}

// Run gives the case's events to a signature, which must remember nothing, and
// returns an error that says how its findings differ from those of the case.
func (c *Case) Run(s signature.Signature) error {
	got, err := find(s, c.Events)
	if err != nil {
		return err
	}
	want := make([]Finding, len(c.Findings))
	for i, f := range c.Findings {
		want[i] = Finding{f.Event, shape(f.Data)}
		if f.Data == nil && i < len(got) {
			got[i].Data = nil
		}
	}
	if diff := cmp.Diff(want, got, cmp.FilterPath(isData, cmp.Transformer("", plain))); diff != "" {
		return fmt.Errorf("findings differ (-want +got):\n%s", diff)
	}
	return nil
}

func isData(p cmp.Path) bool { return p.Last().String() == ".Data" }

// plain makes no data and empty data the same.
func plain(data map[string]any) map[string]any {
	if data == nil {
		return map[string]any{}
	}
	return data
}

// find runs a signature alone. Its errors and panics fail the case.
func find(s signature.Signature, events []*event.Event) ([]Finding, error) {
	found := []Finding{}
	at := map[*event.Event]int{}
	for i, e := range events {
		at[e] = i + 1
	}
	g := &guarded{Signature: s}
	e, err := engine.New(engine.Options{
		Signatures: []engine.Signature{{Signature: g}}, Serial: true,
		Report: func(f *signature.Finding, _ uint64) error {
			found = append(found, Finding{at[f.Event], shape(f.Data)})
			return nil
		},
	})
	if err != nil {
		return nil, err
	}
	for i, ev := range events {
		if err := e.OnBatch([]*event.Event{ev}); err != nil {
			return nil, err
		}
		if g.err != nil {
			return nil, fmt.Errorf("event %d (%s): %w", i+1, ev.EventName, g.err)
		}
	}
	return found, nil
}

// guarded keeps what goes wrong in a signature.
type guarded struct {
	signature.Signature
	err error
}

func (g *guarded) OnEvent(e *event.Event) (m *signature.Match, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("signature panicked: %v", r)
		}
		g.err = err
	}()
	return g.Signature.OnEvent(e)
}
