package kernel

import (
	"slices"
	"sort"
	"strings"

	"github.com/tracehound/tracehound/pkg/filter"
	"github.com/tracehound/tracehound/pkg/schema"
)

// Verdict is struct verdict: the policies of which a text fits a pattern behind =
// (or that have none), and those of which it fits one behind !=.
type Verdict struct{ Yes, No Policies }

// Text is an entry of a table of texts. A look-up finds the longest Text that
// the value, with its NUL, begins with; or, Reversed, its bytes from the end.
type Text struct {
	Event    schema.ID
	Field    Field
	Reversed bool
	Text     string // ends with a NUL when the whole value is meant
	Verdict
}

// pattern is a pattern as the kernel can compare it.
type pattern struct {
	text     string
	reversed bool
	negated  bool
}

// narrow turns a pattern into one that the kernel can compare. One that it cannot
// decide becomes one that matches more, and exact is false.
func narrow(p filter.Pattern) (n pattern, exact bool) {
	prefix, suffix, stars := p.Ends()
	exact = filter.UndecidedPattern(p) == ""
	if len(prefix) > filter.KernelText {
		return pattern{text: prefix[:filter.KernelText]}, false
	}
	if stars == 0 {
		return pattern{text: prefix + "\x00"}, exact
	}
	if prefix != "" || suffix == "" {
		return pattern{text: prefix}, exact
	}
	return pattern{text: backwards(suffix[max(0, len(suffix)-filter.KernelSuffix):]), reversed: true}, exact
}

// narrowed are the patterns of a field. What is behind != must not match more
// than was asked for: what the kernel cannot decide is left out.
func narrowed(t *filter.Texts) []pattern {
	var list []pattern
	for _, p := range t.Equal {
		n, _ := narrow(p)
		list = append(list, n)
	}
	for _, p := range t.NotEqual {
		if n, exact := narrow(p); exact {
			n.negated = true
			list = append(list, n)
		}
	}
	return list
}

func backwards(s string) string {
	b := []byte(s)
	slices.Reverse(b)
	return string(b)
}

// table gathers the patterns of a field, of all policies.
type table struct {
	longest int // patterns beyond that match nothing
	used    bool
	open    Policies // those without =
	rows    map[rowKey]*Verdict
}

type rowKey struct {
	reversed bool
	text     string
}

func (t *table) add(policy int, texts *filter.Texts, open bool) {
	t.used = true
	if open {
		t.open |= 1 << policy
	}
	if t.rows == nil {
		t.rows = map[rowKey]*Verdict{}
	}
	for _, p := range narrowed(texts) {
		if len(strings.TrimSuffix(p.text, "\x00")) > t.longest {
			continue
		}
		key := rowKey{p.reversed, p.text}
		if t.rows[key] == nil {
			t.rows[key] = &Verdict{}
		}
		if p.negated {
			t.rows[key].No |= 1 << policy
		} else {
			t.rows[key].Yes |= 1 << policy
		}
	}
}

func (t *table) reversed() bool {
	for key := range t.rows {
		if key.reversed {
			return true
		}
	}
	return false
}

// entries lists what a look-up must find: each row with what those that it begins
// with say.
func (t *table) entries(event schema.ID, field Field) []Text {
	if !t.used {
		return nil
	}
	root := rowKey{}
	if t.rows[root] == nil {
		t.rows[root] = &Verdict{}
	}
	t.rows[root].Yes |= t.open
	keys := make([]rowKey, 0, len(t.rows))
	for key := range t.rows {
		keys = append(keys, key)
	}
	sort.Slice(keys, func(i, j int) bool {
		if keys[i].reversed != keys[j].reversed {
			return keys[j].reversed
		}
		return keys[i].text < keys[j].text
	})
	var all, around []Text // around: those that the next may begin with
	for _, key := range keys {
		v := *t.rows[key]
		for len(around) > 0 {
			last := around[len(around)-1]
			if last.Reversed == key.reversed && strings.HasPrefix(key.text, last.Text) {
				v.Yes |= last.Yes
				v.No |= last.No
				break
			}
			around = around[:len(around)-1]
		}
		e := Text{Event: event, Field: field, Reversed: key.reversed, Text: key.text, Verdict: v}
		all, around = append(all, e), append(around, e)
	}
	return all
}
