//go:build lab

package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/tracehound/tracehound/pkg/catalog"
	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/schema"
	"github.com/tracehound/tracehound/test/lab"
)

// request is one line for attack/every.c: a system call with the values that its
// event has to carry.
type request struct {
	event *schema.Event
	bits  int // 64, or 32 for int 0x80
	line  string
	// want holds the JSON of each argument by name; "register N" stands for what
	// was passed in that register, and a field that is not here is absent.
	want map[string]string
}

// chosen are words for parameters that need a certain value, so that the call does
// no harm, does not end the machine's run, or makes no process that stays.
var chosen = map[string]string{
	"clone.flags":      "0x10000", // CLONE_THREAD alone is invalid
	"init_module.len":  "64",
	"acct.filename":    `"/tmp/none`,
	"ssetmask.newmask": "0",
}

// requests are one call of each event in each ABI that has it.
func requests() []request {
	var all []request
	for _, e := range catalog.Events() {
		if e.Syscall == nil {
			continue
		}
		if e.Syscall.AMD64 != schema.None {
			all = append(all, newRequest(&e, 64, e.Syscall.AMD64))
		}
		if e.Syscall.I386 != schema.None {
			all = append(all, newRequest(&e, 32, e.Syscall.I386))
		}
	}
	return all
}

func newRequest(e *schema.Event, bits int, number schema.ID) request {
	r := request{event: e, bits: bits, want: map[string]string{}}
	registers := []string{"0", "0", "0", "0", "0", "0"}
	block := ""
	for i, f := range e.Fields {
		place := schema.I386Param(i)
		if bits == 32 && e.Syscall.I386Params != nil {
			place = e.Syscall.I386Params[i]
		}
		if place&schema.I386Block != 0 {
			block = " B"
		}
		at := int(place &^ (schema.I386Block | schema.I386Pair))
		word, want := value(e, i, bits, at)
		if place&schema.I386Pair != 0 {
			word, registers[at+1] = halves(want)
		}
		registers[at] = word
		if want != "" {
			r.want[f.Name] = want
		}
	}
	r.line = fmt.Sprintf("%d %d%s %s", bits, number, block, strings.Join(registers, " "))
	return r
}

// halves splits a 64-bit number as 32-bit programs pass it.
func halves(number string) (low, high string) {
	v, _ := strconv.ParseInt(number, 10, 64)
	return fmt.Sprint(uint32(v)), fmt.Sprint(uint32(uint64(v) >> 32))
}

// value makes a value for a parameter: the word for every.c, and what the event
// has to say.
func value(e *schema.Event, i, bits, register int) (word, want string) {
	f := e.Fields[i]
	passed := fmt.Sprintf("register %d", register)
	if w, ok := chosen[e.Name+"."+f.Name]; ok {
		if text, ok := strings.CutPrefix(w, `"`); ok {
			return w, strconv.Quote(text)
		}
		n, _ := strconv.ParseInt(w, 0, 64)
		return w, fmt.Sprint(n)
	}
	if i > 0 && e.Fields[i-1].Kind == schema.Sockaddr {
		if f.Kind == schema.Pointer {
			return "N", passed
		}
		return "110", "110"
	}
	switch enc := f.Kind.Info().Enc; {
	case f.Kind == schema.OpenHow: // calls.c has one that can be read
		return "0", ""
	case enc == schema.EncStrings:
		return "L", `["one","two words"]`
	case enc == schema.EncString:
		return fmt.Sprintf(`"/tmp/none_%d`, i), fmt.Sprintf(`"/tmp/none %d"`, i)
	case enc == schema.EncSockaddr:
		return "S", `{"sa_family":"AF_UNIX","sun_path":"/tmp/none"}`
	case enc == schema.EncI32Pair:
		return "0", ""
	case f.Kind == schema.Pointer && bits == 32:
		return number(0xf0000010 + 16*i)
	case f.Kind == schema.Pointer:
		return number(16 + 16*i)
	case f.Kind == schema.FD:
		return number(9990 + i)
	case f.Kind == schema.PID:
		return number(99999990 + i) // above what any kernel gives
	case enc == schema.EncU16:
		return number(0o640 + i)
	case enc == schema.EncI64:
		return number(-100 - i)
	case enc == schema.EncU64 && bits == 32:
		return number(0x90005100 + i)
	case enc == schema.EncU64:
		return number(0x500005100 + i)
	}
	return number(0x4100 + i)
}

func number(v int) (word, want string) { return fmt.Sprint(v), fmt.Sprint(v) }

// answer is a line of every.c about a request.
type answer struct {
	pid       int
	result    string
	registers []string
}

func answers(t *testing.T, text string) []answer {
	t.Helper()
	var all []answer
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		if len(words) != 8 {
			t.Fatalf("every said %q", line)
		}
		pid, err := strconv.Atoi(words[0])
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, answer{pid, words[1], words[2:]})
	}
	return all
}

// batches are selections that are small enough for one probe per call, and last
// all calls, which come from the raw tracepoints.
func batches() [][]string {
	var names []string
	for _, e := range catalog.Events() {
		if e.Syscall != nil && (e.ID != schema.None) {
			names = append(names, e.Name)
		}
	}
	return append(slices.Collect(slices.Chunk(names, 60)), names)
}

// TestEverySyscall makes every system call of the catalogue, by 64-bit and by
// 32-bit convention, and asserts name, every argument, and result, with one probe per
// call and with the raw tracepoints.
func TestEverySyscall(t *testing.T) {
	all := requests()
	var lines strings.Builder
	for _, r := range all {
		fmt.Fprintln(&lines, r.line)
	}
	input := func(m *lab.Machine) {
		m.Timeout = 20 * time.Minute // some kernels take their time for each of a thousand probes
		m.Files = append(m.Files, lab.File{Data: []byte(lines.String()), Guest: "/e2e/requests"})
	}
	onKernels(t, func(t *testing.T, kernel string) {
		g := boot(t, kernel, everyScript(), input)
		did := answers(t, g.text("every.out"))
		if len(did) != len(all) {
			t.Fatalf("%d of %d calls were made: %s", len(did), len(all), g.file("every.err"))
		}
		available := g.listed()
		seen := sightings{}
		for b, names := range batches() {
			raw := b == len(batches())-1
			stream := g.events(fmt.Sprint("b", b))
			g.clean(fmt.Sprint("b", b), len(stream))
			byPID := map[int][]*event.Event{}
			for _, e := range stream {
				byPID[e.HostProcessID] = append(byPID[e.HostProcessID], e)
			}
			for i, r := range all {
				if !slices.Contains(names, r.event.Name) {
					continue
				}
				from := available[r.event.Name]
				if seen[r.event.Name] != failed {
					seen[r.event.Name] = from.Unavailable
				}
				if !from.has(r.bits) && !raw {
					if got := named(byPID[did[i].pid], r.event.Name); len(got) != 0 {
						seen[r.event.Name] = failed
						t.Errorf("%s of %d bits: list says %+v, and there are events", r.event.Name, r.bits, from)
					}
					continue
				}
				if err := r.check(did[i], byPID[did[i].pid]); err != nil {
					seen[r.event.Name] = failed
					t.Errorf("batch %d: %s of %d bits (%s): %v", b, r.event.Name, r.bits, r.line, err)
				}
			}
		}
		seen.record(t, kernel)
		t.Logf("%d calls, %d events, without %d", len(all), len(seen), len(slices.DeleteFunc(slices.Collect(maps.Values(seen)), func(s string) bool { return s == "" })))
	})
}

func everyScript() string {
	var b strings.Builder
	b.WriteString(`
		mkfifo go
		sh -c 'read x <go; exec every /e2e/requests' >every.out 2>every.err & every=$!`)
	var started []string
	for i, names := range batches() {
		selected := "event=" + strings.Join(names, ",")
		name := fmt.Sprint("b", i)
		started = append(started, name)
		fmt.Fprintf(&b, `
		launch %s --trace tree=$every --trace %s --buffer 8 --output gob --output option:exec-env --output option:raw-arguments`, name, selected)
	}
	fmt.Fprintf(&b, `
		n=0
		until [ "$(cat b*.err | grep -c '^tracer: ready')" = %d ] || [ $((n += 1)) -gt 3000 ]; do sleep 0.2; done
		ready %s`, len(started), strings.Join(started, " "))
	// Each event alone, for what check says of it.
	fmt.Fprintf(&b, `
		tracer list --json >list.json || die "tracer list: $?"
		echo go >go; wait $every
		finish %s; rm go`, strings.Join(started, " "))
	return b.String()
}

// source is what `tracer list` says of where an event comes from.
type source struct {
	Name        string
	By          []string
	Unavailable string
}

// has says whether a system call is had of programs of so many bits. The raw
// tracepoints and functions without parameters serve both.
func (s source) has(bits int) bool {
	return slices.ContainsFunc(s.By, func(by string) bool {
		compat := strings.Contains(by, "ia32_") || strings.Contains(by, "__do_compat_")
		return compat == (bits == 32) || strings.HasPrefix(by, "raw tracepoint") || strings.Contains(by, "__do_sys_") || len(catalog.ByName(s.Name).Fields) == 0 && !compat
	})
}

func (g *guest) listed() map[string]source {
	g.t.Helper()
	sources := map[string]source{}
	for line := range bytes.Lines(g.file("list.json")) {
		var s source
		if err := json.Unmarshal(line, &s); err != nil {
			g.t.Fatal(err)
		}
		sources[s.Name] = s
	}
	return sources
}

// check looks for the one event of a call that was made.
func (r *request) check(did answer, of []*event.Event) error {
	var others []string
	found := 0
	for _, e := range named(of, r.event.Name) {
		difference := r.differs(did, e)
		if difference == "" {
			found++
			continue
		}
		others = append(others, difference)
	}
	switch {
	case found == 1:
		return nil
	case found > 1:
		return fmt.Errorf("%d events", found)
	case len(others) == 0:
		return fmt.Errorf("no event")
	}
	return fmt.Errorf("not as called: %s", strings.Join(others, "; "))
}

func (r *request) differs(did answer, e *event.Event) string {
	if want := map[int]string{64: "", 32: "i386"}[r.bits]; e.ABI != want {
		return fmt.Sprintf("abi %q", e.ABI)
	}
	if did.result != "none" && did.result != fmt.Sprint(e.ReturnValue) {
		return fmt.Sprintf("returnValue %d, want %s", e.ReturnValue, did.result)
	}
	got := map[string]string{}
	for _, a := range e.Args {
		var as struct{ Value json.RawMessage }
		if err := json.Unmarshal(a.AppendJSON(nil), &as); err != nil {
			return err.Error()
		}
		got[a.Name] = string(as.Value)
		if a.Truncated {
			got[a.Name] += " truncated"
		}
	}
	for name, want := range r.want {
		var register int
		if n, _ := fmt.Sscanf(want, "register %d", &register); n == 1 {
			want = did.registers[register]
		}
		if got[name] != want {
			return fmt.Sprintf("%s is %s, want %s", name, got[name], want)
		}
		delete(got, name)
	}
	if len(got) > 0 {
		return fmt.Sprintf("carries %v", got)
	}
	return ""
}
