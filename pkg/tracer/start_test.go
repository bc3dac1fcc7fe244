package tracer

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tracehound/tracehound/pkg/catalog"
	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/proc"
	"github.com/tracehound/tracehound/pkg/schema"
)

func TestStartEvents(t *testing.T) {
	root := t.TempDir()
	dir := filepath.Join(root, "1", "ns")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, to := range map[string]string{"uts": "uts:[7]", "cgroup": "cgroup:[5]", "of_the_future": "x:[1]"} {
		if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	asked := []*schema.Event{catalog.ByName("close"), catalog.ByName("init_namespaces")}
	got := startEvents(asked, proc.New(root), slog.Default())
	if len(got) != 1 || got[0].EventName != "init_namespaces" || got[0].EventID != 2000 || got[0].Timestamp == 0 {
		t.Fatalf("have %+v", got)
	}
	want := []event.Argument{{Name: "cgroup", Type: "u32", Value: uint32(5)}, {Name: "uts", Type: "u32", Value: uint32(7)}}
	if diff := cmp.Diff(want, got[0].Args); diff != "" {
		t.Errorf("(-want +have):\n%s", diff)
	}
	if got := startEvents(asked[:1], proc.New(root), slog.Default()); got != nil {
		t.Errorf("nobody asked, and there is %+v", got)
	}
	var said bytes.Buffer
	got = startEvents(asked, proc.New(filepath.Join(root, "none")), slog.New(slog.NewTextHandler(&said, nil)))
	if got != nil || !strings.Contains(said.String(), "init_namespaces") {
		t.Errorf("without /proc there is %v, and it says %q", got, said.String())
	}
}
