package filter

import (
	"fmt"
	"runtime"
	"strconv"
	"strings"

	"github.com/tracehound/tracehound/pkg/cli/nearest"
	"github.com/tracehound/tracehound/pkg/schema"
)

// argument is what EVENT.ARG on the left of an operator names.
type argument struct {
	event *schema.Event
	index int           // of the event in the catalogue
	field *schema.Field // nil for the return value
	place int           // of the field in the event
	row   Field         // how it may be used
}

// argument finds the event and its argument, or return value.
func (b *builder) argument(e expression) (*argument, error) {
	name, arg, _ := strings.Cut(e.name.text, ".")
	at := word{text: name, raw: name, pos: e.name.pos}
	for i := range b.catalogue {
		def := &b.catalogue[i]
		if def.Name != name {
			continue
		}
		if def.ID == schema.None {
			return nil, e.wrong(at, "leave it out", "event %q does not exist on %s", name, runtime.GOARCH)
		}
		return e.argumentOf(def, i, word{text: arg, raw: arg, pos: e.name.pos + len(name) + 1})
	}
	return nil, e.wrong(at, didYouMean(name, eventNames(b.catalogue), "tracer list shows all events"), "unknown event %q", name)
}

func (e expression) argumentOf(def *schema.Event, index int, arg word) (*argument, error) {
	a := &argument{event: def, index: index, place: -1, row: Field{Name: def.Name + "." + arg.text, Operators: ordering, Values: "errno names or numbers"}}
	if arg.text == Retval {
		return a, nil
	}
	var names []string
	for i := range def.Fields {
		f := &def.Fields[i]
		names = append(names, f.Name)
		if f.Name != arg.text {
			continue
		}
		a.field, a.place = f, i
		a.row.Values = f.Kind.Info().Doc
		if !f.Kind.Info().Enc.Numeric() {
			a.row.Operators = equality
		}
		return a, nil
	}
	names = append(names, Retval)
	hint := fmt.Sprintf("%s has %s", def.Name, strings.Join(names, ", "))
	if near := nearest.Word(arg.text, names); near != "" {
		hint = fmt.Sprintf("did you mean %q? %s", near, hint)
	}
	if arg.text == "" {
		return nil, e.wrong(arg, hint, "argument missing after %q", def.Name+".")
	}
	return nil, e.wrong(arg, hint, "event %s has no argument %q", def.Name, arg.text)
}

// addCondition adds an expression on an argument, which also selects the event.
func (b *builder) addCondition(e expression, a *argument) error {
	b.events.add(expression{op: word{text: "="}, text: e.text, name: e.name}, []int{a.index})
	c := b.condition(a)
	if a.field == nil {
		return addNumbers(&c.Numbers, e, signed64, errno)
	}
	enc := a.field.Kind.Info().Enc
	for _, v := range e.values {
		if err := addValue(c, e, v, enc); err != nil {
			return err
		}
		if err := limit(e, v, c.count()); err != nil {
			return err
		}
	}
	return nil
}

// condition is that on the argument, made on first use.
func (b *builder) condition(a *argument) *Condition {
	list := b.policy.Conditions[a.event.Name]
	for i := range list {
		if list[i].Index == a.place {
			return &list[i]
		}
	}
	b.policy.Conditions[a.event.Name] = append(list, Condition{Field: a.field, Index: a.place})
	return &b.policy.Conditions[a.event.Name][len(list)]
}

func addValue(c *Condition, e expression, v word, enc schema.Encoding) error {
	equal := e.op.text == "=" || e.op.text == "!="
	kind := c.Field.Kind
	_, _, stars := v.pattern.Ends()
	switch {
	case !enc.Numeric():
		if err := fits(c.Field, e, v, stars); err != nil {
			return err
		}
		c.Texts.add(e.op.text, v.pattern)
		return nil
	case equal && stars > 0 && kind.Info().Format != nil:
		c.Texts.add(e.op.text, v.pattern)
		return nil
	case equal:
		if want, mask, ok := kind.Contains(v.text); ok {
			list := &c.Flags.Equal
			if e.op.text == "!=" {
				list = &c.Flags.NotEqual
			}
			*list = append(*list, Mask{want, mask})
			return nil
		}
	}
	one := e
	one.values = []word{v}
	return addNumbers(&c.Numbers, one, boundsOf(enc), func(e expression, v word) (int64, error) {
		return argumentNumber(c.Field, e, v)
	})
}

// fits refuses values that an argument of text cannot have.
func fits(f *schema.Field, e expression, v word, stars int) error {
	if err := noZero(e, v); err != nil {
		return err
	}
	switch enc := f.Kind.Info().Enc; {
	case enc == schema.EncBool && v.text != "true" && v.text != "false":
		return e.wrong(v, "write true or false", "value %q of %s is neither true nor false", v.text, e.field)
	case enc == schema.EncI32Pair && stars == 0:
		if _, err := strconv.ParseInt(v.text, 10, 32); err != nil {
			return e.wrong(v, "", "value %q of %s is not a number", v.text, e.field)
		}
	}
	return nil
}

// argumentNumber reads a number, or its name, as values of the field are.
func argumentNumber(f *schema.Field, e expression, v word) (int64, error) {
	info := f.Kind.Info()
	parse := info.Parse
	if parse == nil {
		parse = func(s string) (int64, bool) { return info.Enc.Number(s) }
	}
	n, ok := parse(v.text)
	if !ok {
		hint := ""
		if info.Format != nil {
			hint = "write a number, or a name as tracer prints it"
		}
		return 0, e.wrong(v, hint, "value %q of %s is not %s", v.text, e.field, info.Doc)
	}
	return rank(info.Enc, n), nil
}

// errno reads a return value: a number, or the name of an error, with or without
// the sign that it has as a return value.
func errno(e expression, v word) (int64, error) {
	text := v.text
	if strings.HasPrefix(text, "E") {
		text = "-" + text
	}
	n, ok := schema.Errno.Info().Parse(text)
	if !ok {
		return 0, e.wrong(v, "write a number, or the name of an error such as -EACCES", "value %q of %s is not a return value", v.text, e.field)
	}
	return n, nil
}

// checkConditions refuses conditions on an event that is taken away again, and
// such as no event fulfils.
func (b *builder) checkConditions() error {
	for _, t := range b.policy.Terms {
		if t.Event == nil {
			continue
		}
		e := b.last[t.Field]
		if !b.policy.Wants(t.Event.Name) {
			return e.wrong(e.name, "leave one of them out", "event %s has a condition and is excluded", t.Event.Name)
		}
		for _, c := range b.policy.Conditions[t.Event.Name] {
			if t.Event.Name+"."+c.Name() == t.Field && !c.satisfiable() {
				return e.wrong(e.name, "", "no %s is left: every value allowed is also excluded", t.Field)
			}
		}
	}
	return nil
}
