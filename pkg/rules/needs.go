package rules

import (
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/signature/load"
)

// tracerOption is how tracer is asked for what it does not give unasked.
const tracerOption = "--output option:"

func tracerFlagsCommand(o *options) *cobra.Command {
	return &cobra.Command{
		Use:   "tracer-flags",
		Short: "Print what tracer must be started with for the signatures",
		Long: `Prints flags for tracer: the events that the signatures select, as list-events
does, and the options for arguments that they read and tracer does not give
unasked, such as the environment of programs.`,
		Example: "  tracer $(rules tracer-flags) | rules",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return o.tracerFlags(cmd.OutOrStdout())
		},
	}
}

func (o *options) tracerFlags(to io.Writer) error {
	all, err := o.load(slog.Default())
	if err != nil {
		return err
	}
	flags := "--trace event=" + strings.Join(all.events(), ",")
	for _, option := range all.optionsOf("") {
		flags += " " + tracerOption + option
	}
	_, err = fmt.Fprintln(to, flags)
	return err
}

// optionsOf are those that a signature needs, any of them with id "", sorted.
func (l *loaded) optionsOf(id string) []string {
	names := []string{}
	for n, ids := range l.needs {
		if id == "" || slices.Contains(ids, id) {
			names = append(names, n.Option)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// lack notices that events come without an argument that signatures read. Of
// what is there once nothing more is asked.
type lack struct {
	log  *slog.Logger
	open map[string][]*missing // by event
}

type missing struct {
	load.Need
	signatures []string
	events     int // without it
}

// patience is how many events must lack an argument: a single one can for
// reasons of its own.
const patience = 16

func newLack(needs map[load.Need][]string, log *slog.Logger) lack {
	l := lack{log, map[string][]*missing{}}
	for n, ids := range needs {
		l.open[n.Event] = append(l.open[n.Event], &missing{Need: n, signatures: ids})
	}
	return l
}

func (l *lack) see(e *event.Event) {
	open := l.open[e.EventName]
	if len(open) == 0 {
		return
	}
	l.open[e.EventName] = slices.DeleteFunc(open, func(m *missing) bool {
		if e.Arg(m.Argument) != nil {
			return true
		}
		m.events++
		if m.events == patience {
			l.tell(m)
		}
		return m.events == patience
	})
}

// end tells of what a short input lacked.
func (l *lack) end() {
	for _, open := range l.open {
		for _, m := range open {
			if m.events > 0 {
				l.tell(m)
			}
		}
	}
	clear(l.open)
}

func (l *lack) tell(m *missing) {
	l.log.Warn("signatures do not see all that they look for: tracer needs "+tracerOption+m.Option,
		"signatures", strings.Join(m.signatures, ","), "event", m.Event, "argument", m.Argument, "hint", "tracer $(rules tracer-flags)")
}
