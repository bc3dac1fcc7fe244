package tracer

import (
	"os"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/exechash"
	"github.com/tracehound/tracehound/pkg/pipeline"
)

func TestHashPrograms(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	var st unix.Stat_t
	if err := unix.Stat(self, &st); err != nil {
		t.Fatal(err)
	}
	h := exechash.New()
	defer h.Close()
	stage := hashPrograms(h)
	args := func(inode uint64) []event.Argument {
		return []event.Argument{
			{Name: "pathname", Value: self}, {Name: "dev", Value: uint32(1)}, {Name: "inode", Value: inode},
			{Name: "ctime", Value: uint64(st.Ctim.Nano())},
		}
	}
	for _, c := range []struct {
		name, event string
		args        []event.Argument
		want        string // the argument that is added
	}{
		{"itself", "sched_process_exec", args(st.Ino), "sha256"},
		{"another file", "sched_process_exec", args(1), "sha256_missing"},
		{"nothing known", "sched_process_exec", nil, "sha256_missing"},
		{"another event", "openat", args(st.Ino), ""},
	} {
		e := &event.Event{EventName: c.event, HostProcessID: os.Getpid(), Args: c.args}
		it := pipeline.Item{Event: e}
		if !stage(&it) {
			t.Errorf("%s: dropped", c.name)
		}
		if it.Finish != nil {
			it.Finish()
		}
		added := e.Args[len(c.args):]
		if len(added) != 0 && c.want == "" || c.want != "" && (len(added) != 1 || added[0].Name != c.want || added[0].Type != "const char*") {
			t.Errorf("%s: added %v, want %s", c.name, added, c.want)
		}
		if sum, ok := e.String("sha256"); ok && len(sum) != 64 {
			t.Errorf("%s: sha256 is %q", c.name, sum)
		}
	}
}
