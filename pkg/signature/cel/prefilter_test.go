package cel

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/types"

	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/schema"
)

// everything is an event with an argument of each sort that the prefilter knows.
var everything = schema.Event{Name: "everything", Fields: []schema.Field{
	{Name: "pathname", Kind: schema.Path}, {Name: "flags", Kind: schema.OpenFlags}, {Name: "argv", Kind: schema.Strings}, {Name: "env", Kind: schema.Strings},
	{Name: "remote_addr", Kind: schema.Sockaddr}, {Name: "last", Kind: schema.Bool}, {Name: "bytes", Kind: schema.Bytes},
}}

// atoms are conditions that random ones are made of.
var atoms = []string{
	`args.pathname == "/etc/shadow"`, `"/etc/shadow" != args.pathname`, `args.pathname in ["/etc/shadow", "/a"]`, `args.pathname in lists.files`, `args.pathname in []`,
	`args.pathname.startsWith("/etc")`, `args.pathname.endsWith("w")`, `args.pathname.contains("sha")`, `args.pathname.matches("^/(etc|a)")`,
	`isUnder(args.pathname, "/etc")`, `isUnderAny(args.pathname, lists.files)`, `glob(args.pathname, "/etc/*")`, `basename(args.pathname) == "shadow"`, `dirname(args.pathname) == "/etc"`,
	`startsWithAny(args.pathname, ["/et", "x"])`, `endsWithAny(args.pathname, ["ow"])`, `containsAny(args.pathname, lists.files)`, `args.pathname == args.argv[0]`, `args.pathname < "/f"`,
	`isRead(args.flags)`, `isWrite(args.flags)`, `hasFlag(args.flags, O_CREAT)`, `args.flags == O_WRONLY`, `args.flags >= 64`, `args.flags < -ENOENT`, `args.flags in [0, 1, O_CREAT]`, `args.flags in lists.numbers`,
	`event.returnValue == -ENOENT`, `event.returnValue <= 0`, `event.processName == "sh"`, `event.processName in lists.shells`, `event.origin == "container"`, `event.containerId != ""`,
	`args.argv.exists(a, a == "-c")`, `args.argv.exists(a, a.startsWith("-") && args.flags == 1)`, `args.argv.all(a, a != "-c")`, `args.argv.exists(a, args.env.exists(b, a == b))`, `args.env.exists_one(v, v == "A=1")`,
	`args.argv.exists(a, is_shell(a))`, `size(args.argv) > 2`,
	`args.remote_addr.port == 443`, `args.remote_addr.port in lists.numbers`, `isPrivate(args.remote_addr.addr)`, `isLoopback(args.remote_addr.addr)`, `inCIDR(args.remote_addr.addr, "10.0.0.0/8")`, `args.remote_addr.family == AF_INET`,
	`inAnyCIDR(args.remote_addr.addr, ["127.0.0.0/8"])`, `has(args.pathname)`, `!has(args.argv)`, `args.last`, `isELF(args.bytes)`, `text.flags == "O_RDONLY"`, `is_shell(args.pathname)`, `both(args.pathname, event.processName)`,
	`true`, `false`, `(args.last ? args.pathname : event.processName) == "sh"`, `args.flags / args.flags == 1`,
}

func randomCondition(r *rand.Rand, depth int) string {
	if depth == 0 || r.IntN(4) == 0 {
		return atoms[r.IntN(len(atoms))]
	}
	switch r.IntN(5) {
	case 0:
		return "!(" + randomCondition(r, depth-1) + ")"
	case 1, 2:
		return "(" + randomCondition(r, depth-1) + ") || (" + randomCondition(r, depth-1) + ")"
	}
	return "(" + randomCondition(r, depth-1) + ") && (" + randomCondition(r, depth-1) + ")"
}

func pick[T any](r *rand.Rand, of ...T) T { return of[r.IntN(len(of))] }

// randomEvent lacks any argument now and then, or has one of another type.
func randomEvent(r *rand.Rand) *event.Event {
	e := happened("everything")
	e.ProcessName, e.ContainerID, e.ReturnValue = pick(r, "sh", "bash", "x"), pick(r, "", "c1"), pick(r, int64(0), -2, 5)
	values := []any{
		pick(r, "/etc/shadow", "/etc", "/a", "/bin/sh", "", "/etcetera"), pick(r, int32(0), 1, 2, 64, 65, 1<<21, -1),
		pick(r, []string{}, []string{"sh", "-c", "x"}, []string{"/etc/shadow", "-x"}, []string{"A=1"}), pick(r, []string{}, []string{"A=1"}, []string{"A=1", "A=1"}),
		event.Sockaddr{Family: pick(r, "AF_INET", "AF_UNIX"), Addr: pick(r, "10.1.1.1", "127.0.0.1", "1.1.1.1", ""), Port: pick(r, uint16(443), 80)},
		r.IntN(2) == 0, pick(r, []byte("\x7fELF\x02"), []byte("#!")),
	}
	for i, f := range everything.Fields {
		switch r.IntN(12) {
		case 0:
		case 1:
			e.Args = append(e.Args, arg(f.Name, pick[any](r, nil, "7", 3.5, []any{"sh"})))
		default:
			e.Args = append(e.Args, arg(f.Name, values[i]))
		}
	}
	return e
}

func everythingEnvironment(t *testing.T) *environment {
	t.Helper()
	env, err := newEnvironment(&everything, &Shared{
		lists: []namedList{
			{"files", cel.ListType(cel.StringType), []string{"/etc/shadow", "/bin"}}, {"shells", cel.ListType(cel.StringType), []string{"sh"}},
			{"numbers", cel.ListType(cel.IntType), []int64{1, 443}},
		},
		macros: []macro{
			{"is_shell", []string{"path"}, text{value: `basename(path) in lists.shells`}},
			{"both", []string{"path", "a"}, text{value: `is_shell(path) && is_shell(a) && args.argv.exists(path, path == a)`}},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return env
}

// What the prefilter says, CEL says too, of random conditions on random events.
func TestPrefilterAgreesWithCEL(t *testing.T) {
	env := everythingEnvironment(t)
	r := rand.New(rand.NewPCG(1, 2))
	var said [yes + 1]int
	for i := range 1500 {
		text := randomCondition(r, 3)
		if i < len(atoms) {
			text = atoms[i]
		}
		m, faults := env.match(text)
		if len(faults) > 0 {
			t.Fatalf("%s: %v", text, faults)
		}
		if m.quick == nil {
			continue
		}
		for range 40 {
			e := randomEvent(r)
			got := m.quick(e, "")
			said[got]++
			want, _, err := m.program.Eval(activation{e})
			if got == no && want != types.False || got == yes && want != types.True || got == absent && !errors.Is(err, errAbsent) {
				t.Fatalf("%s of %v: prefilter says %d, CEL says %v, %v", text, e.Args, got, want, err)
			}
		}
	}
	if said[no] < 10_000 || said[yes] < 5_000 || said[absent] < 1000 {
		t.Errorf("the prefilter said unknown, absent, no and yes %v times", said)
	}
}

// Each form that signatures are commonly written in is known.
func TestPrefilterKnows(t *testing.T) {
	env := everythingEnvironment(t)
	unknownTo := map[string]bool{
		`args.pathname in []`: true, `args.pathname == args.argv[0]`: true, `args.pathname < "/f"`: true, `args.argv.all(a, a != "-c")`: true, `args.argv.exists(a, args.env.exists(b, a == b))`: true,
		`args.env.exists_one(v, v == "A=1")`: true, `size(args.argv) > 2`: true, `isELF(args.bytes)`: true, `text.flags == "O_RDONLY"`: true,
		`true`: true, `false`: true, `(args.last ? args.pathname : event.processName) == "sh"`: true, `args.flags / args.flags == 1`: true,
	}
	for _, text := range atoms {
		m, faults := env.match(text)
		if len(faults) > 0 {
			t.Fatalf("%s: %v", text, faults)
		}
		if known := m.quick != nil; known == unknownTo[text] {
			t.Errorf("%s: known is %v", text, known)
		}
	}
}

func BenchmarkReject(b *testing.B) {
	condition := `isUnderAny(args.pathname, lists.files) && isWrite(args.flags) && !is_shell(event.executable)`
	env, err := newEnvironment(&everything, &Shared{
		lists:  []namedList{{"files", cel.ListType(cel.StringType), []string{"/etc", "/bin", "/usr/bin"}}, {"shells", cel.ListType(cel.StringType), []string{"sh"}}},
		macros: []macro{{"is_shell", []string{"path"}, text{value: `basename(path) in lists.shells`}}},
	})
	if err != nil {
		b.Fatal(err)
	}
	m, faults := env.match(condition)
	if len(faults) > 0 {
		b.Fatal(faults)
	}
	e := happened("everything", arg("pathname", "/home/app/x"), arg("flags", int32(0)))
	for _, quick := range []bool{true, false} {
		b.Run(fmt.Sprintf("prefilter=%v", quick), func(b *testing.B) {
			m := m
			if !quick {
				m.quick = nil
			}
			b.ReportAllocs()
			for b.Loop() {
				if holds, err := m.eval(e, activation{e}); holds || err != nil {
					b.Fatal(holds, err)
				}
			}
		})
	}
}
