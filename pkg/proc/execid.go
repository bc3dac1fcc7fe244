package proc

import (
	"strconv"
	"strings"
)

// pidOf reads the process out of an exec id, boot-pid-start-execs; 0 when it is
// none.
func pidOf(id string) int {
	_, pid, _ := strings.Cut(id, "-")
	pid, _, _ = strings.Cut(pid, "-")
	n, err := strconv.Atoi(pid)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// newer says whether, of two programs of one process id, a came after b: its
// process started later, or it is the same one and has executed more often. Of
// ids in another form the one that is asked about is.
func newer(a, b string) bool {
	startA, execsA, okA := age(a)
	startB, execsB, okB := age(b)
	switch {
	case !okA || !okB:
		return true
	case startA != startB:
		return startA > startB
	}
	return execsA > execsB
}

func age(id string) (start, execs uint64, ok bool) {
	parts := strings.Split(id, "-")
	if len(parts) != 4 {
		return 0, 0, false
	}
	start, err := strconv.ParseUint(parts[2], 10, 64)
	if err != nil {
		return 0, 0, false
	}
	execs, err = strconv.ParseUint(parts[3], 10, 64)
	return start, execs, err == nil
}

// ChildID is the id of what a new process runs until it executes something: its
// parent's program. "" when the parent's id is none.
func ChildID(parent string, pid int, start uint64) string {
	parts := strings.Split(parent, "-")
	if len(parts) != 4 {
		return ""
	}
	return parts[0] + "-" + strconv.Itoa(pid) + "-" + strconv.FormatUint(start, 10) + "-" + parts[3]
}
