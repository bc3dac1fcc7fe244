package filter

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tracehound/tracehound/pkg/schema"
)

// Half is who decides a term.
type Half string

// The halves. What the kernel decides costs nothing in user space; what it
// cannot decide it still narrows where it can.
const (
	Kernel Half = "kernel"
	User   Half = "user"
)

// Limits of the kernel half on patterns.
const (
	KernelText   = 247 // bytes of a whole text, or before a *
	KernelSuffix = 64  // bytes behind a *
	// KernelArguments is how many arguments of one event it looks at, of those
	// among the first KernelIndex.
	KernelArguments = 4
	KernelIndex     = 16
)

// UndecidedPattern says why the kernel half cannot decide a pattern; "" when it
// can.
func UndecidedPattern(p Pattern) string {
	prefix, suffix, stars := p.Ends()
	switch {
	case len(prefix) > KernelText:
		return fmt.Sprintf("the kernel compares %d bytes", KernelText)
	case stars > 1, stars == 1 && prefix != "" && suffix != "":
		return fmt.Sprintf("the kernel knows TEXT, TEXT* and *TEXT, not %q", string(p))
	case len(suffix) > KernelSuffix:
		return fmt.Sprintf("the kernel compares %d bytes behind a *", KernelSuffix)
	}
	return ""
}

// UserScope says why user space decides a term of a scope; "" when the kernel
// does, or when it is no term of a scope.
func UserScope(t Term) string {
	switch t.Field {
	case "container-name", "image", "pod", "namespace", labelField:
		return "what a container is called comes from its runtime"
	case "comm", "uts", "binary":
		for _, p := range t.Patterns {
			if why := UndecidedPattern(Pattern(strings.TrimPrefix(string(p), "host:"))); why != "" {
				return why
			}
		}
	}
	return ""
}

// FromKernel reports whether BPF programs make the event; others the tracer
// makes itself.
func FromKernel(def *schema.Event) bool { return len(def.Programs) > 0 || def.Syscall != nil }

// Undecided says why user space decides a condition of a policy on an event; ""
// when the kernel does.
func (f *Filter) Undecided(p *Policy, def *schema.Event, c *Condition) string {
	if !FromKernel(def) {
		return "the tracer itself makes " + def.Name
	}
	if other := f.NeededBy(p, def); other != "" {
		return other + " is made from all of them"
	}
	switch {
	case c.Field == nil:
		return ""
	case c.Field.Named:
		return "the tracer itself finds " + c.Field.Name + " where only its address is known"
	case c.Field.Kind.Info().Enc != schema.EncString:
		return "the kernel compares return values, texts and paths, not values of kind " + c.Field.Kind.String()
	case c.Index >= KernelIndex:
		return fmt.Sprintf("the kernel looks at the first %d arguments", KernelIndex)
	case !slices.Contains(f.KernelIndexes(def), c.Index):
		return fmt.Sprintf("the kernel looks at %d arguments of one event", KernelArguments)
	}
	for _, list := range [][]Pattern{c.Texts.Equal, c.Texts.NotEqual} {
		for _, p := range list {
			if why := UndecidedPattern(p); why != "" {
				return why
			}
		}
	}
	return ""
}

// KernelIndexes are the arguments of an event that the kernel looks at for all
// policies together: the first few that have conditions it knows.
func (f *Filter) KernelIndexes(def *schema.Event) []int {
	var list []int
	for i := range f.Policies {
		for _, c := range f.Policies[i].Conditions[def.Name] {
			if c.Field == nil || c.Field.Named || c.Field.Kind.Info().Enc != schema.EncString || c.Index >= KernelIndex ||
				slices.Contains(list, c.Index) {
				continue
			}
			if len(list) == KernelArguments {
				return list
			}
			list = append(list, c.Index)
		}
	}
	return list
}

// DecidedTerm is a term with the half that decides it.
type DecidedTerm struct {
	Policy string `json:"policy,omitempty"`
	Term   string `json:"term"`
	Half   Half   `json:"half"`
	Why    string `json:"why"`
}

// Decide says of every term of the filter who decides it, and why.
func (f *Filter) Decide() []DecidedTerm {
	var list []DecidedTerm
	for i := range f.Policies {
		p := &f.Policies[i]
		for _, t := range p.Terms {
			half, why := f.decide(p, t)
			list = append(list, DecidedTerm{Policy: p.Name, Term: t.Expr, Half: half, Why: why})
		}
	}
	return list
}

func (f *Filter) decide(p *Policy, t Term) (Half, string) {
	if t.Event != nil {
		return f.decideCondition(p, t)
	}
	if why := UserScope(t); why != "" {
		return User, why
	}
	for i := range fields {
		if fields[i].Name != t.Field {
			continue
		}
		if t.Field == Retval {
			for _, e := range p.Events {
				if why := f.Undecided(p, e, &Condition{}); why != "" {
					return User, why + "; of other events the kernel decides"
				}
			}
		}
		return Kernel, fields[i].why
	}
	return User, "unknown field"
}

func (f *Filter) decideCondition(p *Policy, t Term) (Half, string) {
	for i := range p.Conditions[t.Event.Name] {
		c := &p.Conditions[t.Event.Name][i]
		if t.Event.Name+"."+c.Name() != t.Field {
			continue
		}
		switch why := f.Undecided(p, t.Event, c); {
		case why != "":
			return User, why
		case c.Field == nil:
			return Kernel, "known before a record is made"
		}
		return Kernel, "compared in the record, before it is submitted"
	}
	return User, "unknown argument"
}
