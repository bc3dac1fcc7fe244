package engine

import (
	"fmt"
	"runtime"
	"strings"

	"github.com/tracehound/tracehound/pkg/signature"
)

// unit is a signature at work and its counters.
type unit struct {
	sig      signature.Signature
	meta     signature.Metadata
	where    string
	events   uint64
	findings uint64
	errors   uint64
	disabled bool
}

// Count is what became of one signature.
type Count struct {
	ID, Name string
	Where    string
	Events   uint64 // events given to it
	Findings uint64
	Errors   uint64
	Disabled bool // it panicked
}

// Counts reports on every signature, in the order of Options.Signatures.
func (e *Engine) Counts() []Count {
	all := make([]Count, len(e.units))
	for i, u := range e.units {
		all[i] = Count{
			ID: u.meta.ID, Name: u.meta.Name, Where: u.where,
			Events: u.events, Findings: u.findings, Errors: u.errors, Disabled: u.disabled,
		}
	}
	return all
}

// panicSite is the file and line that panicked, when called while a panic is
// being recovered: the first frame above the run-time's own.
func panicSite() string {
	pcs := make([]uintptr, 64)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs)])
	panicking := false
	for {
		f, more := frames.Next()
		switch {
		case f.Function == "runtime.gopanic":
			panicking = true
		case panicking && !strings.HasPrefix(f.Function, "runtime."):
			return fmt.Sprintf("%s:%d", f.File, f.Line)
		}
		if !more {
			return "unknown"
		}
	}
}
