package proc

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const keep = 10 * time.Second

// pid and start make the id of what a process runs after so many execs.
func id(pid, start, execs int) string { return fmt.Sprintf("b-%d-%d-%d", pid, start, execs) }

func prog(id, parent, comm string) Program {
	return Program{ID: id, Parent: parent, PID: pidOf(id), Comm: comm, Executable: "/bin/" + comm}
}

// line is the names of a program's ancestors; of one that is only known by its
// id, that.
func line(t *Tree, parent string) string {
	var names []string
	for _, p := range t.Ancestors(parent, 64) {
		name := p.Comm
		if name == "" {
			name = p.ID
		}
		names = append(names, name)
	}
	return strings.Join(names, " ")
}

func TestTreeAncestors(t *testing.T) {
	tree := NewTree(1<<20, keep)
	init, shell := id(1, 1, 1), id(7, 2, 5)
	tree.Runs(prog(init, "", "init"), 0)
	tree.Runs(prog(shell, init, "sh"), 0)
	child, ls := id(8, 3, 5), id(8, 3, 6)
	tree.Runs(prog(child, shell, "sh"), 1)
	tree.Runs(prog(ls, shell, "ls"), 2)
	if got := line(tree, shell); got != "sh init" {
		t.Errorf("ancestors of ls: %q", got)
	}
	if got := tree.Ancestors(shell, 1); len(got) != 1 || got[0].PID != 7 || got[0].Executable != "/bin/sh" {
		t.Errorf("the nearest: %+v", got)
	}
	if got := tree.Ancestors("", 5); got != nil {
		t.Errorf("without a parent: %v", got)
	}
	// Nobody saw this one, and it is named all the same.
	if diff := cmp.Diff([]Program{{ID: id(99, 9, 9), PID: 99}}, tree.Ancestors(id(99, 9, 9), 5)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	// The name changes, the program does not.
	tree.Runs(prog(shell, init, "renamed"), 3)
	if got := line(tree, shell); got != "renamed init" {
		t.Errorf("after the renaming: %q", got)
	}
	// Lost parents are filled in when they speak.
	grandchild := id(12, 8, 3)
	tree.Runs(prog(grandchild, id(11, 7, 3), "late"), 4)
	if got := line(tree, grandchild); got != "late "+id(11, 7, 3) {
		t.Errorf("with an unseen parent: %q", got)
	}
	tree.Runs(prog(id(11, 7, 3), shell, "parent"), 5)
	if got := line(tree, grandchild); got != "late parent renamed init" {
		t.Errorf("when the parent has spoken: %q", got)
	}
}

func TestTreeKeepsWhatIsNeeded(t *testing.T) {
	ms := int64(time.Millisecond)
	long := int64(keep) + ms
	tree := NewTree(1<<20, keep)
	root, parent, child := id(1, 1, 1), id(2, 2, 2), id(3, 3, 3)
	tree.Runs(prog(root, "", "root"), 0)
	tree.Runs(prog(parent, root, "parent"), 0)
	tree.Runs(prog(child, parent, "child"), 0)
	tree.Ended(parent, ms)
	tree.Ended(id(77, 7, 7), 3*long) // only to pass time
	if got := line(tree, child); got != "child parent root" {
		t.Errorf("of a living child: %q", got)
	}
	// An event that comes late does not bring it back.
	tree.Runs(prog(parent, root, "zombie"), 3*long)
	tree.Ended(child, 4*long)
	tree.Ended(id(77, 7, 7), 4*long+ms)
	if got := line(tree, child); got != "child parent root" {
		t.Errorf("just after the end: %q", got)
	}
	tree.Ended(id(77, 7, 7), 5*long) // the child goes, and its parent may
	tree.Ended(id(77, 7, 7), 6*long)
	if programs, bytes, evicted := tree.Size(); programs != 1 || bytes > 1000 || evicted != 0 {
		t.Errorf("%d programs in %d bytes, %d evicted: want root alone", programs, bytes, evicted)
	}
}

func TestTreePIDsComeAgain(t *testing.T) {
	tree := NewTree(1<<20, keep)
	root := id(1, 1, 1)
	tree.Runs(prog(root, "", "root"), 0)
	first, second := id(5, 10, 1), id(5, 20, 1)
	tree.Runs(prog(first, root, "first"), 0)
	tree.Runs(prog(second, root, "second"), 1) // the end of the first was lost
	tree.Runs(prog(id(6, 11, 1), first, "of the first"), 2)
	if got := line(tree, id(6, 11, 1)) + "; " + line(tree, second); got != "of the first first root; second root" {
		t.Errorf("got %q", got)
	}
	tree.Ended(id(6, 11, 1), 3)
	tree.Ended("", 10*int64(keep))
	tree.Runs(prog(id(8, 12, 1), root, "x"), 20*int64(keep))
	tree.Runs(prog(id(8, 12, 2), root, "y"), 40*int64(keep))
	if tree.Knows(first) || !tree.Knows(second) {
		t.Error("the process that lost its id is kept, or the one that has it is not")
	}
}

// However much happens, and however much of it is lost, the tree stays within
// its bound, and what runs is found.
func TestTreeIsBounded(t *testing.T) {
	const limit = 200 << 10
	r := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // repeatable
	tree := NewTree(limit, keep)
	alive := []string{id(1, 1, 1)}
	tree.Runs(prog(alive[0], "", "init"), 0)
	for i := range 50_000 {
		now := int64(i) * int64(time.Millisecond)
		from := r.IntN(len(alive))
		switch {
		case len(alive) < 50 || r.IntN(2) == 0 && len(alive) < 150:
			next := id(2+i%400, i+2, 1)
			tree.Runs(prog(next, alive[from], "p"), now)
			alive = append(alive, next)
		case from > 0:
			if r.IntN(10) > 0 { // else its end is lost
				tree.Ended(alive[from], now)
			}
			alive = append(alive[:from], alive[from+1:]...)
		}
		if _, bytes, _ := tree.Size(); bytes > limit {
			t.Fatalf("%d bytes after %d steps, limit %d", bytes, i, limit)
		}
	}
	if programs, bytes, evicted := tree.Size(); programs < 50 || bytes < limit/10 || evicted == 0 {
		t.Errorf("%d programs in %d bytes, %d evicted", programs, bytes, evicted)
	}
	if n := len(tree.programs); n != tree.all.Len() || tree.idle.Len() > n || len(tree.running) > n {
		t.Errorf("%d programs, %d in order, %d idle, %d running", n, tree.all.Len(), tree.idle.Len(), len(tree.running))
	}
}

func TestExecIDs(t *testing.T) {
	if got := ChildID("e641c6da-7-100-5", 9, 200); got != "e641c6da-9-200-5" {
		t.Errorf("child %q", got)
	}
	for _, bad := range []string{"", "x", "b-7-100", "b-7-100-5-6"} {
		if got := ChildID(bad, 9, 200); got != "" {
			t.Errorf("child of %q is %q", bad, got)
		}
	}
	for text, want := range map[string]int{"b-7-100-5": 7, "": 0, "b": 0, "b-x-1-1": 0, "b--7-1-1": 0} {
		if got := pidOf(text); got != want {
			t.Errorf("process of %q is %d, want %d", text, got, want)
		}
	}
	for _, c := range []struct {
		a, b  string
		newer bool
	}{
		{id(1, 2, 3), id(1, 2, 2), true}, {id(1, 2, 3), id(1, 2, 3), false}, {id(1, 2, 10), id(1, 2, 9), true},
		{id(1, 3, 0), id(1, 2, 9), true}, {id(1, 2, 9), id(1, 10, 0), false}, {"b-1-x-1", id(1, 2, 2), true},
	} {
		if got := newer(c.a, c.b); got != c.newer {
			t.Errorf("%s after %s: %v", c.a, c.b, got)
		}
	}
}

func BenchmarkTree(b *testing.B) {
	tree := NewTree(32<<20, keep)
	root := id(1, 1, 1)
	tree.Runs(prog(root, "", "init"), 0)
	for i := range b.N {
		now := int64(i) * int64(time.Millisecond)
		p := prog(id(2+i%1000, i, 1), root, "p")
		tree.Runs(p, now)
		tree.Ancestors(p.Parent, 5)
		tree.Ended(p.ID, now)
	}
}
