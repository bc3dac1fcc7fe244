package event

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"math"
	"strconv"

	"github.com/tracehound/tracehound/pkg/schema"
)

// decodeValue gives a raw JSON value the Go type that goes with the C type.
// What does not fit is kept as encoding/json makes it, so that nothing is lost.
func decodeValue(ctype string, raw []byte) any {
	enc, _ := TypeEncoding(ctype)
	switch raw[0] {
	case 'n':
		return nil
	case 't', 'f':
		return raw[0] == 't'
	case '"':
		return decodeText(ctype, enc, unquote(raw))
	case '[':
		return decodeList(enc, raw)
	case '{':
		if enc == schema.EncSockaddr {
			if a, ok := scanSockaddr(raw); ok {
				return a
			}
		}
		if enc == schema.EncCred {
			if c, ok := scanCred(raw); ok {
				return c
			}
		}
		return decodeAny(raw)
	}
	if enc == schema.EncSockaddr {
		enc = schema.EncU64 // an address that was not followed
	}
	if v, ok := parseInteger(string(raw), enc); ok {
		return v
	}
	return json.Number(raw)
}

func decodeText(ctype string, enc schema.Encoding, text string) any {
	switch {
	case enc == schema.EncBytes:
		if b, err := base64.StdEncoding.DecodeString(text); err == nil {
			return b
		}
	case isPointer(ctype, enc) && len(text) > 2 && text[:2] == "0x":
		if n, err := strconv.ParseUint(text[2:], 16, 64); err == nil {
			return n
		}
	}
	return text
}

var errType = errors.New("element of another type")

func decodeList(enc schema.Encoding, raw []byte) any {
	switch enc {
	case schema.EncStrings:
		list := []string{}
		err := eachElement(raw, func(raw []byte) error {
			if raw[0] != '"' {
				return errType
			}
			list = append(list, unquote(raw))
			return nil
		})
		if err == nil {
			return list
		}
	case schema.EncHooks:
		list := []HookedSymbol{}
		err := eachElement(raw, func(raw []byte) error {
			h, ok := hookedSymbolOf(decodeAny(raw))
			list = append(list, h)
			if !ok {
				return errType
			}
			return nil
		})
		if err == nil {
			return list
		}
	case schema.EncI32Pair:
		list := []int32{}
		err := eachElement(raw, func(raw []byte) error {
			n, err := strconv.ParseInt(string(raw), 10, 32)
			list = append(list, int32(n))
			return err
		})
		if err == nil {
			return list
		}
	}
	return decodeAny(raw)
}

// decodeAny decodes any JSON value with its numbers exact.
func decodeAny(raw []byte) any {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	var v any
	if dec.Decode(&v) != nil {
		return string(raw) // impossible: the text is valid
	}
	return v
}

// parseInteger reads a decimal number that fits the encoding exactly.
func parseInteger(text string, enc schema.Encoding) (any, bool) {
	var (
		n   int64
		u   uint64
		err error
	)
	switch enc {
	case schema.EncI32:
		n, err = strconv.ParseInt(text, 10, 32)
		return int32(n), err == nil
	case schema.EncI64:
		n, err = strconv.ParseInt(text, 10, 64)
		return n, err == nil
	case schema.EncU16:
		u, err = strconv.ParseUint(text, 10, 16)
		return uint16(u), err == nil
	case schema.EncU32:
		u, err = strconv.ParseUint(text, 10, 32)
		return uint32(u), err == nil
	case schema.EncU64:
		u, err = strconv.ParseUint(text, 10, 64)
		return u, err == nil
	}
	return nil, false
}

// narrow gives a number the Go type of the encoding. A number of the other
// sign wraps as the kernel's registers do (-1 and 4294967295 are the same
// uid); one that needs more bits than the encoding has does not fit.
func narrow(n int64, enc schema.Encoding) (any, bool) {
	switch enc {
	case schema.EncI32:
		return int32(n), n >= math.MinInt32 && n <= math.MaxUint32
	case schema.EncU32:
		return uint32(n), n >= math.MinInt32 && n <= math.MaxUint32
	case schema.EncI64:
		return n, true
	case schema.EncU64:
		return uint64(n), true
	case schema.EncU16:
		return uint16(n), n >= math.MinInt16 && n <= math.MaxUint16
	case schema.EncBool:
		return n != 0, n == 0 || n == 1
	}
	return nil, false
}
