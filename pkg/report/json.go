package report

import (
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
	return &finding{
		Data: f.Data, Context: f.Event, SigMetadata: f.Metadata,
		Timestamp: f.Timestamp.UTC().Format(time.RFC3339Nano), ID: f.ID,
		Ancestors: ancestorsOf(f.Event), LostEvents: lost,
	}
}

// ancestorsOf are those that the event names, else its parent, which every event
// names; what stands above, the tracer says when it is asked to.
func ancestorsOf(e *event.Event) []ancestor {
	all := []ancestor{}
	for _, a := range e.Ancestors {
		all = append(all, ancestor{a.ExecID, a.HostProcessID, a.ProcessName, a.Executable})
	}
	if len(all) == 0 && (e.ParentExecID != "" || e.HostParentProcessID != 0) {
		all = append(all, ancestor{ExecID: e.ParentExecID, HostProcessID: e.HostParentProcessID})
	}
	return all
}

func jsonLine(f *signature.Finding, lost uint64) ([]byte, error) {
	return encode(f, func(f *signature.Finding) any { return newFinding(f, lost) })
}
