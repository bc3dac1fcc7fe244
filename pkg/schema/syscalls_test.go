package schema

import "testing"

func TestNameSyscalls(t *testing.T) {
	before := syscalls.Load()
	defer syscalls.Store(before)
	NameSyscalls(map[int64]string{0: "read", 59: "execve"})
	info := SyscallNumber.Info()
	for _, c := range []struct {
		n    int64
		text string
	}{{0, "read"}, {59, "execve"}, {60, "60"}, {-1, "-1"}} {
		if got := info.Format(c.n); got != c.text {
			t.Errorf("Format(%d) = %q, want %q", c.n, got, c.text)
		}
		if got, ok := info.Parse(c.text); got != c.n || !ok {
			t.Errorf("Parse(%q) = %d, %v, want %d", c.text, got, ok, c.n)
		}
	}
	if got, ok := info.Parse("reed"); ok {
		t.Errorf("Parse(reed) = %d", got)
	}
}
