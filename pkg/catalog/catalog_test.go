package catalog_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tracehound/tracehound/pkg/catalog"
	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/schema"
)

var update = flag.Bool("update", false, "add new events and fields to testdata/catalogue.txt")

var arches = []string{"amd64", "arm64"}

// all is the whole catalogue as an architecture has it.
func all(arch string) []schema.Event {
	events := catalog.Syscalls(arch)
	for _, e := range catalog.Events() {
		if e.Syscall == nil || e.Only386() {
			events = append(events, e)
		}
	}
	return events
}

func TestNamesAndNumbersAreUnique(t *testing.T) {
	for _, arch := range arches {
		names, ids := map[string]bool{}, map[schema.ID]string{}
		for _, e := range all(arch) {
			if names[e.Name] {
				t.Errorf("two events are named %s", e.Name)
			}
			names[e.Name] = true
			if e.ID == schema.None && e.Syscall != nil {
				continue
			}
			if other, ok := ids[e.ID]; ok {
				t.Errorf("%s and %s both have number %d on %s", other, e.Name, e.ID, arch)
			}
			ids[e.ID] = e.Name
		}
	}
}

// Numbers below 700 are system calls, so that a stream's numbers can be told
// apart without knowing its architecture.
func TestNumbersAreInTheirRange(t *testing.T) {
	for _, arch := range arches {
		for _, e := range all(arch) {
			isCall := e.Syscall != nil && !e.Only386()
			if e.ID >= 700 == isCall && e.ID != schema.None {
				t.Errorf("%s has number %d", e.Name, e.ID)
			}
		}
	}
}

func TestEventsAreDescribed(t *testing.T) {
	snake := regexp.MustCompile(`^[a-z_][a-z0-9_]*$`)
	for _, e := range catalog.Events() {
		if !snake.MatchString(e.Name) {
			t.Errorf("event %q is not in snake case", e.Name)
		}
		if e.Doc == "" {
			t.Errorf("%s has no doc", e.Name)
		}
		for _, name := range e.DependsOn {
			if catalog.ByName(name) == nil {
				t.Errorf("%s depends on %q, which is no event", e.Name, name)
			}
		}
		seen := map[string]bool{}
		for _, f := range e.Fields {
			if !snake.MatchString(f.Name) {
				t.Errorf("%s.%s is not in snake case", e.Name, f.Name)
			}
			if seen[f.Name] {
				t.Errorf("%s.%s is there twice", e.Name, f.Name)
			}
			seen[f.Name] = true
			if f.Kind.Info().Name == "" {
				t.Errorf("%s.%s has no kind", e.Name, f.Name)
			}
			if f.Doc == "" && e.Syscall == nil {
				t.Errorf("%s.%s has no doc", e.Name, f.Name)
			}
		}
		if e.Syscall != nil && len(e.Fields) > 6 {
			t.Errorf("%s has %d parameters", e.Name, len(e.Fields))
		}
	}
}

// A reader of a stream finds a value's Go type by its C type, so the two must
// say the same.
func TestTypesSayWhatIsInTheRecord(t *testing.T) {
	for _, e := range catalog.Events() {
		for _, f := range e.Fields {
			got, ok := event.TypeEncoding(f.WireType())
			if want := f.Kind.Info().Enc; !ok || got != want {
				t.Errorf("%s.%s: type %q is read as encoding %d, kind %s is %d", e.Name, f.Name, f.WireType(), got, f.Kind, want)
			}
		}
	}
}

// parts are the sets whose members are also members of a larger set.
func parts(s schema.Set) (schema.Set, bool) {
	whole, _, ok := strings.Cut(string(s), "_")
	return schema.Set(whole), ok && s != schema.LSMHooks && s != schema.Only32Bit
}

func TestSets(t *testing.T) {
	known := []schema.Set{
		schema.Default, schema.Syscalls, schema.FS, schema.FSFileOps, schema.FSReadWrite, schema.FSMuxIO,
		schema.FSFileAttr, schema.FSDirOps, schema.FSLinkOps, schema.FSFDOps, schema.FSSync, schema.FSAsyncIO,
		schema.FSMonitor, schema.FSInfo, schema.Proc, schema.ProcIDs, schema.ProcMem, schema.ProcSched,
		schema.ProcLife, schema.System, schema.SystemModule, schema.SystemNuma, schema.SystemKeys, schema.IPC,
		schema.IPCMsgQ, schema.IPCPipe, schema.IPCShm, schema.IPCSem, schema.IPCFutex, schema.Net,
		schema.NetSock, schema.NetSndRcv, schema.Time, schema.TimeTimer, schema.TimeClock, schema.TimeTOD,
		schema.Signals, schema.LSMHooks, schema.Only32Bit,
	}
	slices.Sort(known)
	if diff := cmp.Diff(known, catalog.Sets()); diff != "" {
		t.Errorf("sets with members (-known +catalogue):\n%s", diff)
	}
	for _, e := range catalog.Events() {
		seen := map[schema.Set]bool{}
		for _, s := range e.Sets {
			if seen[s] {
				t.Errorf("%s is in set %s twice", e.Name, s)
			}
			seen[s] = true
		}
		for s := range seen {
			if whole, ok := parts(s); ok && !seen[whole] {
				t.Errorf("%s is in set %s but not in %s", e.Name, s, whole)
			}
		}
		if seen[schema.Syscalls] != (e.Syscall != nil) {
			t.Errorf("%s is in the wrong set", e.Name)
		}
	}
}

// People know which events they get when they select none.
func TestDefaultSet(t *testing.T) {
	want := strings.Fields(`open openat openat2 creat close close_range stat lstat fstat access faccessat faccessat2
		dup dup3 socket connect accept accept4 bind listen getsockname clone clone3 fork vfork execve execveat
		kill ptrace getdents getdents64 unlink unlinkat symlink symlinkat chmod fchmod fchmodat chown fchown lchown
		fchownat mknod mknodat setuid setgid setreuid setregid setfsuid setfsgid prctl mount umount2 move_mount
		init_module finit_module delete_module process_vm_readv process_vm_writev memfd_create bpf pkey_mprotect`)
	var got []string
	for _, e := range catalog.Syscalls("amd64") {
		if e.In(schema.Default) {
			got = append(got, e.Name)
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestSyscallsAreInOrder(t *testing.T) {
	last := schema.ID(-1)
	for _, e := range catalog.Syscalls("amd64") {
		if e.ID == schema.None {
			last = 1 << 20 // calls that x86_64 lacks come last
			continue
		}
		if e.ID <= last {
			t.Errorf("%s, number %d, comes after number %d", e.Name, e.ID, last)
		}
		last = e.ID
	}
}

func TestLookUp(t *testing.T) {
	if got := len(catalog.Syscalls("amd64")); got < 385 {
		t.Errorf("%d system calls", got)
	}
	for _, e := range catalog.Events() {
		if got := catalog.ByName(e.Name); got == nil || got.Name != e.Name {
			t.Errorf("ByName(%q) = %v", e.Name, got)
		}
		if e.ID == schema.None {
			continue
		}
		if got := catalog.ByID(e.ID); got == nil || got.Name != e.Name {
			t.Errorf("ByID(%d) = %v", e.ID, got)
		}
	}
	if got := catalog.ByName("no_such_event"); got != nil {
		t.Errorf("ByName finds %s", got.Name)
	}
	if got := catalog.ByID(schema.None); got != nil {
		t.Errorf("ByID finds %s", got.Name)
	}
}

func TestI386(t *testing.T) {
	numbers := catalog.I386()
	for number, want := range map[schema.ID]string{
		7: "waitpid", 11: "execve", 5: "open", 295: "openat", 26: "ptrace", 213: "setuid", 23: "setuid16", 422: "futex", 240: "futex_time32",
		90: "mmap", 192: "mmap2", 102: "socketcall", 117: "ipc", 106: "stat", 195: "stat64", 142: "select", 82: "old_select",
		55: "fcntl", 221: "fcntl64", 343: "clock_adjtime", 405: "clock_adjtime64",
	} {
		if got := numbers[number]; got != want {
			t.Errorf("i386 number %d is %q, want %s", number, got, want)
		}
	}
	for number, name := range numbers {
		e := catalog.ByName(name)
		if e == nil || e.Syscall.I386 != number {
			t.Errorf("i386 number %d is %q, which is another event", number, name)
		}
	}
	rows := 0
	for _, e := range catalog.Events() {
		if e.Syscall == nil {
			continue
		}
		if e.Syscall.I386 != schema.None {
			rows++
		}
		checkI386Params(t, &e)
	}
	if rows != len(numbers) {
		t.Errorf("%d calls have an i386 number, of which %d differ", rows, len(numbers))
	}
}

// Ids of calls that only 32-bit programs have are Tracee's.
func TestIDsOfCallsOfOnly32Bit(t *testing.T) {
	for name, want := range map[string]schema.ID{
		"waitpid": 3000, "socketcall": 3024, "ipc": 3028, "mmap2": 3037, "lchown16": 3043, "fcntl64": 3062,
		"clock_gettime32": 3067, "sched_rr_get_interval_time32": 3085,
	} {
		if e := catalog.ByName(name); e == nil || e.ID != want || !e.Only386() {
			t.Errorf("%s is %+v, want number %d", name, e, want)
		}
	}
}

// Six registers, each used once, hold all parameters of a 32-bit program's call.
func checkI386Params(t *testing.T, e *schema.Event) {
	t.Helper()
	params := e.Syscall.I386Params
	if params == nil {
		return
	}
	if len(params) != len(e.Fields) {
		t.Errorf("%s has %d parameters and says of %d where i386 passes them", e.Name, len(e.Fields), len(params))
	}
	used := map[schema.I386Param]bool{}
	for i, p := range params {
		registers := []schema.I386Param{p &^ (schema.I386Pair | schema.I386Block)}
		if p&schema.I386Pair != 0 {
			registers = append(registers, registers[0]+1)
			if enc := e.Fields[i].Kind.Info().Enc; enc != schema.EncI64 && enc != schema.EncU64 {
				t.Errorf("%s.%s is in two registers and has no 64 bits", e.Name, e.Fields[i].Name)
			}
		}
		for _, r := range registers {
			if r > 5 || used[r] {
				t.Errorf("%s.%s: i386 passes nothing more in register %d", e.Name, e.Fields[i].Name, r)
			}
			used[r] = true
		}
	}
}

const golden = "testdata/catalogue.txt"

// describe is one line of the golden file: numbers, name, and every field with
// its C type.
func describe(e *schema.Event) string {
	var b strings.Builder
	if e.Syscall != nil && !e.Only386() {
		fmt.Fprintf(&b, "%d/%d %s", e.Syscall.AMD64, e.Syscall.ARM64, e.Name)
	} else {
		fmt.Fprintf(&b, "%d %s", e.ID, e.Name)
	}
	for _, f := range e.Fields {
		fmt.Fprintf(&b, "; %s %s", f.WireType(), f.Name)
	}
	return b.String()
}

// TestOnlyAppended holds the catalogue against the golden file: events do not
// go away or change their number, fields keep their place and type. -update
// writes additions; a promise that was broken on purpose is edited by hand.
func TestOnlyAppended(t *testing.T) {
	old, err := os.ReadFile(golden)
	if err != nil && !*update {
		t.Fatal(err)
	}
	var now bytes.Buffer
	lines := map[string]string{}
	for _, e := range catalog.Events() {
		line := describe(&e)
		lines[e.Name] = line
		fmt.Fprintln(&now, line)
	}
	for line := range strings.Lines(string(old)) {
		line = strings.TrimSpace(line)
		head, _, _ := strings.Cut(line, ";")
		_, name, _ := strings.Cut(head, " ")
		if got := lines[name]; got != line && !strings.HasPrefix(got, line+";") {
			t.Errorf("was: %s\nnow: %s", line, got)
		}
	}
	if t.Failed() {
		return
	}
	if *update {
		if err := os.WriteFile(golden, now.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(string(old), now.String()); diff != "" {
		t.Errorf("%s lacks what was added: run go test ./pkg/catalog -update\n%s", golden, diff)
	}
}
