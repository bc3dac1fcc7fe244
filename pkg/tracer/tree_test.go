package tracer

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tracehound/tracehound/pkg/cli"
	filterkernel "github.com/tracehound/tracehound/pkg/filter/kernel"
	"github.com/tracehound/tracehound/pkg/proc"
)

// family lists processes: pid, parent, pid, parent …
func family(ids ...int) []proc.Process {
	var list []proc.Process
	for i := 0; i < len(ids); i += 2 {
		list = append(list, proc.Process{Stat: proc.Stat{PID: ids[i], PPID: ids[i+1]}})
	}
	return list
}

func TestInherit(t *testing.T) {
	in, out := filterkernel.Root{In: 1}, filterkernel.Root{Out: 1}
	for _, c := range []struct {
		name  string
		trees trees
		known map[uint32]uint64
		list  []proc.Process
		want  map[uint32]uint64
	}{
		{"nothing listed", trees{}, nil, family(1, 0, 2, 1), map[uint32]uint64{}},
		{"child and grandchild", trees{roots: filterkernel.Trees{10: in}}, nil, family(1, 0, 10, 1, 11, 10, 12, 11, 20, 1),
			map[uint32]uint64{10: 1, 11: 1, 12: 1}},
		{"the nearest decides", trees{roots: filterkernel.Trees{10: in, 12: out, 14: in}}, nil, family(10, 1, 11, 10, 12, 11, 13, 12, 14, 13, 15, 14),
			map[uint32]uint64{10: 1, 11: 1, 12: 0, 13: 0, 14: 1, 15: 1}},
		{"each policy for itself", trees{filterkernel.Trees{10: {In: 1}, 11: {In: 2, Out: 4}}, 4}, nil, family(10, 1, 11, 10, 12, 11, 13, 10),
			map[uint32]uint64{10: 5, 11: 3, 12: 3, 13: 5}},
		{"out of everything", trees{filterkernel.Trees{1: out}, 1}, nil, family(1, 0, 2, 0, 3, 1), map[uint32]uint64{1: 0, 3: 0}},
		{"root not in the list", trees{roots: filterkernel.Trees{10: in}}, nil, family(11, 10), map[uint32]uint64{11: 1}},
		{"below what is known", trees{roots: filterkernel.Trees{10: in}}, map[uint32]uint64{10: 1}, family(10, 1, 11, 10), map[uint32]uint64{11: 1}},
		{"ring", trees{roots: filterkernel.Trees{9: in}}, nil, family(5, 6, 6, 5, 7, 7), map[uint32]uint64{}},
	} {
		if diff := cmp.Diff(c.want, c.trees.inherit(c.known, c.list)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

// Thousands of processes are an ordinary machine; start-up must not wait.
func TestInheritOfManyProcesses(t *testing.T) {
	var ids []int
	for pid := 2; pid < 30_000; pid++ {
		ids = append(ids, pid, max(1, pid-1-pid%50))
	}
	list := family(ids...)
	start := time.Now()
	all := trees{roots: filterkernel.Trees{1: {In: 1}}}
	if got := len(all.inherit(nil, list)); got != len(list) {
		t.Errorf("%d of %d processes descend from 1", got, len(list))
	}
	if d := time.Since(start); d > 5*time.Second {
		t.Errorf("took %v", d)
	}
}

// procs is a proc file system that changes from one reading to the next.
type procs struct {
	root  string
	steps []func(p *procs)
	reads int
}

func (p *procs) Processes() ([]proc.Process, error) {
	if p.reads < len(p.steps) {
		p.steps[p.reads](p)
	}
	p.reads++
	return proc.New(p.root).Processes()
}

func (p *procs) fork(t *testing.T, pid, ppid int) {
	t.Helper()
	dir := filepath.Join(p.root, strconv.Itoa(pid))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	stat := fmt.Sprintf("%d (p) S %d 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 %d 0 0\n", pid, ppid, 100)
	if err := os.WriteFile(filepath.Join(dir, "stat"), []byte(stat), 0o644); err != nil {
		t.Fatal(err)
	}
}

// A child that is forked while /proc is being read, by a process that the kernel
// side does not know yet, is in no map and in no reading: another reading finds
// it.
func TestSeedTreesSeesForksMeanwhile(t *testing.T) {
	p := &procs{root: t.TempDir()}
	for _, f := range [][2]int{{1, 0}, {10, 1}, {11, 10}, {20, 1}} {
		p.fork(t, f[0], f[1])
	}
	p.steps = []func(*procs){
		func(*procs) {},
		func(p *procs) { p.fork(t, 12, 11); p.fork(t, 21, 20) },
		func(p *procs) { p.fork(t, 13, 12) },
	}
	set := map[uint32]uint64{}
	var order []uint32
	both := trees{roots: filterkernel.Trees{10: {In: 1}, 20: {Out: 1}}}
	err := both.seed(p, func(pid uint32, policies uint64) error {
		set[pid] = policies
		order = append(order, pid)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	want := map[uint32]uint64{10: 1, 11: 1, 12: 1, 13: 1, 20: 0, 21: 0}
	if diff := cmp.Diff(want, set); diff != "" {
		t.Errorf("trees (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]uint32{10, 11, 20, 12, 21, 13}, order); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
	if p.reads != 4 {
		t.Errorf("read %d times, want until nothing is new: 4", p.reads)
	}
}

func TestSeedTreesEnds(t *testing.T) {
	p := &procs{root: t.TempDir()}
	p.fork(t, 10, 1)
	for i := range 100 {
		p.steps = append(p.steps, func(p *procs) { p.fork(t, 100+i, 10) })
	}
	one := trees{roots: filterkernel.Trees{10: {In: 1}}}
	if err := one.seed(p, func(uint32, uint64) error { return nil }); err != nil {
		t.Fatal(err)
	}
	if p.reads != maxReadings {
		t.Errorf("read %d times, want %d", p.reads, maxReadings)
	}
}

func TestSeedTreesErrors(t *testing.T) {
	if err := (&trees{}).seed(proc.New(filepath.Join(t.TempDir(), "none")), nil); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no proc: %v", err)
	}
	full := errors.New("map full")
	p := &procs{root: t.TempDir()}
	p.fork(t, 10, 1)
	p.fork(t, 11, 10)
	if err := (&trees{roots: filterkernel.Trees{12: {In: 1}}}).seed(p, func(uint32, uint64) error { return nil }); cli.ExitCode(err) != cli.BadUsage {
		t.Errorf("no such root: %v", err)
	}
	for _, at := range []uint32{10, 11} {
		err := (&trees{roots: filterkernel.Trees{10: {In: 1}}}).seed(p, func(pid uint32, _ uint64) error {
			if pid == at {
				return full
			}
			return nil
		})
		if !errors.Is(err, full) {
			t.Errorf("map full at %d: %v", at, err)
		}
	}
}
