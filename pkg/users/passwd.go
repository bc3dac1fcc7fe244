// Package users names users as the processes of a container see them: by the
// passwd file of their own root folder. Containers write these files, so nothing
// about them is taken for granted.
package users

import (
	"bytes"
	"strconv"
	"unicode"
	"unicode/utf8"
)

const (
	// maxFile is how much of a file is read.
	maxFile = 1 << 20
	// maxUsers is how many users of one file are remembered.
	maxUsers = 4096
	// maxName is the length of the longest name that counts, that of useradd's
	// and a good deal more.
	maxName = 64
)

// parsePasswd reads NAME:PASSWORD:UID:…, a line each. Of several users of one id
// the first counts, as for the C library. Lines that are none are left out.
func parsePasswd(file []byte) map[uint32]string {
	names := map[uint32]string{}
	for line := range bytes.Lines(file) {
		fields := bytes.SplitN(line, []byte(":"), 4)
		if len(fields) < 4 || !isName(fields[0]) {
			continue
		}
		uid, err := strconv.ParseUint(string(fields[2]), 10, 32)
		if err != nil {
			continue
		}
		if _, known := names[uint32(uid)]; !known && len(names) < maxUsers {
			names[uint32(uid)] = string(fields[0])
		}
	}
	return names
}

// isName refuses what would confuse people who read it.
func isName(b []byte) bool {
	if len(b) == 0 || len(b) > maxName || !utf8.Valid(b) {
		return false
	}
	return bytes.IndexFunc(b, func(r rune) bool { return !unicode.IsPrint(r) || r == ' ' }) < 0
}

// idRange is a line of /proc/PID/uid_map: ids of the process's user namespace,
// from inside, are those of ours from outside.
type idRange struct{ inside, outside, count uint32 }

// parseUIDMap reads the lines INSIDE OUTSIDE COUNT.
func parseUIDMap(file []byte) []idRange {
	var all []idRange
	for line := range bytes.Lines(file) {
		fields := bytes.Fields(line)
		if len(fields) != 3 {
			continue
		}
		var numbers [3]uint32
		good := true
		for i, f := range fields {
			n, err := strconv.ParseUint(string(f), 10, 32)
			good = good && err == nil
			numbers[i] = uint32(n)
		}
		if good {
			all = append(all, idRange{numbers[0], numbers[1], numbers[2]})
		}
	}
	return all
}

// inside is the id that a user of ours has in the namespace.
func inside(ranges []idRange, uid uint32) (uint32, bool) {
	for _, r := range ranges {
		if uid >= r.outside && uid-r.outside < r.count {
			return r.inside + (uid - r.outside), true
		}
	}
	return 0, false
}
