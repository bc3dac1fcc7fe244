package printer

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"net"
	"slices"
	"strconv"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/schema"
)

// maxBytes is how much of a raw bytes value is shown.
const maxBytes = 32

const cutMark = "…"

// appendValue appends an argument's value as its kind reads best, 0 for an
// argument without a definition.
func (s *show) appendValue(dst []byte, a *event.Argument, k schema.Kind) []byte {
	if a.Path != "" {
		whole := *a
		whole.Path = ""
		dst = append(s.appendValue(dst, &whole, k), '<')
		return append(appendPrintable(dst, s.limit(a.Path)), '>')
	}
	cut := a.Truncated
	switch v := a.Value.(type) {
	case nil:
		dst = append(dst, "null"...)
	case bool:
		dst = strconv.AppendBool(dst, v)
	case string:
		if k.Info().Enc.Numeric() && bare(v) {
			dst = append(dst, v...) // a name in place of a number
			break
		}
		text := s.limit(v)
		dst = strconv.AppendQuote(dst, text)
		cut = cut || len(text) < len(v)
	case []string:
		return s.appendStrings(dst, v, cut)
	case []byte:
		dst = hex.AppendEncode(dst, v[:min(len(v), maxBytes)])
		if len(v) > maxBytes {
			dst = append(dst, cutMark+" ("...)
			dst = append(strconv.AppendInt(dst, int64(len(v)), 10), " bytes)"...)
		}
	case event.Sockaddr:
		dst = appendSockaddr(dst, v)
	case event.Cred:
		dst = append(append(append(dst, '{'), v.String()...), '}')
	default:
		return s.appendOther(dst, a, k)
	}
	if cut {
		dst = append(dst, cutMark...)
	}
	return dst
}

// appendOther appends numbers, and values that only a foreign stream has, as
// JSON.
func (s *show) appendOther(dst []byte, a *event.Argument, k schema.Kind) []byte {
	e := event.Event{Args: []event.Argument{*a}}
	if n, ok := e.Int(a.Name); ok {
		switch format := k.Info().Format; {
		case s.opts.Raw: // as it is
		case k == schema.Timestamp && n != 0:
			return time.Unix(0, n).In(s.opts.Location).AppendFormat(dst, time.RFC3339Nano)
		case format != nil:
			return append(dst, format(n)...)
		}
		switch v := a.Value.(type) {
		case uint64:
			return strconv.AppendUint(dst, v, 10)
		case json.Number: // an integer, or it would not be ok
			return append(dst, v...)
		}
		return strconv.AppendInt(dst, n, 10)
	}
	if hooks, ok := a.Value.([]event.HookedSymbol); ok {
		return s.appendHooks(dst, hooks)
	}
	if pair, ok := a.Value.([]int32); ok {
		dst = append(dst, '[')
		for i, n := range pair {
			if i > 0 {
				dst = append(dst, ", "...)
			}
			dst = strconv.AppendInt(dst, int64(n), 10)
		}
		return append(dst, ']')
	}
	raw, err := json.Marshal(a.Value)
	if err != nil {
		raw = fmt.Append(nil, a.Value)
	}
	text := s.limit(string(raw))
	dst = appendPrintable(dst, text)
	if len(text) < len(raw) {
		dst = append(dst, cutMark...)
	}
	return dst
}

// appendHooks shows each function as modules' symbols are written elsewhere:
// name [module].
func (s *show) appendHooks(dst []byte, list []event.HookedSymbol) []byte {
	texts := make([]string, len(list))
	for i, h := range list {
		texts[i] = h.SymbolName + " [" + h.ModuleOwner + "]"
	}
	return s.appendStrings(dst, texts, false)
}

func (s *show) appendStrings(dst []byte, list []string, cut bool) []byte {
	dst = append(dst, '[')
	start := len(dst)
	for i, text := range list {
		if i > 0 {
			dst = append(dst, ", "...)
		}
		if s.opts.MaxValue > 0 && len(dst)-start >= s.opts.MaxValue {
			dst = append(dst, cutMark+" "...)
			return append(strconv.AppendInt(dst, int64(len(list)-i), 10), " more]"...)
		}
		short := s.limit(text)
		dst = strconv.AppendQuote(dst, short)
		if len(short) < len(text) {
			dst = append(dst, cutMark...)
		}
	}
	if cut {
		dst = append(dst, cutMark...)
	}
	return append(dst, ']')
}

// limit cuts a text to MaxValue bytes, at the beginning of a character.
func (s *show) limit(text string) string {
	if s.opts.MaxValue < 0 || len(text) <= s.opts.MaxValue {
		return text
	}
	end := s.opts.MaxValue
	for back := 0; back < utf8.UTFMax-1 && end > 0 && !utf8.RuneStart(text[end]); back++ {
		end--
	}
	return text[:end]
}

func appendSockaddr(dst []byte, a event.Sockaddr) []byte {
	switch a.Family {
	case "AF_UNIX":
		return strconv.AppendQuote(append(dst, "unix:"...), a.Path)
	case "AF_INET", "AF_INET6":
		return appendPrintable(dst, net.JoinHostPort(a.Addr, strconv.Itoa(int(a.Port))))
	}
	dst = appendWord(dst, a.Family)
	fields := a.Fields()
	for i, key := range slices.Sorted(maps.Keys(fields)) {
		dst = append(dst, "(,"[min(i, 1)])
		dst = append(appendWord(dst, key), '=')
		dst = appendWord(dst, fields[key])
	}
	if len(fields) > 0 {
		dst = append(dst, ')')
	}
	return dst
}

// appendWord appends a name as it is when it is one word, else quoted, so that
// a space in it cannot feign another column.
func appendWord(dst []byte, s string) []byte {
	if s == "" {
		return append(dst, '-')
	}
	for _, r := range s {
		if r == ' ' || r == '"' || r == '\\' || r == utf8.RuneError || !unicode.IsPrint(r) {
			return strconv.AppendQuote(dst, s)
		}
	}
	return append(dst, s...)
}

// appendPrintable appends text with everything escaped that is not printable,
// without quotes around it.
func appendPrintable(dst []byte, s string) []byte {
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if unicode.IsPrint(r) && (r != utf8.RuneError || size > 1) {
			dst = append(dst, s[i:i+size]...)
		} else {
			quoted := strconv.Quote(s[i : i+size])
			dst = append(dst, quoted[1:len(quoted)-1]...)
		}
		i += size
	}
	return dst
}

// bare reports whether text is made of names of numbers only.
func bare(s string) bool {
	for _, c := range []byte(s) {
		if (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_' && c != '|' && c != '-' {
			return false
		}
	}
	return s != ""
}
