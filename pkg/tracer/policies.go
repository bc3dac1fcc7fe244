package tracer

import (
	"errors"

	"github.com/tracehound/tracehound/pkg/catalog"
	"github.com/tracehound/tracehound/pkg/cli"
	"github.com/tracehound/tracehound/pkg/filter"
	"github.com/tracehound/tracehound/pkg/filter/policy"
)

// wanted is what the flags --trace and --policy ask for.
type wanted struct {
	trace    []string
	policies []string // files and folders
}

// filter reads it. The --trace expressions are a policy without a name, which
// there is when there are no others.
func (w wanted) filter() (*filter.Filter, error) {
	all, err := policy.Load(w.policies, catalog.Events())
	if err != nil {
		return nil, cli.Usage(err)
	}
	if len(w.trace) > 0 || len(all) == 0 {
		p, err := filter.ParsePolicy("", w.trace, catalog.Events())
		if err != nil {
			return nil, badTrace(err)
		}
		all = append([]filter.Policy{*p}, all...)
	}
	f, err := filter.Join(all, catalog.Events())
	if err != nil {
		return nil, cli.Usage(err)
	}
	return f, nil
}

// badTrace puts an error of a --trace expression the way that errors of flags are.
func badTrace(err error) error {
	var bad *filter.Error
	if !errors.As(err, &bad) {
		return err
	}
	what := bad.What
	if bad.Hint != "" {
		what += "; " + bad.Hint
	}
	return cli.WithHint(cli.Usagef("flag --trace %q: %s", bad.Expr, what), "see 'tracer --trace help'")
}
