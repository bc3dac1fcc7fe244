package cel

import (
	"testing"

	"github.com/tracehound/tracehound/pkg/schema"
)

func TestConstant(t *testing.T) {
	tests := []struct {
		name string
		want int64
		ok   bool
	}{
		{"PTRACE_TRACEME", 0, true},
		{"O_WRONLY", 1, true},
		{"O_CREAT", 0o100, true},
		{"AF_INET6", 10, true},
		{"SOCK_DGRAM", 2, true},
		{"PROT_EXEC", 4, true},
		{"ENOENT", 2, true},
		{"SIGKILL", 9, true},
		{"CAP_SYS_ADMIN", 21, true},
		{"O_NOSUCH", 0, false},
		{"", 0, false},
		{"12", 0, false},
		{"O_WRONLY|O_CREAT", 0, false},
		{"O_WRONLY ", 0, false},
		{"o_wronly", 0, false},
		{"-ENOENT", 0, false},
	}
	for _, tt := range tests {
		if got, ok := constant(tt.name); got != tt.want || ok != tt.ok {
			t.Errorf("constant(%q) = %d, %v, want %d, %v", tt.name, got, ok, tt.want, tt.ok)
		}
	}
}

// A name must mean the same number in every kind that knows it, since an
// expression does not say which kind it means.
func TestConstantsAreUnambiguous(t *testing.T) {
	names := map[string]bool{}
	for _, k := range schema.Kinds() {
		info := k.Info()
		if info.Format == nil || !info.Enc.Numeric() {
			continue
		}
		try := func(v int64) {
			name := info.Format(v)
			n, ok := constant(name)
			// Bit 31 is the sign in kinds of 32 bits, where hasFlag sees it too.
			if own, _ := info.Parse(name); ok && n != own && uint32(n) != uint32(own) {
				t.Errorf("%s is %d in kind %s and %d elsewhere", name, own, k, n)
			}
			if ok {
				names[name] = true
			}
		}
		for v := range int64(1024) {
			try(v)
		}
		for bit := 10; bit < 63; bit++ {
			try(1 << bit)
		}
	}
	if len(names) < 300 {
		t.Errorf("only %d names tried", len(names))
	}
}
