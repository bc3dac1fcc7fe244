package schema

// Kind is what a field's value means. One row of kinds drives the BPF setter,
// decoding, JSON, gob, the CEL type, the JSON schema and rendering for people.
type Kind uint8

// Encoding is how a value travels in a record, and so its Go type.
type Encoding uint8

// Encodings of values in a record. All integers are in the machine's order.
const (
	EncI32      Encoding = iota + 1 // int32
	EncU32                          // uint32
	EncI64                          // int64
	EncU64                          // uint64
	EncU16                          // uint16
	EncBool                         // one byte; bool
	EncString                       // u16 length (top bit: truncated), bytes; string
	EncStrings                      // u16 length (top bit: truncated), texts each with its NUL; []string
	EncBytes                        // u16 length (top bit: truncated), bytes; []byte
	EncSockaddr                     // u16 length, struct sockaddr; event.Sockaddr
	EncI32Pair                      // two int32; []int32
	EncOpenHow                      // as bytes, in a record only
	EncCred                         // struct slim_cred of bpf/lib/record.h; event.Cred
	EncHooks                        // u16 length, addresses; []event.HookedSymbol
)

// KindInfo is the row of one kind.
type KindInfo struct {
	Name string
	Enc  Encoding
	// Record is how the value travels in a record where that is not Enc: bytes, of
	// which Text makes the value.
	Record Encoding
	Text   func(b []byte) string
	// Type is the default "type" string on the wire, a C type.
	Type string
	Doc  string
	// Format renders a raw value for people ("O_RDONLY|O_CLOEXEC"); nil when
	// the value reads well as it is. It never returns "" for a valid number.
	Format func(v int64) string
	// FormatOf is Format where another value decides what v means: that of the
	// field that Field.Of names.
	FormatOf func(v, of int64) string
	// Parse is the inverse of Format; nil when Format is.
	Parse func(s string) (int64, bool)
}

// Info returns the kind's row; the zero row for an unknown kind.
func (k Kind) Info() KindInfo {
	if int(k) < len(kinds) {
		return kinds[k]
	}
	return KindInfo{}
}

// InRecord is how the value travels in a record.
func (i KindInfo) InRecord() Encoding {
	if i.Record != 0 {
		return i.Record
	}
	return i.Enc
}

// String is the kind's name.
func (k Kind) String() string { return k.Info().Name }

// Kinds lists every kind, in order of its number.
func Kinds() []Kind {
	all := make([]Kind, 0, len(kinds))
	for k := Kind(1); int(k) < len(kinds); k++ {
		all = append(all, k)
	}
	return all
}

// Numeric reports whether values of the encoding are integers.
func (e Encoding) Numeric() bool { return e >= EncI32 && e <= EncU16 }
