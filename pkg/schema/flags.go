package schema

import (
	"fmt"
	"strings"
)

const atFDCWD = -100

func formatFD(v int64) string {
	if v == atFDCWD {
		return "AT_FDCWD"
	}
	return fmt.Sprint(v)
}

func parseFD(s string) (int64, bool) {
	if s == "AT_FDCWD" {
		return atFDCWD, true
	}
	return parseNumber(s)
}

func formatMode(v int64) string { return fmt.Sprintf("%#o", v) }

func parseMode(s string) (int64, bool) { return parseNumber(s) }

// The two lowest open flags are a number, not bits.
const accessModeMask = 3

var openModes = names{0: "O_RDONLY", 1: "O_WRONLY", 2: "O_RDWR", 3: "O_ACCMODE"}

// openBits are the same numbers on x86_64 and in the generic ABI except the
// four that openBitsArch lists.
var openBits = append(bits{
	{0o4010000, "O_SYNC"}, {0o100, "O_CREAT"}, {0o200, "O_EXCL"}, {0o400, "O_NOCTTY"},
	{0o1000, "O_TRUNC"}, {0o2000, "O_APPEND"}, {0o4000, "O_NONBLOCK"}, {0o10000, "O_DSYNC"},
	{0o20000, "FASYNC"}, {0o1000000, "O_NOATIME"}, {0o2000000, "O_CLOEXEC"}, {0o10000000, "O_PATH"},
}, openBitsArch...)

func formatOpenFlags(v int64) string {
	return strings.Join(openBits.split(v&^accessModeMask, []string{openModes[v&accessModeMask]}), "|")
}

func parseOpenFlags(s string) (int64, bool) {
	return parseFlags(s, func(word string) (int64, bool) {
		for v, name := range openModes {
			if name == word {
				return v, true
			}
		}
		return openBits.parse(word)
	})
}

// The low byte of clone flags is the signal sent to the parent at exit.
const exitSignalMask = 0xff

func formatCloneFlags(v int64) string {
	var words []string
	if sig := v & exitSignalMask; sig != 0 {
		words = append(words, signals.format(sig))
	}
	words = cloneBits.split(v&^exitSignalMask, words)
	if len(words) == 0 {
		return "0"
	}
	return strings.Join(words, "|")
}

func parseCloneFlags(s string) (int64, bool) {
	return parseFlags(s, func(word string) (int64, bool) {
		if v, ok := cloneBits.parse(word); ok {
			return v, true
		}
		return signals.parse(word)
	})
}

func formatAccess(v int64) string {
	if v == 0 {
		return "F_OK"
	}
	return accessBits.format(v)
}

func formatProt(v int64) string {
	if v == 0 {
		return "PROT_NONE"
	}
	return protBits.format(v)
}

// socketTypeMask separates the type from SOCK_CLOEXEC and SOCK_NONBLOCK.
const socketTypeMask = 0xf

func formatSocketType(v int64) string {
	return strings.Join(socketTypeBits.split(v&^socketTypeMask, []string{socketTypes.format(v & socketTypeMask)}), "|")
}

func parseSocketType(s string) (int64, bool) {
	return parseFlags(s, func(word string) (int64, bool) {
		if v, ok := socketTypes.parse(word); ok {
			return v, true
		}
		return socketTypeBits.parse(word)
	})
}

// mmapTypeMask separates MAP_SHARED, MAP_PRIVATE and MAP_SHARED_VALIDATE from
// the flag bits.
const mmapTypeMask = 0xf

func formatMmapFlags(v int64) string {
	return strings.Join(mmapBits.split(v&^mmapTypeMask, []string{mmapTypes.format(v & mmapTypeMask)}), "|")
}

func parseMmapFlags(s string) (int64, bool) {
	return parseFlags(s, func(word string) (int64, bool) {
		if v, ok := mmapTypes.parse(word); ok {
			return v, true
		}
		return mmapBits.parse(word)
	})
}

func formatErrno(v int64) string {
	if name, ok := errnos[-v]; ok {
		return "-" + name
	}
	return fmt.Sprint(v)
}

func parseErrno(s string) (int64, bool) {
	if name, ok := strings.CutPrefix(s, "-"); ok {
		for v, n := range errnos {
			if n == name {
				return -v, true
			}
		}
	}
	return parseNumber(s)
}
