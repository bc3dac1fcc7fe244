package event

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strconv"
)

// Sockaddr is a socket address. Its JSON form is an object of strings:
// sa_family and, by family, sun_path; sin_addr and sin_port; sin6_addr,
// sin6_port, sin6_flowinfo and sin6_scopeid; else what the family's struct
// sockaddr has, under the names of <linux/*.h>, and sa_data, in hexadecimal, of
// a family that we do not know.
type Sockaddr struct {
	Family   string // AF_UNIX, AF_INET, AF_INET6, … or the number
	Path     string // AF_UNIX; an abstract name begins with @
	Addr     string // AF_INET, AF_INET6
	Port     uint16
	FlowInfo uint32
	ScopeID  uint32
	// Other holds what all other families have, as a JSON object of strings with
	// its keys sorted; "" if there is nothing. See Fields.
	Other string
}

// maxFields bounds what is taken from a foreign stream as an address.
const maxFields = 16

// Fields are the fields of an address that is not of AF_UNIX, AF_INET or
// AF_INET6; nil if there are none.
func (a Sockaddr) Fields() map[string]string {
	if a.Other == "" {
		return nil
	}
	var fields map[string]string
	_ = json.Unmarshal([]byte(a.Other), &fields) // Other of a foreign gob may be anything
	return fields
}

// SetFields is the inverse of Fields.
func (a *Sockaddr) SetFields(fields map[string]string) {
	a.Other = ""
	if len(fields) == 0 {
		return
	}
	b := []byte{'{'}
	for i, key := range slices.Sorted(maps.Keys(fields)) {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendString(append(appendString(b, key), ':'), fields[key])
	}
	a.Other = string(append(b, '}'))
}

// common says whether the family has fields of its own in Sockaddr.
func (a Sockaddr) common() bool {
	return a.Family == "AF_UNIX" || a.Family == "AF_INET" || a.Family == "AF_INET6"
}

// Map is the address with the keys of its JSON form; every value is a string.
func (a Sockaddr) Map() map[string]any {
	m := map[string]any{"sa_family": a.Family}
	switch a.Family {
	case "AF_UNIX":
		m["sun_path"] = a.Path
	case "AF_INET":
		m["sin_addr"] = a.Addr
		m["sin_port"] = strconv.Itoa(int(a.Port))
	case "AF_INET6":
		m["sin6_addr"] = a.Addr
		m["sin6_port"] = strconv.Itoa(int(a.Port))
		m["sin6_flowinfo"] = strconv.FormatUint(uint64(a.FlowInfo), 10)
		m["sin6_scopeid"] = strconv.FormatUint(uint64(a.ScopeID), 10)
	default:
		for key, value := range a.Fields() {
			m[key] = value
		}
	}
	return m
}

// AppendJSON appends the JSON form, keys sorted.
func (a Sockaddr) AppendJSON(dst []byte) []byte {
	if fields := a.Fields(); fields != nil && !a.common() {
		fields["sa_family"] = a.Family
		a.SetFields(fields)
		return append(dst, a.Other...)
	}
	dst = appendString(append(dst, `{"sa_family":`...), a.Family)
	switch a.Family {
	case "AF_UNIX":
		dst = appendString(append(dst, `,"sun_path":`...), a.Path)
	case "AF_INET":
		dst = appendString(append(dst, `,"sin_addr":`...), a.Addr)
		dst = appendQuotedUint(append(dst, `,"sin_port":`...), uint64(a.Port))
	case "AF_INET6":
		dst = appendString(append(dst, `,"sin6_addr":`...), a.Addr)
		dst = appendQuotedUint(append(dst, `,"sin6_flowinfo":`...), uint64(a.FlowInfo))
		dst = appendQuotedUint(append(dst, `,"sin6_port":`...), uint64(a.Port))
		dst = appendQuotedUint(append(dst, `,"sin6_scopeid":`...), uint64(a.ScopeID))
	}
	return append(dst, '}')
}

// MarshalJSON implements json.Marshaler.
func (a Sockaddr) MarshalJSON() ([]byte, error) { return a.AppendJSON(nil), nil }

// UnmarshalJSON implements json.Unmarshaler.
func (a *Sockaddr) UnmarshalJSON(data []byte) error {
	if !json.Valid(data) {
		return syntaxError(data)
	}
	got, ok := scanSockaddr(bytes.TrimSpace(data))
	if !ok {
		return errors.New("decode socket address: want an object of strings with sa_family and the keys of that family")
	}
	*a = got
	return nil
}

// scanSockaddr reads the JSON form. It is strict, so that an address of a shape
// unknown to us is kept as it came instead of being cut down.
func scanSockaddr(object []byte) (Sockaddr, bool) {
	var a Sockaddr
	if len(object) == 0 || object[0] != '{' {
		return a, false
	}
	// The keys that may follow depend on the family, which need not come first.
	_ = eachMember(object, func(key, value []byte) error {
		if string(key) == `"sa_family"` && value[0] == '"' {
			a.Family = unquote(value)
		}
		return nil
	})
	ok := a.Family != ""
	other := map[string]string{}
	_ = eachMember(object, func(key, value []byte) error {
		ok = ok && value[0] == '"' && a.set(unquote(key), unquote(value), other)
		return nil
	})
	a.SetFields(other)
	return a, ok
}

// sockaddrOf reads the form that Map makes, as strictly.
func sockaddrOf(m map[string]any) (Sockaddr, bool) {
	family, ok := m["sa_family"].(string)
	if !ok || family == "" {
		return Sockaddr{}, false
	}
	a := Sockaddr{Family: family}
	other := map[string]string{}
	for key, value := range m {
		text, ok := value.(string)
		if !ok || !a.set(key, text, other) {
			return a, false
		}
	}
	a.SetFields(other)
	return a, true
}

// set takes one member of the JSON form; those of other families go to other.
func (a *Sockaddr) set(key, value string, other map[string]string) bool {
	var bits int
	switch {
	case key == "sa_family":
		return true
	case !a.common():
		_, twice := other[key]
		other[key] = value
		return !twice && len(other) <= maxFields
	case key == "sun_path" && a.Family == "AF_UNIX":
		a.Path = value
		return true
	case key == "sin_addr" && a.Family == "AF_INET", key == "sin6_addr" && a.Family == "AF_INET6":
		a.Addr = value
		return true
	case key == "sin_port" && a.Family == "AF_INET", key == "sin6_port" && a.Family == "AF_INET6":
		bits = 16
	case (key == "sin6_flowinfo" || key == "sin6_scopeid") && a.Family == "AF_INET6":
		bits = 32
	default:
		return false
	}
	n, err := strconv.ParseUint(value, 10, bits)
	if err != nil {
		return false
	}
	switch key {
	case "sin6_flowinfo":
		a.FlowInfo = uint32(n)
	case "sin6_scopeid":
		a.ScopeID = uint32(n)
	default:
		a.Port = uint16(n)
	}
	return true
}

func appendQuotedUint(dst []byte, n uint64) []byte {
	return append(strconv.AppendUint(append(dst, '"'), n, 10), '"')
}

// SockaddrOf is the inverse of Map; false when a part is missing or wrong.
func SockaddrOf(parts map[string]any) (Sockaddr, bool) { return sockaddrOf(parts) }
