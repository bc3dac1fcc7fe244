package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tracehound/tracehound/pkg/filter"
	"github.com/tracehound/tracehound/pkg/schema"
)

var anyEvent = []schema.Event{{ID: 1, Name: "any", Sets: []schema.Set{schema.Default}}}

func compile(t *testing.T, exprs ...string) (*filter.Filter, Config) {
	t.Helper()
	f, err := filter.Parse(exprs, anyEvent)
	if err != nil {
		t.Fatal(err)
	}
	c, err := Compile(&f.Scope)
	if err != nil {
		t.Fatal(err)
	}
	return f, c
}

func TestCompile(t *testing.T) {
	_, got := compile(t, "comm=sh,bash", "comm!=bash", "pid!=7", "uid=0", "uid>1000", "tree=1", "tree!=5", "!container", "follow")
	want := Config{
		Comm:      Comm{Enabled: true, HasEqual: true, Values: map[[16]byte]bool{{'s', 'h'}: true, {'b', 'a', 's', 'h'}: false}},
		PID:       Numeric{Enabled: true, Values: map[uint32]bool{7: false}},
		UID:       Numeric{Enabled: true, HasEqual: true, HasRange: true, Min: 1001, Max: math.MaxUint32, Values: map[uint32]bool{0: true}},
		Tree:      Tree{Enabled: true, HasEqual: true, Roots: map[uint32]bool{1: true, 5: false}},
		Container: OnlyHost,
		Follow:    true,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("config (-want +got):\n%s", diff)
	}
}

func TestCompileRefusesHandMadeScopes(t *testing.T) {
	many := make([]uint32, filter.MaxValues+1)
	for i := range many {
		many[i] = uint32(i)
	}
	for want, s := range map[string]filter.Scope{
		`process name "sixteen_bytes_xx" is longer than 15 bytes`: {Comm: filter.Values[string]{Equal: []string{"sixteen_bytes_xx"}}},
		"field tree names 257 values and the limit is 256":        {Tree: filter.Values[uint32]{NotEqual: many}},
		"field uid names 257 values and the limit is 256":         {UID: filter.Numbers{Values: filter.Values[uint32]{Equal: many}}},
	} {
		if _, err := Compile(&s); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

// TestAgreesWithMatch compares the documented meaning of a Config with the
// user-space evaluator over random filters and processes.
func TestAgreesWithMatch(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	kept, dropped := 0, 0
	for range 3000 {
		exprs := randomExprs(r)
		f, err := filter.Parse(exprs, anyEvent)
		if err != nil {
			continue // contradictory
		}
		c, err := Compile(&f.Scope)
		if err != nil {
			t.Fatal(err)
		}
		for range 30 {
			p := randomProcess(r)
			got, want := evaluate(&c, p), f.Scope.Match(p)
			if got != want {
				t.Fatalf("%v on %+v: config says %v, scope %v", exprs, p, got, want)
			}
			if want {
				kept++
			} else {
				dropped++
			}
		}
	}
	if kept < 1000 || dropped < 1000 {
		t.Errorf("%d kept and %d dropped: the filters are not telling", kept, dropped)
	}
}

// evaluate is the kernel's algorithm, as the comments of Config's types give it.
func evaluate(c *Config, p filter.Process) bool {
	if c.Follow && p.Followed {
		return true
	}
	var comm [16]byte
	copy(comm[:], p.Comm)
	commOK, listed := c.Comm.Values[comm]
	if !listed {
		commOK = !c.Comm.HasEqual
	}
	treeOK := !c.Tree.HasEqual
	for _, pid := range append([]uint32{p.PID}, p.Ancestors...) {
		if v, ok := c.Tree.Roots[pid]; ok {
			treeOK = v
			break
		}
	}
	return (!c.Comm.Enabled || commOK) && (!c.Tree.Enabled || treeOK) &&
		(!c.PID.Enabled || number(&c.PID, p.PID)) && (!c.UID.Enabled || number(&c.UID, p.UID)) &&
		(c.Container == AnyOrigin || (c.Container == OnlyContainers) == p.Container)
}

func number(n *Numeric, v uint32) bool {
	if wanted, ok := n.Values[v]; ok {
		return wanted
	}
	if n.HasRange {
		return n.Min <= v && v <= n.Max
	}
	return !n.HasEqual
}

func randomExprs(r *rand.Rand) []string {
	all := []func() string{
		func() string { return fmt.Sprintf("comm%s%c", equality(r), 'a'+rune(r.IntN(4))) },
		func() string { return fmt.Sprintf("pid%s%d", ordering(r), r.IntN(8)) },
		func() string { return fmt.Sprintf("uid%s%d", ordering(r), r.IntN(8)) },
		func() string { return fmt.Sprintf("tree%s%d", equality(r), 1+r.IntN(8)) },
		func() string { return []string{"container", "!container", "follow"}[r.IntN(3)] },
	}
	exprs := make([]string, r.IntN(5))
	for i := range exprs {
		exprs[i] = all[r.IntN(len(all))]()
	}
	return exprs
}

func equality(r *rand.Rand) string { return []string{"=", "!="}[r.IntN(2)] }
func ordering(r *rand.Rand) string { return []string{"=", "!=", "<", "<=", ">", ">="}[r.IntN(6)] }

func randomProcess(r *rand.Rand) filter.Process {
	p := filter.Process{
		Comm: string('a' + rune(r.IntN(4))), PID: r.Uint32N(8), UID: r.Uint32N(8),
		Container: r.IntN(2) == 0, Followed: r.IntN(4) == 0,
	}
	for range r.IntN(4) {
		p.Ancestors = append(p.Ancestors, 1+r.Uint32N(8))
	}
	return p
}
