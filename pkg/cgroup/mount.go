package cgroup

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// mount is a mounted cgroup hierarchy, as one line of mountinfo has it.
type mount struct {
	version int
	root    string // the folder of the hierarchy that is mounted
	point   string
	options []string // of the file system: the controllers, for version 1

	usual bool // mounted on /sys/fs/cgroup
	seen  bool // point is there for us, too
	whole bool // the root of the hierarchy is mounted
}

// rootID is the id of a hierarchy's root, and the inode number of its folder.
const rootID = 1

// mounts reads the cgroup mounts of a mountinfo file, in the file's order. below
// is put before the folders they are mounted on.
func mounts(path, below string, look func(*mount)) ([]mount, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read mounts: %w", err)
	}
	var found []mount
	for line := range strings.Lines(string(b)) {
		if m, ok := parseMount(line); ok {
			m.usual, m.whole = m.point == usualPoint, m.root == "/"
			m.point = filepath.Join(below, m.point)
			look(&m)
			found = append(found, m)
		}
	}
	return found, nil
}

// look decides by the folder itself whether it is the hierarchy's root, where
// it is there: what mountinfo says is relative to the reader's cgroup namespace.
func (m *mount) look() {
	var fs unix.Statfs_t
	var st unix.Stat_t
	if unix.Statfs(m.point, &fs) != nil || (fs.Type != unix.CGROUP2_SUPER_MAGIC && fs.Type != unix.CGROUP_SUPER_MAGIC) {
		return
	}
	if unix.Stat(m.point, &st) == nil {
		m.seen, m.whole = true, st.Ino == rootID
	}
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
