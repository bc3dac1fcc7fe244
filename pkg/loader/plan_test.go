package loader

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tracehound/tracehound/pkg/catalog"
	"github.com/tracehound/tracehound/pkg/schema"
)

// kernelOf is a kernel with these functions in its BTF and, if any are named,
// those symbols besides.
func kernelOf(arch string, functions string, symbols ...string) Kernel {
	known := strings.Fields(functions)
	has := func(name string) bool { return slices.Contains(known, name) }
	return Kernel{
		Arch: arch, HasFunc: has,
		HasSymbol: func(name string) bool { return has(name) || slices.Contains(symbols, name) },
	}
}

func eventsOf(t *testing.T, arch, names string) []*schema.Event {
	t.Helper()
	all := catalog.Syscalls(arch)
	for _, e := range catalog.Events() {
		if e.Syscall == nil || e.Only386() {
			all = append(all, e)
		}
	}
	var events []*schema.Event
	for _, name := range strings.Fields(names) {
		i := slices.IndexFunc(all, func(e schema.Event) bool { return e.Name == name })
		if i < 0 {
			t.Fatalf("no event %s", name)
		}
		events = append(events, &all[i])
	}
	return events
}

// shown is a plan as text: "program" or "program@function", number of a raw
// call, "event: reason".
type shown struct{ Probes, Raw, Missing, Partial []string }

func show(p Plan, arch string) shown {
	var s shown
	for _, probe := range p.Probes {
		s.Probes = append(s.Probes, strings.TrimSuffix(probe.Program+"@"+probe.Target, "@"))
	}
	for _, id := range p.Raw {
		for _, e := range catalog.Syscalls(arch) {
			if e.ID == id {
				s.Raw = append(s.Raw, e.Name)
			}
		}
	}
	for _, m := range p.Missing {
		s.Missing = append(s.Missing, m.Event.Name+": "+m.Reason)
	}
	for _, m := range p.Partial {
		s.Partial = append(s.Partial, m.Event.Name+": "+m.Reason)
	}
	return s
}

func TestPlan(t *testing.T) {
	const x64 = "__x64_sys_openat __x64_sys_newstat __x64_sys_stat __x64_sys_execve __x64_sys_execveat __x64_sys_exit " +
		"__x64_sys_exit_group __do_sys_getpid __do_sys_rt_sigreturn __x64_sys_dup __x64_sys_dup2 __x64_sys_dup3 " +
		"__x64_sys_sendfile64 __x64_sys_umount __x64_sys_newuname __x64_sys_fadvise64 __x64_sys_fadvise64_64 " +
		"__x64_sys_personality security_file_open security_bprm_check"
	const arm64 = "__arm64_sys_openat __arm64_sys_dup __arm64_sys_dup3 __arm64_sys_newfstat __arm64_sys_fadvise64_64 " +
		"__arm64_sys_arm64_personality __arm64_sys_getpid __arm64_sys_sendfile64"
	for _, c := range []struct {
		name, arch, events string
		kernel             Kernel
		want               shown
	}{
		{"tracepoints are attached anyway", "amd64", "sched_process_exec sched_process_fork sched_process_exit cgroup_mkdir",
			kernelOf("amd64", ""), shown{}},
		{"made by the tracer", "amd64", "lost_events", kernelOf("amd64", ""), shown{}},
		{"one call", "amd64", "openat", kernelOf("amd64", x64), shown{Probes: []string{"syscall_openat@__x64_sys_openat"}}},
		{"other names", "amd64", "stat sendfile umount2 uname fadvise64 personality", kernelOf("amd64", x64), shown{Probes: []string{
			"syscall_stat@__x64_sys_newstat", "syscall_sendfile@__x64_sys_sendfile64",
			"syscall_umount2@__x64_sys_umount", "syscall_uname@__x64_sys_newuname",
			"syscall_fadvise64@__x64_sys_fadvise64", "syscall_personality@__x64_sys_personality",
		}}},
		{"other names of arm64", "arm64", "openat fstat fadvise64 personality getpid sendfile", kernelOf("arm64", arm64), shown{Probes: []string{
			"syscall_openat@__arm64_sys_openat", "syscall_fstat@__arm64_sys_newfstat",
			"syscall_fadvise64@__arm64_sys_fadvise64_64", "syscall_personality@__arm64_sys_arm64_personality",
			"syscall_getpid@__arm64_sys_getpid", "syscall_sendfile@__arm64_sys_sendfile64",
		}}},
		{"without parameters", "amd64", "getpid", kernelOf("amd64", x64), shown{Probes: []string{"syscall_getpid@__do_sys_getpid"}}},
		{"the inner function of a call with parameters gets no registers", "amd64", "close",
			kernelOf("amd64", "__do_sys_close", "__x64_sys_close"), shown{Probes: []string{"sys_exit"}, Raw: []string{"close"}}},
		{"calls that do not return", "amd64", "exit exit_group rt_sigreturn", kernelOf("amd64", x64), shown{Probes: []string{
			"enter_exit@__x64_sys_exit", "enter_exit_group@__x64_sys_exit_group", "enter_rt_sigreturn@__do_sys_rt_sigreturn",
		}}},
		{"execve", "amd64", "execve", kernelOf("amd64", x64),
			shown{Probes: []string{"enter_execve@__x64_sys_execve", "syscall_execve@__x64_sys_execve", "exec_succeeded"}}},
		{"execveat", "amd64", "execveat execve", kernelOf("amd64", x64), shown{Probes: []string{
			"enter_execveat@__x64_sys_execveat", "syscall_execveat@__x64_sys_execveat", "exec_succeeded",
			"enter_execve@__x64_sys_execve", "syscall_execve@__x64_sys_execve",
		}}},
		{"raw", "amd64", "openat", kernelOf("amd64", "", "__x64_sys_openat"),
			shown{Probes: []string{"sys_exit"}, Raw: []string{"openat"}}},
		{"raw exit", "amd64", "exit", kernelOf("amd64", "", "__x64_sys_exit"),
			shown{Probes: []string{"sys_enter"}, Raw: []string{"exit"}}},
		{"raw execveat", "amd64", "execveat", kernelOf("amd64", "", "__x64_sys_execveat"),
			shown{Probes: []string{"sys_enter", "sys_exit", "exec_succeeded"}, Raw: []string{"execveat"}}},
		{"one of two raw", "amd64", "openat close", kernelOf("amd64", x64, "__x64_sys_close"), shown{
			Probes: []string{"syscall_openat@__x64_sys_openat", "sys_exit"}, Raw: []string{"close"},
		}},
		{"not in this kernel", "amd64", "openat file_getattr execve", kernelOf("amd64", "__x64_sys_openat"), shown{
			Probes:  []string{"syscall_openat@__x64_sys_openat"},
			Missing: []string{"file_getattr: this kernel has no such system call", "execve: this kernel has no such system call"},
		}},
		{"security hooks", "amd64", "security_file_open security_bprm_check security_socket_connect", kernelOf("amd64", x64), shown{
			Probes:  []string{"security_file_open@security_file_open", "security_bprm_check@security_bprm_check"},
			Missing: []string{"security_socket_connect: this kernel lacks fexit security_socket_connect"},
		}},
		{"several programs", "amd64", "socket_dup", kernelOf("amd64", x64), shown{Probes: []string{
			"socket_dup_dup@__x64_sys_dup", "socket_dup_dup2@__x64_sys_dup2", "socket_dup_dup3@__x64_sys_dup3",
		}}},
		{"dup2 is not on arm64", "arm64", "socket_dup", kernelOf("arm64", arm64), shown{Probes: []string{
			"socket_dup_dup@__arm64_sys_dup", "socket_dup_dup3@__arm64_sys_dup3",
		}}},
		{"none of several programs", "amd64", "socket_dup", kernelOf("amd64", ""), shown{
			Missing: []string{"socket_dup: this kernel lacks fexit dup"},
		}},
		{"an event twice", "amd64", "security_file_open security_file_open", kernelOf("amd64", x64),
			shown{Probes: []string{"security_file_open@security_file_open"}}},
	} {
		p := NewPlan(eventsOf(t, c.arch, c.events), c.kernel)
		if diff := cmp.Diff(c.want, show(p, c.arch)); diff != "" {
			t.Errorf("%s: %s (-want +got):\n%s", c.name, c.events, diff)
		}
		if diff := cmp.Diff(lifecycle, p.Lifecycle); diff != "" {
			t.Errorf("%s: lifecycle (-want +got):\n%s", c.name, diff)
		}
	}
}

// An event that has other programs, and one whose program has a stand-in.
func TestPlanWithoutWhatTheKernelRefuses(t *testing.T) {
	hook := func(name, how string) schema.Program {
		return schema.Program{Name: name, Hook: how + " " + name, Function: name}
	}
	twin := schema.Program{Name: "twin", Hook: "kprobe opened"}
	opened := hook("opened", schema.HookFexit)
	opened.Instead = []schema.Program{twin}
	events := []*schema.Event{
		{ID: 1000, Name: "a", Programs: []schema.Program{opened}},
		{ID: 1001, Name: "b", Programs: []schema.Program{hook("first", schema.HookFexit), hook("second", schema.HookFexit)}},
		{ID: 1002, Name: "c", Programs: []schema.Program{{Name: "tp", Hook: "tracepoint submitted"}}},
		{ID: 1003, Name: "d", DependsOn: []string{"b", "c"}},
		&catalog.Syscalls("amd64")[0],  // read
		&catalog.Syscalls("amd64")[60], // exit
	}
	for _, c := range []struct {
		name, functions string
		symbols         []string
		refused         map[string]string
		by              map[string][]string
		missing         []string
		partial         []string
	}{
		{
			name: "all", functions: "opened first second submitted __x64_sys_read __x64_sys_exit",
			by: map[string][]string{
				"a": {"fexit opened"}, "b": {"fexit first", "fexit second"}, "c": {"tracepoint submitted"},
				"d": {"made by the tracer from b, c"}, "read": {"fexit __x64_sys_read"}, "exit": {"fentry __x64_sys_exit"},
			},
		},
		{
			name: "others instead", functions: "opened first second submitted __x64_sys_read __x64_sys_exit",
			refused: map[string]string{"opened": "no", "first": "no", "syscall_read": "no", "enter_exit": "no"},
			by: map[string][]string{
				"a": {"kprobe opened"}, "b": {"fexit second"}, "c": {"tracepoint submitted"}, "d": {"made by the tracer from b, c"},
				"read": {"raw tracepoint sys_exit"}, "exit": {"raw tracepoint sys_enter"},
			},
			partial: []string{"b: this kernel refuses program first: no"},
		},
		{
			name: "a function outside of BTF", symbols: []string{"opened"},
			by: map[string][]string{"a": {"kprobe opened"}, "d": {"made by the tracer from b, c"}},
			missing: []string{
				"b: this kernel lacks fexit first", "c: this kernel lacks tracepoint submitted",
				"read: this kernel has no such system call", "exit: this kernel has no such system call",
			},
		},
		{
			name: "nothing left", functions: "opened first second submitted __x64_sys_read __x64_sys_exit",
			refused: map[string]string{"opened": "no (1)", "twin": "no (2)", "first": "no (3)", "second": "no (4)", "tp": "no (5)",
				"syscall_read": "no", "sys_exit": "no (6)", "enter_exit": "no", "sys_enter": "no (7)"},
			by: map[string][]string{"d": {"made by the tracer from b, c"}},
			missing: []string{
				"a: this kernel refuses program opened: no (1)", "b: this kernel refuses program first: no (3)",
				"c: this kernel refuses program tp: no (5)",
				"read: this kernel refuses program sys_exit: no (6)", "exit: this kernel refuses program sys_enter: no (7)",
			},
		},
	} {
		k := kernelOf("amd64", c.functions, c.symbols...)
		k.HasTracepoint, k.Refused = k.HasFunc, c.refused
		p := NewPlan(events, k)
		if diff := cmp.Diff(c.by, p.By); diff != "" {
			t.Errorf("%s: sources (-want +got):\n%s", c.name, diff)
		}
		if diff := cmp.Diff(c.missing, show(p, "amd64").Missing); diff != "" {
			t.Errorf("%s: missing (-want +got):\n%s", c.name, diff)
		}
		if diff := cmp.Diff(c.partial, show(p, "amd64").Partial); diff != "" {
			t.Errorf("%s: in part (-want +got):\n%s", c.name, diff)
		}
		for _, probe := range p.Probes {
			if _, ok := c.refused[probe.Program]; ok {
				t.Errorf("%s: plans %s, which is refused", c.name, probe.Program)
			}
		}
	}
}

// everything is a kernel whose BTF knows every function asked for.
func everything(arch string) Kernel {
	yes := func(string) bool { return true }
	return Kernel{Arch: arch, HasFunc: yes, HasSymbol: yes}
}

func callsOf(arch string) []*schema.Event {
	var calls []*schema.Event
	for _, e := range catalog.Syscalls(arch) {
		if e.ID != schema.None {
			calls = append(calls, &e)
		}
	}
	return calls
}

func TestPlanOfManyCalls(t *testing.T) {
	calls := callsOf("amd64")
	few := NewPlan(calls[:rawThreshold], everything("amd64"))
	if len(few.Raw) != 0 || len(few.Probes) < rawThreshold {
		t.Errorf("%d calls: %d raw, %d probes", rawThreshold, len(few.Raw), len(few.Probes))
	}
	many := NewPlan(calls[:rawThreshold+1], everything("amd64"))
	got := show(many, "amd64")
	if len(got.Raw) != rawThreshold+1 {
		t.Errorf("%d of %d calls are raw", len(got.Raw), rawThreshold+1)
	}
	if diff := cmp.Diff([]string{"sys_exit", "sys_enter", "exec_succeeded"}, got.Probes); diff != "" {
		t.Errorf("probes (-want +got):\n%s", diff)
	}
	// The raw tracepoints see even calls that the kernel lacks.
	none := NewPlan(calls, kernelOf("amd64", ""))
	if len(none.Missing) != 0 || len(none.Raw) != len(calls) {
		t.Errorf("%d missing, %d of %d raw", len(none.Missing), len(none.Raw), len(calls))
	}
}

var (
	defined   = regexp.MustCompile(`(?m)^int (?:BPF_PROG\()?(\w+)[,(]`)
	templated = regexp.MustCompile(`(?m)^(RETURNED|ENTERED|EXEC_ENTERED|DUP|I386_DUP)\((\w+)`)
	numbered  = regexp.MustCompile(`(?m)^(EIGHT|SIXTY_FOUR)\((I386_\w+), (\d+)\)`)
	listed    = regexp.MustCompile(`X\((\w+), \d+\)`)
)

// programs are the names of all programs in the BPF sources, for the
// architecture.
func programs(t *testing.T, arch string) map[string]bool {
	t.Helper()
	files, err := filepath.Glob("../../bpf/*.bpf.c")
	if err != nil || len(files) == 0 {
		t.Fatalf("no BPF sources: %v", err)
	}
	found := map[string]bool{}
	for _, file := range files {
		text := read(t, file)
		for _, m := range defined.FindAllStringSubmatch(text, -1) {
			found[m[1]] = true
		}
		for _, m := range templated.FindAllStringSubmatch(text, -1) {
			prefix := map[string]string{"RETURNED": "syscall_", "ENTERED": "enter_", "EXEC_ENTERED": "enter_", "DUP": "socket_dup_", "I386_DUP": "socket_dup_i386_"}[m[1]]
			found[prefix+m[2]] = true
		}
	}
	if arch == "amd64" { // EIGHT and SIXTY_FOUR number them in octal
		text := read(t, "../../bpf/syscall_i386.bpf.c")
		for _, m := range numbered.FindAllStringSubmatch(text, -1) {
			for i := range map[string]int{"EIGHT": 8, "SIXTY_FOUR": 64}[m[1]] {
				digits := map[string]string{"EIGHT": "%o", "SIXTY_FOUR": "%02o"}[m[1]]
				found[strings.ToLower(m[2])+"_"+m[3]+fmt.Sprintf(digits, i)] = true
			}
		}
	}
	x86, other, _ := strings.Cut(read(t, "../../bpf/gen/syscalls.h"), "defined(__TARGET_ARCH_arm64)")
	if arch == "arm64" {
		x86 = other
	}
	for _, m := range listed.FindAllStringSubmatch(x86, -1) {
		found["syscall_"+m[1]] = true
	}
	return found
}

func read(t *testing.T, file string) string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// Whatever is selected, the object has the programs that the plan names.
func TestPlansNameProgramsThatExist(t *testing.T) {
	for _, arch := range []string{"amd64", "arm64"} {
		have := programs(t, arch)
		var events []*schema.Event
		for _, e := range catalog.Events() {
			if e.Syscall == nil {
				events = append(events, &e)
			}
		}
		wanted := map[string]bool{}
		note := func(p Plan) {
			for _, probe := range slices.Concat(p.Lifecycle, p.Probes) {
				wanted[probe.Program] = true
			}
		}
		note(NewPlan(events, everything(arch)))
		note(NewPlan(callsOf(arch), everything(arch)))
		for _, e := range callsOf(arch) {
			note(NewPlan([]*schema.Event{e}, everything(arch)))
		}
		if arch == "arm64" {
			// No such functions there.
			maps.DeleteFunc(wanted, func(name string, _ bool) bool {
				return name == "socket_dup_dup2" || strings.HasPrefix(name, "socket_dup_i386_")
			})
		}
		for _, name := range slices.Sorted(maps.Keys(wanted)) {
			if wanted[name] && !have[name] {
				t.Errorf("%s: the BPF sources have no program %s", arch, name)
			}
		}
	}
}

// Events that the tracer looks for in the kernel's memory need its addresses, and
// the program that reads it.
func TestPlanOfWhatIsFoundInMemory(t *testing.T) {
	hooked := &schema.Event{ID: 1000, Name: "hooked", Programs: []schema.Program{{Name: "hooked", Hook: "fentry listed", Function: "listed"}}, Symbols: []string{"a"}}
	found := &schema.Event{ID: 1001, Name: "found", Symbols: []string{"a", "b"}}
	for _, c := range []struct {
		name, why string
		refused   map[string]string
		memory    bool
		by        map[string][]string
		missing   []string
	}{
		{name: "all", memory: true, by: map[string][]string{"hooked": {"fentry listed"}, "found": {"found by the tracer in the kernel's memory"}}},
		{name: "no addresses", why: "they are hidden", by: map[string][]string{}, missing: []string{"hooked: they are hidden", "found: they are hidden"}},
		{
			name: "refused", refused: map[string]string{"peek": "no"}, by: map[string][]string{"hooked": {"fentry listed"}},
			missing: []string{"found: this kernel refuses program peek: no"},
		},
	} {
		p := NewPlan([]*schema.Event{hooked, found}, Kernel{
			Arch: "amd64", HasFunc: func(string) bool { return true }, Refused: c.refused,
			Addresses: func([]string) string { return c.why },
		})
		var missing []string
		for _, m := range p.Missing {
			missing = append(missing, m.Event.Name+": "+m.Reason)
		}
		if diff := cmp.Diff([]any{c.memory, c.by, c.missing}, []any{p.Memory, p.By, missing}); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}
