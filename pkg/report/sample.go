package report

import (
	"fmt"
	"time"

	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/signature"
)

// Sample is a finding of a signature that does not exist, by which people see
// that findings arrive.
func Sample(at time.Time, host string) *signature.Finding {
	return &signature.Finding{
		ID:        fmt.Sprintf("%032x", at.UnixNano()),
		Timestamp: at,
		Data:      map[string]any{"test": true},
		Event: &event.Event{
			Timestamp: at.UnixNano(), ProcessName: "rules", HostName: host, EventName: "ptrace", Executable: "/usr/bin/rules",
			HostProcessID: 1, HostThreadID: 1, ProcessID: 1, ThreadID: 1,
		},
		Metadata: signature.Metadata{
			ID: "TRC-0", Version: "1", Name: "Test of an output",
			Description: "Nothing has happened: somebody tries whether findings arrive.",
			Properties:  map[string]any{"Severity": 1},
		},
	}
}
