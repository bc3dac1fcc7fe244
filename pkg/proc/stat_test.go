package proc

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// statLine is a real line with the id, name and parent to fill in.
func statLine(pid, comm, ppid, start string) string {
	return pid + " (" + comm + ") S " + ppid + " 1 1 34816 1 4194304 2035 1 0 0 4 3 0 0 20 0 1 0 " + start +
		" 8974336 1280 18446744073709551615 1 1 0 0 0 0 65536 3670020 1266777851 1 0 0 17 1 0 0 0 0 0 0 0 0 0 0 0 0 0\n"
}

func TestParseStat(t *testing.T) {
	for _, tc := range []struct {
		line string
		want Stat
	}{
		{statLine("4711", "bash", "4700", "1234"), Stat{PID: 4711, Comm: "bash", State: 'S', PPID: 4700, StartTime: 12_340_000_000}},
		{statLine("1", "tmux: server", "0", "3"), Stat{PID: 1, Comm: "tmux: server", State: 'S', StartTime: 30_000_000}},
		{statLine("9", "(sd-pam)", "8", "0"), Stat{PID: 9, Comm: "(sd-pam)", State: 'S', PPID: 8}},
		{statLine("9", "a) R 1 (b", "8", "0"), Stat{PID: 9, Comm: "a) R 1 (b", State: 'S', PPID: 8}},
		{statLine("9", "a\nb", "8", "0"), Stat{PID: 9, Comm: "a\nb", State: 'S', PPID: 8}},
		{statLine("9", "", "8", "0"), Stat{PID: 9, State: 'S', PPID: 8}},
		{"2 (kthreadd) S 0 0 0 0 -1 2129984 0 0 0 0 0 0 0 0 20 0 1 0 5 0 0 0",
			Stat{PID: 2, Comm: "kthreadd", State: 'S', StartTime: 50_000_000, Kernel: true}},
	} {
		got, err := ParseStat([]byte(tc.line))
		if err != nil {
			t.Errorf("%q: %v", tc.line, err)
		}
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", tc.line, diff)
		}
	}
}

func TestParseStatErrors(t *testing.T) {
	for line, want := range map[string]string{
		"":                            "no process name",
		"1 bash S 0":                  "no process name",
		"1 )bash( S 0":                "no process name",
		"1 (bash)":                    "0 fields after",
		"1 (bash) S 0 1 1":            "4 fields after",
		statLine("x", "a", "1", "1"):  "process id",
		statLine("-4", "a", "1", "1"): "process id",
		statLine("1", "a", "x", "1"):  "parent id",
		statLine("1", "a", "1", "-1"): "start time",
		statLine("1", "a", "1", "18446744073709551615"):                      "out of range",
		strings.Replace(statLine("1", "a", "1", "1"), "4194304", "flags", 1): "flags",
	} {
		if _, err := ParseStat([]byte(line)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", line, err, want)
		}
	}
}

func FuzzParseStat(f *testing.F) {
	f.Add([]byte(statLine("4711", "bash", "4700", "1234")))
	f.Add([]byte(statLine("1", "a) (b", "0", "1")))
	f.Add([]byte("1 (a) "))
	f.Add([]byte(")("))
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := ParseStat(b)
		if err == nil && (s.PID < 0 || s.PPID < 0 || !strings.Contains(string(b), "("+s.Comm+")")) {
			t.Errorf("%q: %+v", b, s)
		}
	})
}
