package kernel

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/filter"
	"github.com/tracehound/tracehound/pkg/schema"
)

var catalogue = []schema.Event{
	{ID: 9, Name: "any", Sets: []schema.Set{schema.Default}, Programs: []schema.Program{{Name: "any"}}, Fields: []schema.Field{
		{Name: "path", Kind: schema.Path}, {Name: "flags", Kind: schema.OpenFlags}, {Name: "name", Kind: schema.String},
	}},
	{ID: 11, Name: "other", Programs: []schema.Program{{Name: "other"}}},
	{ID: 12, Name: "made", DependsOn: []string{"other"}},
	{ID: 13, Name: "own", Fields: []schema.Field{{Name: "path", Kind: schema.Path}}},
}

func parse(t *testing.T, policies ...string) *filter.Filter {
	t.Helper()
	var list []filter.Policy
	for i, exprs := range policies {
		p, err := filter.ParsePolicy(fmt.Sprint(i), strings.Fields(exprs), catalogue)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, *p)
	}
	f, err := filter.Join(list, catalogue)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestCompileScope(t *testing.T) {
	got := Compile(parse(t,
		"comm=sh pid=7 tree=1 container follow",
		"comm=*sh uid>5 tree!=1,2 !container pid=new binary!=/x*",
		"uts=*h binary=host:*y container=ab container!=new pid!=new follow tid=1 mntns=2 pidns=3")).Scope
	want := Scope{
		PID: 1, TID: 4, UID: 2, MntNS: 4, PIDNS: 4, Comm: 1, CommLate: 2, UTS: 4, Binary: 6, BinaryMissing: 2,
		NewProcess: 2, OldProcess: 4, Tree: 3, TreeUnlisted: 2, Container: 1, Host: 2, OldContainer: 4, ContainerID: 4,
		Follow: [8]Policies{1, 4}, Reversed: 1<<FieldComm | 1<<FieldUTS | 1<<FieldBinary | 1<<FieldBinaryHost,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("scope (-want +got):\n%s", diff)
	}
	if s := Compile(parse(t, "event=any")).Scope; s.Any() {
		t.Errorf("no condition makes %+v", s)
	}
}

func TestCompileRules(t *testing.T) {
	rules := Compile(parse(t, "event=any any.path=/x,*y any.flags=1 retval<0", "any.name!=z event=made", "event=other retval=0", "event=made,other other.retval=1")).Rules
	want := map[schema.ID]*Rule{
		9: {Policies: 3, Retval: 1, Arguments: []ArgumentRule{{Index: 0, Policies: 1, Reversed: true}, {Index: 2, Policies: 2, Missing: 2}}},
		// What other asks of itself is user space's when made is made of it.
		11: {Policies: 14, Retval: 4},
		12: {Policies: 10},
	}
	if diff := cmp.Diff(want, rules); diff != "" {
		t.Errorf("rules (-want +got):\n%s", diff)
	}
	if c := Compile(parse(t, "event=any comm=x")); c.Rules != nil {
		t.Errorf("one policy that asks nothing of events has rules %v", c.Rules)
	}
}

func TestPrefixesCoverEachNumberOnce(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 2000 {
		first, last := r.Uint64(), r.Uint64()
		if r.IntN(2) == 0 {
			first, last = first>>r.IntN(64), last>>r.IntN(64)
		}
		if first > last {
			first, last = last, first
		}
		next, n := first, 0
		for _, p := range prefixes(first, last) {
			size := uint64(1)<<(64-p.bits) - 1 // wraps to all ones for no bits
			if p.value != next || p.value&size != 0 {
				t.Fatalf("%d to %d: block %+v, want one from %d", first, last, p, next)
			}
			next, n = p.value+size+1, n+1
		}
		if next != last+1 || n > 128 {
			t.Fatalf("%d to %d: %d blocks, the last ends before %d", first, last, n, next)
		}
	}
}

// TestAgreesWithTheModel compares, over random policies and events, what the
// tables say by the kernel's algorithm and what is left to the stage with the
// whole meaning.
func TestAgreesWithTheModel(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	kept, dropped := 0, 0
	for range 300 {
		f := randomFilter(t, r)
		c := Compile(f)
		stage := filter.NewStage(f, 7)
		for range 100 {
			e, p := randomEvent(r)
			want := f.MatchAll(e, p)
			half := evaluate(&c, e, p)
			if want&^half != 0 {
				t.Fatalf("%s\non %+v\n%+v: the kernel half says %b, the model %b", describe(f), e, p, half, want)
			}
			stage.Match(e, half)
			var got uint64
			for _, name := range e.MatchedPolicies {
				for i := range f.Policies {
					if f.Policies[i].Name == name {
						got |= 1 << i
					}
				}
			}
			if got != want {
				t.Fatalf("%s\non %+v\n%+v: both halves say %b, the model %b", describe(f), e, p, got, want)
			}
			if want != 0 {
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

func describe(f *filter.Filter) string {
	var lines []string
	for _, d := range f.Decide() {
		lines = append(lines, fmt.Sprintf("%s: %s (%s)", d.Policy, d.Term, d.Half))
	}
	return strings.Join(lines, "\n")
}

func lookUp(entries []Text, event schema.ID, field Field, text string, v *Verdict) {
	var found, reversed Text
	for _, e := range entries {
		value, best := text+"\x00", &found
		if e.Reversed {
			value, best = backwards(text), &reversed
		}
		if e.Event == event && e.Field == field && strings.HasPrefix(value, e.Text) && len(e.Text) >= len(best.Text) {
			*best = e
		}
	}
	v.Yes |= found.Yes | reversed.Yes
	v.No |= found.No | reversed.No
}

func (c *Config) number(event schema.ID, field Field, v int64) Policies {
	best := Number{Bits: -1}
	for _, n := range c.Numbers {
		if n.Event == event && n.Field == field && n.Bits > best.Bits && (n.Bits == 0 || (n.Value^ordered(v))>>(64-n.Bits) == 0) {
			best = n
		}
	}
	return best.Policies
}

// evaluate is the algorithm of bpf/lib/scope.h.
func evaluate(c *Config, e *event.Event, p *filter.Process) Policies {
	s := &c.Scope
	m := Policies(1)
	rule := &Rule{}
	if c.Rules != nil {
		rule = c.Rules[e.EventID]
		if rule == nil {
			return 0
		}
		m = rule.Policies
	}
	keep := func(asked, taken Policies) { m &= ^asked | taken }
	keep(rule.Retval, c.number(e.EventID, FieldRetval, e.ReturnValue))
	asked := m
	keep(s.PID, c.number(0, FieldPID, int64(p.PID)))
	keep(s.TID, c.number(0, FieldTID, int64(p.TID)))
	keep(s.UID, c.number(0, FieldUID, int64(p.UID)))
	keep(s.MntNS, c.number(0, FieldMntNS, int64(p.MntNS)))
	keep(s.PIDNS, c.number(0, FieldPIDNS, int64(p.PIDNS)))
	for _, t := range []struct {
		asked   Policies
		entries []Text
		field   Field
		text    string
	}{{s.Comm, c.Comms, FieldComm, p.Comm}, {s.CommLate, c.Texts, FieldComm, p.Comm}, {s.UTS, c.Texts, FieldUTS, p.UTS}} {
		var v Verdict
		lookUp(t.entries, 0, t.field, t.text, &v)
		keep(t.asked, v.Yes&^v.No)
	}
	var v Verdict
	if p.Executable == "" {
		v.Yes = s.BinaryMissing
	} else {
		lookUp(c.Texts, 0, FieldBinary, p.Executable, &v)
		if p.HostMount {
			lookUp(c.Texts, 0, FieldBinaryHost, p.Executable, &v)
		}
	}
	keep(s.Binary, v.Yes&^v.No)
	m &= container(c, p) & choice(p.New, s.NewProcess, s.OldProcess)
	keep(s.Tree, tree(c, p))
	if p.Followed {
		for _, f := range s.Follow {
			m |= f & asked
		}
	}
	for _, a := range rule.Arguments {
		var v Verdict
		if text, ok := e.String(catalogue[0].Fields[a.Index].Name); ok {
			lookUp(c.Texts, e.EventID, FieldArgument+Field(a.Index), text, &v)
		} else {
			v.Yes = a.Missing
		}
		keep(a.Policies, v.Yes&^v.No)
	}
	return m
}

func choice(is bool, yes, no Policies) Policies {
	if is {
		return ^no
	}
	return ^yes
}

func container(c *Config, p *filter.Process) Policies {
	s := &c.Scope
	if p.ContainerID == "" {
		return ^(s.Container | s.NewContainer | s.OldContainer | s.ContainerID&^s.ContainerIDMissing)
	}
	v := c.Container(p.ContainerID)
	return choice(p.NewContainer, s.NewContainer, s.OldContainer) &^ (s.Host | s.ContainerID&^(v.Yes&^v.No))
}

func tree(c *Config, p *filter.Process) Policies {
	line := append([]uint32{p.PID}, p.Ancestors...)
	taken := c.Scope.TreeUnlisted
	for i := len(line) - 1; i >= 0; i-- {
		if root, ok := c.Trees[line[i]]; ok {
			taken = root.Of(taken)
		}
	}
	return taken
}

func randomFilter(t *testing.T, r *rand.Rand) *filter.Filter {
	t.Helper()
	var list []filter.Policy
	for len(list) < 1+r.IntN(12) {
		p, err := filter.ParsePolicy(fmt.Sprint("p", len(list)), randomExprs(r), catalogue)
		if err == nil { // else contradictory
			list = append(list, *p)
		}
	}
	f, err := filter.Join(list, catalogue)
	if err != nil {
		return parse(t, "event=any") // too many follow
	}
	return f
}

func text(r *rand.Rand) string {
	b := make([]byte, 1+r.IntN(4))
	for i := range b {
		b[i] = "ab"[r.IntN(2)]
	}
	return string(b)
}

func glob(r *rand.Rand) string {
	return []string{"", "*", ""}[r.IntN(3)] + text(r) + []string{"", "*", "*" + text(r), ""}[r.IntN(4)]
}

func randomExprs(r *rand.Rand) []string {
	number := func(field string, from, n int) func() string {
		return func() string { return fmt.Sprintf("%s%s%d", field, ordering(r), from+r.IntN(n)) }
	}
	all := []func() string{
		func() string { return "comm" + equality(r) + glob(r) + "," + glob(r) },
		func() string { return "uts" + equality(r) + glob(r) },
		func() string {
			return "binary" + equality(r) + []string{"", "host:"}[r.IntN(2)] + "/" + glob(r) + ",*" + text(r)
		},
		number("pid", 0, 8), number("tid", 0, 8), number("uid", 0, 8), number("mntns", 6, 3), number("pidns", 0, 8),
		number("retval", -4, 8), number("any.retval", -4, 8),
		func() string { return "any.path" + equality(r) + glob(r) + "," + glob(r) },
		func() string { return "any.name" + equality(r) + glob(r) },
		func() string { return "any.flags" + ordering(r) + fmt.Sprint(r.IntN(4)) },
		func() string { return fmt.Sprintf("tree%s%d", equality(r), 1+r.IntN(8)) },
		func() string {
			return []string{"container", "!container", "follow", "pid=new", "pid!=new", "container=new", "container!=new", "container=ab", "container!=a"}[r.IntN(9)]
		},
		func() string { return "image" + equality(r) + glob(r) },
		func() string { return []string{"event=other", "event=any", "event=made"}[r.IntN(3)] },
	}
	exprs := make([]string, r.IntN(5))
	for i := range exprs {
		exprs[i] = all[r.IntN(len(all))]()
	}
	return exprs
}

func equality(r *rand.Rand) string { return []string{"=", "!="}[r.IntN(2)] }
func ordering(r *rand.Rand) string { return []string{"=", "!=", "<", "<=", ">", ">="}[r.IntN(6)] }

func randomEvent(r *rand.Rand) (*event.Event, *filter.Process) {
	e := &event.Event{
		EventID: 9, EventName: "any", ReturnValue: int64(r.IntN(8) - 4), ProcessName: text(r), HostName: text(r),
		HostProcessID: r.IntN(8), HostThreadID: r.IntN(8), UserID: r.IntN(8), MountNS: 6 + r.Uint32N(3), PIDNS: r.Uint32N(8),
		ContainerID: []string{"", "ab", "ac", "b"}[r.IntN(4)],
	}
	if r.IntN(4) > 0 {
		e.Executable = "/" + text(r)
	}
	if e.ContainerID != "" {
		e.ContainerImage = []string{"", text(r)}[r.IntN(2)]
	}
	if r.IntN(5) == 0 {
		e.EventID, e.EventName = 11, "other"
	} else {
		for _, name := range []string{"path", "name"} {
			if r.IntN(4) > 0 {
				e.Args = append(e.Args, event.Argument{Name: name, Value: text(r)})
			}
		}
		e.Args = append(e.Args, event.Argument{Name: "flags", Value: int32(r.IntN(4))})
	}
	p := &filter.Process{
		HostMount: e.MountNS == 7, New: r.IntN(2) == 0, NewContainer: r.IntN(2) == 0, Followed: r.IntN(6) == 0,
	}
	for range r.IntN(4) {
		p.Ancestors = append(p.Ancestors, 1+r.Uint32N(8))
	}
	p.PID, p.TID, p.UID, p.MntNS, p.PIDNS = uint32(e.HostProcessID), uint32(e.HostThreadID), uint32(e.UserID), e.MountNS, e.PIDNS
	p.Comm, p.UTS, p.Executable, p.ContainerID = e.ProcessName, e.HostName, e.Executable, e.ContainerID
	return e, p
}
