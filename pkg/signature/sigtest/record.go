package sigtest

import (
	"bytes"
	"fmt"

	"github.com/goccy/go-yaml"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/tracehound/tracehound/pkg/codec"
	"github.com/tracehound/tracehound/pkg/engine"
	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/signature"
)

// Record makes an archive of the events of a stream that a signature selects,
// and of what it finds in them, to be looked at and kept.
func Record(s signature.Signature, name string, events []*event.Event) ([]byte, error) {
	kept, err := selected(s, events)
	if err != nil {
		return nil, err
	}
	if len(kept) == 0 {
		return nil, fmt.Errorf("signature %s selects none of the %d events", s.Metadata().ID, len(events))
	}
	found, err := find(s, kept)
	if err != nil {
		return nil, err
	}
	var stream bytes.Buffer
	w, err := codec.NewWriter(&stream, codec.JSON)
	if err != nil {
		return nil, err
	}
	for _, e := range kept {
		if err := w.Write(e); err != nil {
			return nil, err
		}
	}
	if err := w.Flush(); err != nil {
		return nil, err
	}
	list := []finding{}
	for _, f := range found {
		list = append(list, finding(f))
	}
	findings, err := yaml.MarshalWithOptions(list, yaml.Flow(true))
	if err != nil {
		return nil, err
	}
	return txtar.Format(&txtar.Archive{
		Comment: []byte(s.Metadata().ID + " " + name + "\n"),
		Files:   []txtar.File{{Name: eventsFile, Data: stream.Bytes()}, {Name: findingsFile, Data: findings}},
	}), nil
}

// witness sees what a signature selects.
type witness struct {
	signature.Signature
	seen []*event.Event
}

func (w *witness) OnEvent(e *event.Event) (*signature.Match, error) {
	w.seen = append(w.seen, e)
	return nil, nil
}

func selected(s signature.Signature, events []*event.Event) ([]*event.Event, error) {
	w := &witness{Signature: s}
	e, err := engine.New(engine.Options{Signatures: []engine.Signature{{Signature: w}}, Serial: true})
	if err != nil {
		return nil, err
	}
	if err := e.OnBatch(events); err != nil {
		return nil, err
	}
	return w.seen, nil
}
