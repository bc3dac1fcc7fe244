package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/signature"
)

// finding is what programs see of a finding. Data, Context and SigMetadata are the
// keys that existing receivers read. Templates see the same by the Go names.
type finding struct {
	Data        map[string]any
	Context     *event.Event
	SigMetadata signature.Metadata
	Timestamp   string     `json:"timestamp"` // of the event, RFC 3339 with nanoseconds
	ID          string     `json:"id"`
	Ancestors   []ancestor `json:"ancestors"` // nearest first; empty when none is known
	// LostEvents is how many events the tracer had lost before this finding.
	LostEvents uint64 `json:"lostEvents,omitempty"`
}

// ancestor is one program in the process's line of descent. Any member may be
// unknown.
type ancestor struct {
	ExecID        string `json:"execId,omitempty"`
	HostProcessID int    `json:"hostProcessId,omitempty"`
	ProcessName   string `json:"processName,omitempty"`
	Executable    string `json:"executable,omitempty"`
}

func newFinding(f *signature.Finding, lost uint64) *finding {
	v := &finding{
		Data: f.Data, Context: f.Event, SigMetadata: f.Metadata,
		Timestamp: f.Timestamp.UTC().Format(time.RFC3339Nano), ID: f.ID,
		Ancestors: []ancestor{}, LostEvents: lost,
	}
	for _, a := range f.Event.Ancestors {
		v.Ancestors = append(v.Ancestors, ancestor{a.ExecID, a.HostProcessID, a.ProcessName, a.Executable})
	}
	if len(v.Ancestors) > 0 {
		return v
	}
	// An event names its parent; what stands above the tracer says when it is asked to.
	if e := f.Event; e.ParentExecID != "" || e.HostParentProcessID != 0 {
		v.Ancestors = append(v.Ancestors, ancestor{ExecID: e.ParentExecID, HostProcessID: e.HostParentProcessID})
	}
	return v
}

func jsonLine(f *signature.Finding, lost uint64) ([]byte, error) {
	v := newFinding(f, lost)
	b, err := marshal(v)
	if err == nil {
		return b, nil
	}
	// A signature put something into its data or metadata that JSON cannot
	// hold. The finding matters more than that.
	v.Data = representable(v.Data)
	v.SigMetadata.Properties = representable(v.SigMetadata.Properties)
	return marshal(v)
}

// marshal is one line of JSON that leaves < > & as they are.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return b.Bytes(), err
}

// representable replaces members that JSON cannot hold by their text.
func representable(m map[string]any) map[string]any {
	if m == nil {
		return nil
	}
	to := make(map[string]any, len(m))
	for k, v := range m {
		if _, err := json.Marshal(v); err != nil {
			v = fmt.Sprint(v)
		}
		to[k] = v
	}
	return to
}
