package schema

import "sync/atomic"

// syscalls are the names of this architecture's system calls. They are the
// catalogue's, which hands them over when it is read.
var syscalls atomic.Pointer[syscallNames]

type syscallNames struct {
	names   names
	numbers map[string]int64
}

// NameSyscalls sets what the kind SyscallNumber shows. Until then numbers have
// no names.
func NameSyscalls(byNumber map[int64]string) {
	s := &syscallNames{names: byNumber, numbers: make(map[string]int64, len(byNumber))}
	for n, name := range byNumber {
		s.numbers[name] = n
	}
	syscalls.Store(s)
}

func formatSyscall(v int64) string {
	if s := syscalls.Load(); s != nil {
		return s.names.format(v)
	}
	return names(nil).format(v)
}

func parseSyscall(text string) (int64, bool) {
	if s := syscalls.Load(); s != nil {
		if n, ok := s.numbers[text]; ok {
			return n, true
		}
	}
	return parseNumber(text)
}
