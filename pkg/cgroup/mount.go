package cgroup

import (
	"fmt"
	"os"
	"strconv"
	"strings"
)

// mount is a mounted cgroup hierarchy, as one line of mountinfo has it.
type mount struct {
	version int
	root    string // the folder of the hierarchy that is mounted
	point   string
	options []string // of the file system: the controllers, for version 1
}

// mounts reads the cgroup mounts of a mountinfo file, in the file's order.
func mounts(path string) ([]mount, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read mounts: %w", err)
	}
	var found []mount
	for line := range strings.Lines(string(b)) {
		if m, ok := parseMount(line); ok {
			found = append(found, m)
		}
	}
	return found, nil
}

// parseMount reads one line: ID PARENT MAJOR:MINOR ROOT POINT OPTIONS [TAG…] -
// FSTYPE SOURCE SUPEROPTIONS. ok is false when it is not a cgroup's.
func parseMount(line string) (m mount, ok bool) {
	before, after, found := strings.Cut(line, " - ")
	left, right := strings.Fields(before), strings.Fields(after)
	if !found || len(left) < 6 || len(right) < 3 {
		return mount{}, false
	}
	switch right[0] {
	case "cgroup":
		m.version = 1
	case "cgroup2":
		m.version = 2
	default:
		return mount{}, false
	}
	m.root, m.point = unescape(left[3]), unescape(left[4])
	m.options = strings.Split(right[2], ",")
	return m, true
}

// unescape resolves \040 and the like, with which mountinfo writes blanks, tabs,
// newlines and backslashes.
func unescape(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+3 < len(s) {
			if n, err := strconv.ParseUint(s[i+1:i+4], 8, 8); err == nil {
				b.WriteByte(byte(n))
				i += 3
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
