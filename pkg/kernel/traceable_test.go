package kernel

import (
	"os"
	"path/filepath"
	"testing"
)

func TestTraceable(t *testing.T) {
	for _, c := range []struct {
		name, dir, text string
		want            State
	}{
		{"listed", "/sys/kernel/tracing", "first\nia32_sys_call\nlast [xfs]\n", Yes},
		{"of a module, last", "/sys/kernel/debug/tracing", "first\nia32_sys_call [xfs]", Yes},
		{"another that begins so", "/sys/kernel/tracing", "ia32_sys_call_old\n", No},
		{"nothing is listed", "/sys/kernel/tracing", "", Unknown},
		{"not mounted", "", "", Unknown},
	} {
		root := t.TempDir()
		if c.dir != "" {
			dir := filepath.Join(root, c.dir)
			if err := os.MkdirAll(dir, 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, "available_filter_functions"), []byte(c.text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if got := traceableIn(root, "ia32_sys_call"); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}
