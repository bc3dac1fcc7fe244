package event

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"
)

// Cred is a task's credentials. Its JSON form is an object of numbers with
// Tracee's keys: Uid, Gid, …, CapAmbient.
type Cred struct {
	UID, GID, SUID, SGID, EUID, EGID, FSUID, FSGID uint32
	UserNamespace                                  uint32 // inode number
	SecureBits                                     uint32
	// One bit per capability.
	Inheritable, Permitted, Effective, Bounding, Ambient uint64
}

// CredMember is one number of credentials; one of the pointers is set.
type CredMember struct {
	Key string
	u32 *uint32
	u64 *uint64
}

// Members lists the numbers in the order of the JSON form.
func (c *Cred) Members() []CredMember {
	return []CredMember{
		{"Uid", &c.UID, nil},
		{"Gid", &c.GID, nil},
		{"Suid", &c.SUID, nil},
		{"Sgid", &c.SGID, nil},
		{"Euid", &c.EUID, nil},
		{"Egid", &c.EGID, nil},
		{"Fsuid", &c.FSUID, nil},
		{"Fsgid", &c.FSGID, nil},
		{"UserNamespace", &c.UserNamespace, nil},
		{"SecureBits", &c.SecureBits, nil},
		{"CapInheritable", nil, &c.Inheritable},
		{"CapPermitted", nil, &c.Permitted},
		{"CapEffective", nil, &c.Effective},
		{"CapBounding", nil, &c.Bounding},
		{"CapAmbient", nil, &c.Ambient},
	}
}

// Value is the member's number.
func (m CredMember) Value() uint64 {
	if m.u64 != nil {
		return *m.u64
	}
	return uint64(*m.u32)
}

// Map is the credentials with the keys of their JSON form.
func (c Cred) Map() map[string]any {
	members := c.Members()
	m := make(map[string]any, len(members))
	for _, v := range members {
		m[v.Key] = v.Value()
	}
	return m
}

// AppendJSON appends the JSON form.
func (c Cred) AppendJSON(dst []byte) []byte {
	sep := byte('{')
	for _, m := range c.Members() {
		dst = append(append(append(dst, sep, '"'), m.Key...), '"', ':')
		dst = strconv.AppendUint(dst, m.Value(), 10)
		sep = ','
	}
	return append(dst, '}')
}

// MarshalJSON implements json.Marshaler.
func (c Cred) MarshalJSON() ([]byte, error) { return c.AppendJSON(nil), nil }

// UnmarshalJSON implements json.Unmarshaler.
func (c *Cred) UnmarshalJSON(data []byte) error {
	if !json.Valid(data) {
		return syntaxError(data)
	}
	got, ok := scanCred(bytes.TrimSpace(data))
	if !ok {
		return errors.New("decode credentials: want an object of numbers, Uid to CapAmbient")
	}
	*c = got
	return nil
}

// scanCred reads the JSON form. It is strict, each key once and no other, so
// that what is of a shape unknown to us is kept as it came.
func scanCred(object []byte) (Cred, bool) {
	var c Cred
	if len(object) == 0 || object[0] != '{' {
		return c, false
	}
	found := map[string]bool{}
	ok := true
	_ = eachMember(object, func(key, value []byte) error {
		name := unquote(key)
		ok = ok && !found[name] && c.set(name, string(value))
		found[name] = true
		return nil
	})
	return c, ok && len(found) == len(c.Members())
}

// credOf reads the form that Map makes and that encoding/json makes of it.
func credOf(m map[string]any) (Cred, bool) {
	var c Cred
	if len(m) != len(c.Members()) {
		return c, false
	}
	for key, value := range m {
		var text string
		switch v := value.(type) {
		case json.Number:
			text = v.String()
		case uint64:
			text = strconv.FormatUint(v, 10)
		case float64: // exact for ids and for all capabilities there are
			text = strconv.FormatFloat(v, 'f', -1, 64)
		}
		if !c.set(key, text) {
			return c, false
		}
	}
	return c, true
}

func (c *Cred) set(key, value string) bool {
	for _, m := range c.Members() {
		if m.Key != key {
			continue
		}
		bits := 64
		if m.u32 != nil {
			bits = 32
		}
		n, err := strconv.ParseUint(value, 10, bits)
		if err != nil {
			return false
		}
		if m.u32 != nil {
			*m.u32 = uint32(n)
		} else {
			*m.u64 = n
		}
		return true
	}
	return false
}

// String is the credentials for people: ids, then the sets that hold anything,
// in hexadecimal as /proc/PID/status has them.
func (c Cred) String() string {
	var dst []byte
	for _, m := range c.Members() {
		if m.u64 != nil && *m.u64 == 0 {
			continue
		}
		if len(dst) > 0 {
			dst = append(dst, ' ')
		}
		dst = append(append(dst, m.Key...), '=')
		if m.u64 != nil {
			dst = strconv.AppendUint(append(dst, "0x"...), *m.u64, 16)
		} else {
			dst = strconv.AppendUint(dst, uint64(*m.u32), 10)
		}
	}
	return string(dst)
}
