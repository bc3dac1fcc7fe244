package outlet

import (
	"context"
	"time"

	"github.com/tracehound/tracehound/pkg/report"
	"github.com/tracehound/tracehound/pkg/report/output"
	"github.com/tracehound/tracehound/pkg/report/spool"
	"github.com/tracehound/tracehound/pkg/signature"
)

// Result is what came of one attempt.
type Result struct {
	Name, Kind string
	Took       time.Duration
	Err        error
}

// Try sends a finding to each output once, without filters and queues.
func Try(ctx context.Context, o Options, f *signature.Finding) []Result {
	all := &Outlets{opts: o}
	results := make([]Result, 0, len(o.Specs))
	for _, s := range o.Specs {
		began := time.Now()
		err := all.try(ctx, s, f)
		results = append(results, Result{s.Name, s.Kind, time.Since(began), err})
	}
	return results
}

func (a *Outlets) try(ctx context.Context, s output.Spec, f *signature.Finding) error {
	form, err := report.LookupAs(s.Format, s.ContentType)
	if err != nil {
		return err
	}
	out := newOutlet(s, form)
	payload, err := out.render(f, 0)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, s.Timeout)
	defer cancel()
	sender, err := a.sender(ctx, out)
	if err != nil {
		return err
	}
	_, err = sender.Send(ctx, []spool.Item{{Seq: 1, ID: f.ID, Severity: f.Metadata.Severity(), Time: f.Timestamp, Queued: f.Timestamp, Payload: payload}})
	if err2 := sender.Close(); err == nil {
		err = err2
	}
	return err
}
