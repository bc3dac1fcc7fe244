package event

import (
	"strings"

	"github.com/tracehound/tracehound/pkg/schema"
)

// TypeEncoding says which Go type a value has whose "type" string on the wire
// is ctype. False means that the type is unknown: such values are kept as
// encoding/json makes them.
func TypeEncoding(ctype string) (schema.Encoding, bool) {
	if enc, ok := ctypes[ctype]; ok {
		return enc, true
	}
	if strings.Contains(ctype, " *") {
		return TypeEncoding(strings.ReplaceAll(ctype, " *", "*"))
	}
	if strings.HasSuffix(ctype, "*") {
		if strings.Contains(ctype, "struct sockaddr") {
			return schema.EncSockaddr, true
		}
		return schema.EncU64, true
	}
	return 0, false
}

// isPointer reports whether the C type is an address that was not followed.
func isPointer(ctype string, enc schema.Encoding) bool {
	return (enc == schema.EncU64 || enc == schema.EncSockaddr) && strings.HasSuffix(ctype, "*")
}

// ctypes are the C types of the catalogue and of Tracee's streams. Pointers
// that are not listed are numbers.
var ctypes = map[string]schema.Encoding{
	"int": schema.EncI32, "pid_t": schema.EncI32, "key_t": schema.EncI32, "timer_t": schema.EncI32,
	"clockid_t": schema.EncI32, "const clockid_t": schema.EncI32, "mqd_t": schema.EncI32,
	"key_serial_t": schema.EncI32, "rwf_t": schema.EncI32, "qid_t": schema.EncI32,
	"s32": schema.EncI32, "int32_t": schema.EncI32, "__s32": schema.EncI32,

	"unsigned int": schema.EncU32, "unsigned": schema.EncU32, "u32": schema.EncU32, "uid_t": schema.EncU32,
	"gid_t": schema.EncU32, "dev_t": schema.EncU32, "mode_t": schema.EncU32, "uint32_t": schema.EncU32,
	"__u32": schema.EncU32,

	"long": schema.EncI64, "long long": schema.EncI64, "off_t": schema.EncI64, "loff_t": schema.EncI64,
	"ssize_t": schema.EncI64, "time_t": schema.EncI64, "s64": schema.EncI64, "int64_t": schema.EncI64,
	"__s64": schema.EncI64,

	"unsigned long": schema.EncU64, "unsigned long long": schema.EncU64, "size_t": schema.EncU64,
	"u64": schema.EncU64, "uint64_t": schema.EncU64, "__u64": schema.EncU64, "aio_context_t": schema.EncU64,

	"umode_t": schema.EncU16, "short": schema.EncU16, "unsigned short": schema.EncU16, "u16": schema.EncU16,
	"uint16_t": schema.EncU16, "__u16": schema.EncU16,

	"bool": schema.EncBool,

	"string": schema.EncString, "const char*": schema.EncString, "char*": schema.EncString,
	"struct open_how*":  schema.EncString, // as text
	"const char*const*": schema.EncStrings, "const char**": schema.EncStrings, "char**": schema.EncStrings,

	"bytes":  schema.EncBytes,
	"int[2]": schema.EncI32Pair,

	"slim_cred_t":              schema.EncCred,
	"[]trace.HookedSymbolData": schema.EncHooks,
}
