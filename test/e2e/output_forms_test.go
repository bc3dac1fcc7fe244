//go:build lab

package e2e

import (
	"bytes"
	"debug/elf"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"github.com/tracehound/tracehound/pkg/event"
)

// One tracer writes every form at once: all must tell of the same events.
func TestEveryFormAtOnce(t *testing.T) {
	onKernels(t, func(t *testing.T, kernel string) {
		g := boot(t, kernel, `
			printf '{{.EventName}} {{.ProcessName | quote}} {{len .Args}}\n' >/t.tmpl
			launch many --trace tree=$$ --trace event=sched_process_exec,sched_process_exit,openat,security_file_open,kill,mmap \
				-o json -o gob:many.gob -o protobuf:sub/many.pb -o table:many.table -o table-verbose:many.verbose \
				-o compact:many.compact -o gotemplate=/t.tmpl:many.txt -o none:many.none -o err-file:many.msg
			until_true grep -qs '^tracer: ready' many.msg
			evil=$(printf '/tmp/a\033[2Jb')
			cp /usr/bin/true "$evil"; "$evil"
			cat /no/such/file 2>/dev/null
			sh -c 'kill -9 $$'
			sh -c 'exit 3'
			finish many
			cp sub/many.pb many.pb`)
		all := readEvents(t, g.file("many.out"))
		if len(all) < 50 {
			t.Fatalf("%d events", len(all))
		}
		t.Logf("%d events", len(all))
		for _, name := range []string{"many.gob", "many.pb"} {
			if diff := cmp.Diff(printable(all), printable(readEvents(t, g.file(name)))); diff != "" {
				t.Errorf("%s (-JSON +it):\n%.3000s", name, diff)
			}
		}
		for name, headers := range map[string]int{"many.table": 1, "many.verbose": 1, "many.compact": 0, "many.txt": 0} {
			if lines := bytes.Count(g.file(name), []byte("\n")); lines != len(all)+headers {
				t.Errorf("%s has %d lines for %d events", name, lines, len(all))
			}
			for _, r := range string(g.file(name)) {
				if r != '\n' && !unicode.IsPrint(r) {
					t.Fatalf("%s holds %U", name, r)
				}
			}
		}
		compact := string(g.file("many.compact"))
		for _, want := range []string{
			`exec +"/tmp/a\\x1b\[2Jb"`, `open +/no/such/file O_RDONLY = -ENOENT`, `kill +[0-9]+ SIGKILL`,
			`exit +killed by SIGKILL`, `exit +status 3`, `exec +/usr/bin/cat /no/such/file`,
		} {
			if !regexp.MustCompile(want).MatchString(compact) {
				t.Errorf("no line matches %s", want)
			}
		}
		if _, there := g.files["many.none"]; there {
			t.Error("the file of none is there")
		}
		if words := g.text("many.err"); words != "" {
			t.Errorf("with an err-file, standard error says %q", words)
		}
		if !bytes.Contains(g.file("many.msg"), fmt.Appendf(nil, "tracer: %d events written, 0 lost", len(all))) {
			t.Errorf("err-file: %s", g.file("many.msg"))
		}
		checkNames(t, g.file("many.out"))
	})
}

// printable gives events the texts that JSON can carry.
func printable(all []*event.Event) []string {
	var lines []string
	for _, e := range all {
		lines = append(lines, string(e.AppendJSON(nil)))
	}
	return lines
}

// checkNames looks for names in place of numbers, those too that Tracee leaves raw.
func checkNames(t *testing.T, stream []byte) {
	t.Helper()
	for _, want := range []string{
		`"name":"flags","type":"string","value":"MAP_PRIVATE`, `"name":"prot","type":"string","value":"PROT_READ"`,
		`"name":"sig","type":"string","value":"SIGKILL"`, `"name":"flags","type":"string","value":"O_RDONLY|O_CLOEXEC"`,
	} {
		if !bytes.Contains(stream, []byte(want)) {
			t.Errorf("the stream lacks %s", want)
		}
	}
}

// Files are opened without following what another user made, emptied, rotated
// without a gap, and FIFOs are waited for.
func TestOutputFiles(t *testing.T) {
	onKernels(t, func(t *testing.T, kernel string) {
		g := boot(t, kernel, `
			mkdir -m 755 /tmp/theirs; ln -s /etc/passwd /tmp/theirs/link; ln -s /etc /tmp/theirs/dir
			chown -h 1000 /tmp/theirs /tmp/theirs/link /tmp/theirs/dir
			sha256sum /etc/passwd >before
			for f in link dir/new; do
				tracer -o out-file:/tmp/theirs/$f --duration 1s 2>>refused.txt; echo $? >>refused.txt
			done
			ln -s /etc/passwd /tmp/link; chown -h 1000 /tmp/link
			tracer -o json -o gob:/tmp/link --duration 1s 2>>refused.txt; echo $? >>refused.txt
			sha256sum /etc/passwd >after; ls /etc/new >>refused.txt 2>/dev/null

			mkfifo fifo; sleep 3 <fifo & cat fifo >through.out &
			echo old >old.out
			launch rot --trace tree=$$ --trace event=openat -o json:/e2e/out/rotated -o option:rotate=64K -o option:rotate-keep=900 \
				-o gob -o protobuf:fifo -o json:old.out
			ready rot
			i=0; while [ $i -lt 300 ]; do cat /etc/hostname >/dev/null; i=$((i+1)); done
			finish rot; rm fifo`)
		if before, after := g.text("before"), g.text("after"); before != after {
			t.Errorf("/etc/passwd changed: %s, %s", before, after)
		}
		refused := strings.Split(g.text("refused.txt"), "\n")
		for i, path := range []string{"/tmp/theirs/link", "/tmp/theirs/dir", "/tmp/link"} {
			want := path + " is a symbolic link that user 1000 made"
			if len(refused) != 9 || !strings.Contains(refused[3*i], want) || refused[3*i+2] != "2" {
				t.Fatalf("want %s, have %q", want, refused)
			}
		}
		all := g.events("rot")
		g.clean("rot", len(all))
		rotated, files := g.rotated("rotated")
		again, _ := g.rotated("old.out")
		if files < 5 {
			t.Errorf("%d files", files)
		}
		t.Logf("%d events in %d files", len(all), files)
		for name, got := range map[string][]*event.Event{
			"rotated files": rotated, "FIFO": readEvents(t, g.file("through.out")), "a file that was there": again,
		} {
			if diff := cmp.Diff(printable(all), printable(got)); diff != "" {
				t.Errorf("%s (-gob +it): %.2000s", name, diff)
			}
		}
	})
}

// rotated reads an output that was rotated, from its oldest file to its newest.
func (g *guest) rotated(path string) (all []*event.Event, files int) {
	g.t.Helper()
	for n := 1000; n >= 0; n-- {
		name := path + strings.Repeat(fmt.Sprintf(".%d", n), min(n, 1))
		if data, ok := g.files[name]; ok {
			files++
			all = append(all, readPart(g.t, data)...)
		}
	}
	return all, files
}

// The options that add to events.
func TestOutputOptions(t *testing.T) {
	onKernels(t, func(t *testing.T, kernel string) {
		g := boot(t, kernel, `
			cp /usr/bin/true /tmp/gone; printf '#!/bin/sh\nexit 0\n' >/tmp/script; chmod 755 /tmp/script
			sha256sum /usr/bin/ls /usr/bin/sleep >sums
			launch all --trace tree=$$ --trace event=sched_process_exec,openat,read,write,close,security_file_open,kill,connect \
				-o json -o option:exec-hash -o option:sort-events -o option:stack-symbols -o option:fd-paths -o option:relative-time
			launch raw --trace tree=$$ --trace event=openat -o json -o option:raw-arguments
			ready all raw
			ls / >/dev/null; sleep 0.1; /tmp/gone; rm /tmp/gone; /tmp/script
			for cpu in 0 1; do (i=0; while [ $i -lt 50 ]; do cat /etc/hostname >/dev/null; i=$((i+1)); done) & done; wait %3 %4 2>/dev/null
			sleep 1
			echo x >shell; cd /; echo x >/e2e/out/shell; cd - >/dev/null; : >lines; calls lines; echo $? >calls.status
			(cd /usr; cat share/../../etc/hostname >/dev/null)
			finish all raw`)
		all := g.events("all")
		g.clean("all", len(all))
		t.Logf("%d events", len(all))
		checkOrder(t, all, g.tooLate("all"))
		checkHashes(t, g, all)
		checkStacks(t, all)
		checkSymbols(t, all)
		checkPaths(t, all)
		if !bytes.Contains(g.file("raw.out"), []byte(`"name":"flags","type":"int","value":524288`)) {
			t.Error("raw-arguments shows no number")
		}
	})
}

// tooLate is how many events a tracer said that it could not put in order: a
// machine whose host is busy stands still in the middle of a probe for longer than
// events are held back.
func (g *guest) tooLate(name string) int {
	g.t.Helper()
	m := regexp.MustCompile(`, ([0-9]+) came too late to be in order`).FindSubmatch(g.file(name + ".err"))
	if m == nil {
		return 0
	}
	n, err := strconv.Atoi(string(m[1]))
	if err != nil {
		g.t.Fatal(err)
	}
	return n
}

// checkOrder asserts that events are in order of time, but for those of which the
// tracer said that they are not.
func checkOrder(t *testing.T, all []*event.Event, tooLate int) {
	t.Helper()
	processors := map[int]bool{}
	last, late := int64(0), 0
	for _, e := range all {
		processors[e.ProcessorID] = true
		if e.Timestamp < last {
			late++
		}
		last = max(last, e.Timestamp)
		if e.Timestamp < 0 || e.Timestamp > 600e9 {
			t.Fatalf("event %d is at %d ns since the start", e.Sequence, e.Timestamp)
		}
	}
	if late != tooLate || late > len(all)/100 {
		t.Errorf("%d of %d events are out of order, the tracer said %d", late, len(all), tooLate)
	}
	if len(processors) < 2 {
		t.Errorf("events of processors %v only", processors)
	}
}

func checkHashes(t *testing.T, g *guest, all []*event.Event) {
	t.Helper()
	sums := map[string]string{}
	for line := range strings.Lines(g.text("sums")) {
		f := strings.Fields(line)
		sums[f[1]] = f[0]
	}
	seen := map[string]bool{}
	for _, e := range named(all, "sched_process_exec") {
		sum, path := text(e, "sha256"), text(e, "pathname")
		if (sum == "") == (text(e, "sha256_missing") == "") {
			t.Errorf("exec of %s has sha256 %q and reason %q", path, sum, text(e, "sha256_missing"))
		}
		if want := sums[path]; want != "" && sum != want {
			t.Errorf("sha256 of %s is %q (%s), want %s", path, sum, text(e, "sha256_missing"), want)
		}
		seen[path] = true
	}
	for _, path := range []string{"/usr/bin/ls", "/usr/bin/sleep", "/tmp/gone"} {
		if !seen[path] {
			t.Errorf("no exec of %s", path)
		}
	}
}

// checkStacks looks at a static program with frame pointers: the innermost
// address of every call is in its code, and main is on the way.
func checkStacks(t *testing.T, all []*event.Event) {
	t.Helper()
	f, err := elf.Open(filepath.Join(programs, "calls"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	symbols, err := f.Symbols()
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(symbols, func(s elf.Symbol) bool { return s.Name == "main" })
	low, high := symbols[at].Value, symbols[at].Value+symbols[at].Size
	count, throughMain := 0, 0
	for _, e := range all {
		if e.Executable != "/usr/local/bin/calls" || e.EventName == "sched_process_exec" {
			continue
		}
		count++
		if len(e.StackAddresses) == 0 || len(e.StackAddresses) > 20 || !inCode(f, e.StackAddresses[0]) {
			t.Errorf("%s has the stack %x", e.EventName, e.StackAddresses)
		}
		if slices.ContainsFunc(e.StackAddresses, func(a uint64) bool { return a >= low && a < high }) {
			throughMain++
		}
	}
	if count < 10 || throughMain == 0 {
		t.Errorf("%d calls, %d of them below main", count, throughMain)
	}
	t.Logf("%d calls, %d of them below main", count, throughMain)
}

// checkSymbols looks at the shell that runs the script, which is there for all of
// its calls.
func checkSymbols(t *testing.T, all []*event.Event) {
	t.Helper()
	inLibc := regexp.MustCompile(`^/usr/lib/x86_64-linux-gnu/libc\.so\.6!_*(libc_)?open(64)?\+0x[0-9a-f]+$`)
	count := 0
	for _, e := range all {
		if len(e.StackSymbols) != len(e.StackAddresses) {
			t.Fatalf("%d symbols for %d addresses", len(e.StackSymbols), len(e.StackAddresses))
		}
		if e.EventName == "openat" && text(e, "pathname") == "/e2e/out/shell" {
			count++
			if !inLibc.MatchString(e.StackSymbols[0]) {
				t.Errorf("the shell's open is in %v", e.StackSymbols)
			}
		}
	}
	if count != 1 {
		t.Errorf("%d opens by the shell", count)
	}
}

func inCode(f *elf.File, address uint64) bool {
	return slices.ContainsFunc(f.Progs, func(p *elf.Prog) bool {
		return p.Type == elf.PT_LOAD && p.Flags&elf.PF_X != 0 && address >= p.Vaddr && address < p.Vaddr+p.Memsz
	})
}

func checkPaths(t *testing.T, all []*event.Event) {
	t.Helper()
	for _, want := range []struct{ event, arg, path string }{
		{"read", "fd", "/etc/hostname"}, {"write", "fd", "/dev/null"}, {"openat", "dirfd", "/usr"}, {"openat", "dirfd", outDir},
	} {
		if !slices.ContainsFunc(named(all, want.event), func(e *event.Event) bool { return e.Arg(want.arg).Path == want.path }) {
			t.Errorf("no %s with %s on %s", want.event, want.arg, want.path)
		}
	}
}
