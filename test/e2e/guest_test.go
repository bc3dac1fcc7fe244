//go:build lab

package e2e

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/tracehound/tracehound/test/lab"
)

//go:embed testdata/lib.sh
var library []byte

// programs is the folder with everything that a machine gets beside its own
// userland. They are copies: a build meanwhile changes nothing.
var programs string

// attacks are the C programs of the folder attack.
var attacks = []string{"attack", "calls", "files", "net", "uring", "others", "process", "every", "calls32", "probe", "inject"}

func TestMain(m *testing.M) {
	code, err := prepareAndRun(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "e2e:", err)
		code = 1
	}
	os.Exit(code)
}

func prepareAndRun(m *testing.M) (int, error) {
	var err error
	if programs, err = os.MkdirTemp("", "tracehound-e2e-"); err != nil {
		return 0, err
	}
	defer os.RemoveAll(programs)
	for _, name := range []string{"tracer", "rules"} {
		data, err := os.ReadFile(filepath.Join("..", "..", "dist", name))
		if err != nil {
			return 0, fmt.Errorf("%w: build it first: make tracer rules", err)
		}
		if err := os.WriteFile(filepath.Join(programs, name), data, 0o755); err != nil {
			return 0, err
		}
	}
	for _, name := range attacks {
		flags := []string{"-pthread"}
		if name == "calls32" { // needs neither headers nor libraries of 32 bits
			flags = []string{"-m32", "-nostdlib", "-ffreestanding", "-fno-pie", "-no-pie", "-fno-stack-protector"}
		}
		gcc := exec.Command("gcc", append([]string{"-Wall", "-Werror", "-O1", "-fno-omit-frame-pointer", "-static",
			"-o", filepath.Join(programs, name), filepath.Join("attack", name+".c")}, flags...)...)
		if out, err := gcc.CombinedOutput(); err != nil {
			return 0, fmt.Errorf("build attack/%s.c: %w: %s", name, err, out)
		}
	}
	return m.Run(), nil
}

// onKernels runs a test on each selected kernel.
func onKernels(t *testing.T, test func(t *testing.T, kernel string)) {
	t.Helper()
	kernels, err := lab.Selected()
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range kernels {
		t.Run(k, func(t *testing.T) { test(t, k) })
	}
}

// guest is what a machine left in /e2e/out.
type guest struct {
	t     *testing.T
	files map[string][]byte
}

const outDir = "/e2e/out"

// boot runs a script in a machine. A script that does not end with status 0
// fails the test.
func boot(t *testing.T, kernel, script string, change ...func(*lab.Machine)) *guest {
	t.Helper()
	m := lab.Machine{
		Kernel: kernel, Timeout: 5 * time.Minute, Fetch: []string{outDir},
		Script: "mkdir -p " + outDir + "; cd " + outDir + "; . /e2e/lib.sh\n" + script,
		Files:  []lab.File{{Data: library, Guest: "/e2e/lib.sh"}},
	}
	for _, name := range append([]string{"tracer", "rules"}, attacks...) {
		m.Files = append(m.Files, lab.File{Host: filepath.Join(programs, name), Guest: "/usr/local/bin/" + name})
	}
	for _, f := range change {
		f(&m)
	}
	res, err := lab.Run(t.Context(), m)
	if errors.Is(err, context.Canceled) || res == nil {
		t.Fatal(err)
	}
	g := &guest{t: t, files: map[string][]byte{}}
	for name, data := range res.Files {
		g.files[strings.TrimPrefix(name, outDir+"/")] = data
	}
	t.Logf("%s: boot %.1fs, script %.1fs", kernel, res.Boot.Seconds(), res.Duration.Seconds())
	if err != nil || res.ExitCode != 0 {
		for name, data := range g.files {
			if strings.HasSuffix(name, ".err") {
				t.Logf("%s: %s", name, data)
			}
		}
		t.Fatalf("script: exit status %d, %v\nstdout: %s\nstderr: %s", res.ExitCode, err, res.Stdout, res.Stderr)
	}
	return g
}

// preempted leaves a script's tasks as they are: see testdata/lib.sh.
func preempted(m *lab.Machine) { m.Script = "PREEMPTED=1; " + m.Script }

// withModules gives the machine kernel modules, for load_module of testdata/lib.sh.
func withModules(names ...string) func(*lab.Machine) {
	return func(m *lab.Machine) { m.Modules = append(m.Modules, names...) }
}

// in is the same guest for another test.
func (g *guest) in(t *testing.T) *guest { return &guest{t: t, files: g.files} }

// file is the content of a file that must be there.
func (g *guest) file(name string) []byte {
	g.t.Helper()
	data, ok := g.files[name]
	if !ok {
		g.t.Fatalf("the machine left no file %s", name)
	}
	return data
}

// text is a file without the white space around it.
func (g *guest) text(name string) string {
	g.t.Helper()
	return strings.TrimSpace(string(g.file(name)))
}

// number is a file that holds one number.
func (g *guest) number(name string) int {
	g.t.Helper()
	n, err := strconv.Atoi(g.text(name))
	if err != nil {
		g.t.Fatalf("file %s: %v", name, err)
	}
	return n
}

var totalsLine = regexp.MustCompile(`(?m)^tracer: ([0-9]+) events written, ([0-9]+) lost(.*)$`)

// totals reads what a tracer said at its end; the rest of that line must be
// empty unless it told of a command.
func (g *guest) totals(name string) (written, lost int) {
	g.t.Helper()
	m := totalsLine.FindStringSubmatch(string(g.file(name + ".err")))
	if m == nil {
		g.t.Fatalf("%s: no totals in %q", name, g.file(name+".err"))
	}
	if rest := m[3]; strings.Contains(rest, "not understood") {
		g.t.Errorf("%s: %s", name, m[0])
	}
	written, _ = strconv.Atoi(m[1])
	lost, _ = strconv.Atoi(m[2])
	return written, lost
}

// clean asserts that a tracer ended as it should: exit status 0, totals that
// agree with the number of events that came out, and nothing lost.
func (g *guest) clean(name string, events int) {
	g.t.Helper()
	if status := g.text(name + ".status"); status != "0" {
		g.t.Errorf("%s: exit status %s; stderr: %s", name, status, g.file(name+".err"))
	}
	if written, lost := g.totals(name); written != events || lost != 0 {
		g.t.Errorf("%s: totals say %d events written and %d lost, the stream has %d%s", name, written, lost, events, g.told(name))
	}
}
