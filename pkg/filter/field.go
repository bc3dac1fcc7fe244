package filter

import (
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
)

// Field is one row of the grammar: what may stand on the left of an operator.
// The parser, its errors and the help text all read these rows.
type Field struct {
	Name  string
	Short string // one-letter form; "" when there is none
	// Operators that the field takes. "" is the bare name, "!" is !NAME.
	Operators []string
	Values    string // what a value is, for people; "" when it takes none
	Doc       string
	Example   string

	add func(*builder, expression) error
}

// Operators as a user writes them, in groups that fields share.
var (
	equality = []string{"=", "!="}
	ordering = []string{"=", "!=", "<", "<=", ">", ">="}
	yesNo    = []string{"", "!", "="}
	bareOnly = []string{""}
)

// fields is the grammar.
var fields = []Field{
	{
		Name: "event", Short: "e", Operators: equality, Values: "event names; * stands for any text",
		Doc:     "select events; != takes events away, whatever selected them",
		Example: "event=execve,security_*", add: (*builder).addEvent,
	},
	{
		Name: "set", Short: "s", Operators: equality, Values: "set names",
		Doc:     "select all events of a set; != takes them away; without event= and set= it is set=default",
		Example: "set=fs", add: (*builder).addSet,
	},
	{
		Name: "comm", Operators: equality, Values: "process names, at most 15 bytes",
		Doc:     "the process name is one of these; quote a name that holds a comma",
		Example: "comm=bash,run.sh", add: (*builder).addComm,
	},
	{
		Name: "pid", Short: "p", Operators: ordering, Values: numberRange,
		Doc:     "the process id, as the host sees it",
		Example: "pid=510,1709", add: (*builder).addPID,
	},
	{
		Name: "uid", Short: "u", Operators: ordering, Values: numberRange,
		Doc:     "the real user id, as the host sees it",
		Example: "uid>=1000", add: (*builder).addUID,
	},
	{
		Name: "tree", Operators: equality, Values: "process ids, at least 1",
		Doc:     "the process is one of these or descends from it; of several ancestors the nearest decides",
		Example: "tree=1", add: (*builder).addTree,
	},
	{
		Name: "container", Short: "c", Operators: yesNo, Values: "true or false",
		Doc:     "the process runs in a container; !container: on the host",
		Example: "!container", add: (*builder).addContainer,
	},
	{
		Name: "follow", Short: "f", Operators: bareOnly,
		Doc:     "a process once accepted stays accepted, and so do its descendants, whatever the other filters say",
		Example: "follow", add: (*builder).addFollow,
	},
}

// Fields lists the rows of the grammar.
func Fields() []Field { return slices.Clone(fields) }

func lookup(name string) *Field {
	for i := range fields {
		if f := &fields[i]; f.Name == name || (f.Short != "" && f.Short == name) {
			return f
		}
	}
	return nil
}

func fieldNames() []string {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.Name
	}
	return names
}

func knownFields() string { return "known: " + strings.Join(fieldNames(), ", ") }

// check reports an operator that the field does not take.
func (f *Field) check(e expression) error {
	op := e.op.text
	switch {
	case e.negated && !slices.Contains(f.Operators, "!"):
		return e.wrong(e.name, f.usage(), "field %s cannot be negated with a leading !", f.Name)
	case e.negated && op != "":
		return e.wrong(e.op, f.usage(), "operator %q after !%s", op, f.Name)
	case e.negated, op != "!" && slices.Contains(f.Operators, op):
		return nil
	case op == "":
		return e.wrong(e.name, f.usage(), "field %s needs an operator and a value", f.Name)
	case f.Values == "":
		return e.wrong(e.op, f.usage(), "field %s takes no value", f.Name)
	}
	return e.wrong(e.op, f.usage(), "field %s has no operator %q", f.Name, op)
}

// usage says how the field is written: "write comm= or comm!=".
func (f *Field) usage() string { return "write " + strings.Join(f.forms(), " or ") }

func (f *Field) forms() []string {
	forms := make([]string, len(f.Operators))
	for i, op := range f.Operators {
		if op == "!" {
			forms[i] = "!" + f.Name
		} else {
			forms[i] = f.Name + op
		}
	}
	return forms
}

// Help is the grammar of --trace for people, made from the rows.
func Help() string {
	var b strings.Builder
	b.WriteString(helpIntro)
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, f := range fields {
		name := f.Name
		if f.Short != "" {
			name += ", " + f.Short
		}
		fmt.Fprintf(w, "  %s\t%s\t%s\n", name, strings.Join(f.forms(), "  "), f.Example)
	}
	_ = w.Flush() // to memory
	b.WriteString("\nMeaning:\n")
	for _, f := range fields {
		fmt.Fprintf(&b, "  %s: %s", f.Name, f.Doc)
		if f.Values != "" {
			fmt.Fprintf(&b, " (values: %s)", f.Values)
		}
		b.WriteString("\n")
	}
	b.WriteString(helpRules)
	return b.String()
}

const helpIntro = `--trace EXPRESSION selects events and the processes they come from.
The flag may be repeated: expressions on different fields must all hold,
expressions on the same field add up.

Fields (with short form), how they are written, an example:
`

const helpRules = `
Several values of one field:
  =            any of the values
  !=           none of the values; with = on the same field: those, less these
  < <= > >=    all of them hold; a value that = or != names is decided by that
               alone, so uid=0 with uid>1000 means 0 or above 1000
A value may be quoted, "a,b" or 'a,b'; a backslash in quotes takes the next
character as it is. At most 256 values per field.
`
