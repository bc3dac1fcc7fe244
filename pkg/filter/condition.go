package filter

import (
	"encoding/base64"
	"math"
	"slices"
	"strconv"

	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/schema"
)

// Condition is what one argument of an event, or its return value, must be.
type Condition struct {
	Field *schema.Field // nil for the return value
	Index int           // of Field in the definition; -1 for the return value

	Texts   Texts   // kinds of text, lists of texts, addresses, raw bytes; with a *, also names of numbers
	Numbers Numbers // numeric kinds; unsigned 64-bit numbers are shifted: see rank
	Flags   Flags   // words of flags, beside the ranges in Numbers
}

// Retval is the name of the return value where an argument's may stand.
const Retval = "retval"

// Name is the field's.
func (c *Condition) Name() string {
	if c.Field == nil {
		return Retval
	}
	return c.Field.Name
}

// Flags are parts that a word of flags must have (Equal: one of them) and must
// not have.
type Flags struct{ Equal, NotEqual []Mask }

// Mask is a part of a word: word&Mask == Want.
type Mask struct{ Want, Mask int64 }

func anyMask(masks []Mask, v int64) bool {
	return slices.ContainsFunc(masks, func(m Mask) bool { return v&m.Mask == m.Want })
}

// Match reports whether the event fulfils the condition. A missing argument
// equals nothing and is in no range.
func (c *Condition) Match(e *event.Event) bool {
	if c.Field == nil {
		return c.Numbers.Match(e.ReturnValue)
	}
	arg := e.Arg(c.Field.Name)
	if arg == nil {
		return c.MatchMissing()
	}
	if c.Field.Kind.Info().Enc.Numeric() {
		v, ok := arg.Int(c.Field.Kind)
		if !ok {
			return c.MatchMissing()
		}
		return c.matchNumber(v)
	}
	switch v := arg.Value.(type) {
	case string:
		return c.Texts.Match(v)
	case []string:
		return c.Texts.MatchAny(v)
	case bool:
		return c.Texts.Match(strconv.FormatBool(v))
	case []byte:
		return c.Texts.Match(base64.StdEncoding.EncodeToString(v))
	case []int32:
		words := make([]string, len(v))
		for i, n := range v {
			words[i] = strconv.Itoa(int(n))
		}
		return c.Texts.MatchAny(words)
	case event.Sockaddr:
		return c.Texts.MatchAny(addressForms(v))
	}
	return c.MatchMissing()
}

// MatchMissing is the answer for an event that lacks the argument.
func (c *Condition) MatchMissing() bool {
	return c.Texts.MatchMissing() && c.Numbers.MatchMissing() && len(c.Flags.Equal) == 0
}

func (c *Condition) matchNumber(v int64) bool {
	info := c.Field.Kind.Info()
	shown := ""
	if c.Texts.Enabled() {
		shown = info.Format(v)
	}
	if anyMask(c.Flags.NotEqual, v) || anyMatch(c.Texts.NotEqual, shown) {
		return false
	}
	if anyMask(c.Flags.Equal, v) || anyMatch(c.Texts.Equal, shown) {
		return true
	}
	n := &c.Numbers
	if len(c.Flags.Equal)+len(c.Texts.Equal) > 0 && len(n.Equal) == 0 && !n.HasRange {
		return false
	}
	return n.Match(rank(info.Enc, v))
}

// rank orders numbers of an encoding as their kind does: unsigned 64-bit ones
// above the signed range come last and not first.
func rank(enc schema.Encoding, v int64) int64 {
	if enc == schema.EncU64 {
		return int64(uint64(v) ^ 1<<63)
	}
	return v
}

func boundsOf(enc schema.Encoding) bounds {
	switch enc {
	case schema.EncI32:
		return bounds{math.MinInt32, math.MaxInt32}
	case schema.EncU32:
		return unsigned32
	case schema.EncU16:
		return bounds{0, math.MaxUint16}
	}
	return signed64
}

// addressForms are the ways to write a socket address in a filter: its family;
// an address; address:port and :port; the path of a Unix socket.
func addressForms(a event.Sockaddr) []string {
	forms := []string{a.Family}
	switch a.Family {
	case "AF_UNIX":
		forms = append(forms, a.Path)
	case "AF_INET":
		port := ":" + strconv.Itoa(int(a.Port))
		forms = append(forms, a.Addr, a.Addr+port, port)
	case "AF_INET6":
		port := ":" + strconv.Itoa(int(a.Port))
		forms = append(forms, a.Addr, "["+a.Addr+"]"+port, port)
	}
	return forms
}

func (c *Condition) count() int {
	return c.Texts.count() + c.Numbers.count() + len(c.Flags.Equal) + len(c.Flags.NotEqual)
}

func (c *Condition) satisfiable() bool {
	for _, e := range c.Flags.Equal {
		if !slices.Contains(c.Flags.NotEqual, e) {
			return true
		}
	}
	if len(c.Texts.Equal) > 0 {
		return c.Texts.satisfiable()
	}
	return len(c.Flags.Equal) == 0 && c.Numbers.satisfiable()
}
