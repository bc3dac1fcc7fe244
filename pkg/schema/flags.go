package schema

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// AtFDCWD is the descriptor that stands for the working directory.
const AtFDCWD = -100

func formatFD(v int64) string {
	if v == AtFDCWD {
		return "AT_FDCWD"
	}
	return strconv.FormatInt(v, 10)
}

func parseFD(s string) (int64, bool) {
	if s == "AT_FDCWD" {
		return AtFDCWD, true
	}
	return parseNumber(s)
}

func formatMode(v int64) string { return fmt.Sprintf("%#o", v) }

func formatErrno(v int64) string {
	if name, ok := errnos[-v]; ok {
		return "-" + name
	}
	return strconv.FormatInt(v, 10)
}

func parseErrno(s string) (int64, bool) {
	if name, ok := strings.CutPrefix(s, "-"); ok {
		if v, ok := errnos.number(name); ok {
			return -v, true
		}
	}
	return parseNumber(s)
}

// word lets flags that travel as a signed 32-bit number show bit 31 as a flag,
// not as a sign.
func word(format func(int64) string) func(int64) string {
	return func(v int64) string { return format(int64(uint32(v))) }
}

// within refuses what the encoding cannot hold and gives the rest the sign that
// the encoding has, so that a parsed value equals the one in a record.
func (e Encoding) within(v int64) (int64, bool) {
	switch e {
	case EncI32:
		return int64(int32(v)), v >= math.MinInt32 && v <= math.MaxUint32
	case EncU32:
		return int64(uint32(v)), v >= math.MinInt32 && v <= math.MaxUint32
	case EncU16:
		return v, v >= 0 && v <= math.MaxUint16
	}
	return v, true
}

// Number reads a number as values of the encoding are, decimal, 0x and 0 forms;
// false when the encoding cannot hold it.
func (e Encoding) Number(s string) (int64, bool) {
	v, ok := parseNumber(s)
	if !ok {
		return 0, false
	}
	if e == EncI64 {
		if _, err := strconv.ParseInt(s, 0, 64); err != nil {
			return 0, false
		}
	}
	return e.within(v)
}
