package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/tracehound/tracehound/pkg/codec"
)

// TestMain lets scripts and tests run this program as the command rules.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"rules": main})
}

func TestScripts(t *testing.T) {
	shipped, err := filepath.Abs("../../signatures")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(e *testscript.Env) error {
			e.Setenv("SHIPPED", shipped)
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"gob":      toGob,
			"cut":      cut,
			"longline": longLine,
		},
	})
}

// toGob is the script command "gob JSON GOB": it writes a stream anew as gob.
func toGob(ts *testscript.TestScript, _ bool, args []string) {
	r, _, err := codec.Open(strings.NewReader(ts.ReadFile(args[0])))
	ts.Check(err)
	var b bytes.Buffer
	w, err := codec.NewWriter(&b, codec.Gob)
	ts.Check(err)
	for {
		e, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		ts.Check(err)
		ts.Check(w.Write(e))
	}
	ts.Check(w.Flush())
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), b.Bytes(), 0o600))
}

// cut is the script command "cut FILE BYTES": it takes bytes off the end.
func cut(ts *testscript.TestScript, _ bool, args []string) {
	file := ts.MkAbs(args[0])
	info, err := os.Stat(file)
	ts.Check(err)
	var n int64
	_, err = fmt.Sscan(args[1], &n)
	ts.Check(err)
	ts.Check(os.Truncate(file, info.Size()-n))
}

// longLine is the script command "longline FILE": it appends a line of 16 MiB
// and one byte to a file, an event but for its size.
func longLine(ts *testscript.TestScript, _ bool, args []string) {
	f, err := os.OpenFile(ts.MkAbs(args[0]), os.O_APPEND|os.O_WRONLY, 0)
	ts.Check(err)
	defer f.Close()
	const head, tail = `{"eventName":"ptrace","processName":"`, `"}`
	_, err = f.WriteString(head + strings.Repeat("x", codec.MaxSize+1-len(head)-len(tail)) + tail + "\n")
	ts.Check(err)
}

// traceme is an event that TRC-2 reports.
const traceme = `{"timestamp":1659680400000000001,"processName":"strace","hostName":"h","hostProcessId":41,"hostThreadId":41,` +
	`"eventId":"101","eventName":"ptrace","returnValue":0,"args":[{"name":"request","type":"long","value":0}]}` + "\n"

// program is rules at work, with its ends in hand.
type program struct {
	cmd    *exec.Cmd
	stdin  io.WriteCloser
	stdout io.ReadCloser
	stderr *bytes.Buffer
}

func start(t *testing.T, args ...string) *program {
	t.Helper()
	p := &program{cmd: exec.Command("rules", args...), stderr: &bytes.Buffer{}}
	var err error
	if p.stdin, err = p.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if p.stdout, err = p.cmd.StdoutPipe(); err != nil {
		t.Fatal(err)
	}
	p.cmd.Stderr = p.stderr
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.cmd.Process.Kill() })
	return p
}

// end waits for the program and returns its exit code.
func (p *program) end(t *testing.T) int {
	t.Helper()
	late := time.AfterFunc(time.Minute, func() { _ = p.cmd.Process.Kill() })
	defer late.Stop()
	err := p.cmd.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return p.cmd.ProcessState.ExitCode()
}

// detection reads up to the end of the first finding, and so knows that the
// program is up.
func (p *program) detection(t *testing.T, out *bufio.Reader) {
	t.Helper()
	if _, err := io.WriteString(p.stdin, traceme); err != nil {
		t.Fatal(err)
	}
	for {
		line, err := out.ReadString('\n')
		if err != nil {
			t.Fatalf("no finding: %v", err)
		}
		if strings.HasPrefix(line, "Finding ID: ") {
			return
		}
	}
}

// The signal that stops rules stops tracer too, which then still sends what it
// holds: rules must read on until the end.
func TestInterruptReadsToTheEnd(t *testing.T) {
	for _, sig := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		p := start(t)
		out := bufio.NewReader(p.stdout)
		p.detection(t, out)
		if err := p.cmd.Process.Signal(sig); err != nil {
			t.Fatal(err)
		}
		time.Sleep(100 * time.Millisecond) // the signal must arrive first
		p.detection(t, out)
		p.stdin.Close()
		if code := p.end(t); code != 0 {
			t.Errorf("%v: exit code %d", sig, code)
		}
		if !strings.Contains(p.stderr.String(), "events=2") {
			t.Errorf("%v: no totals of 2 events:\n%s", sig, p.stderr)
		}
	}
}

func TestInterruptWhenTheInputNeverEnds(t *testing.T) {
	p := start(t)
	p.detection(t, bufio.NewReader(p.stdout))
	if err := p.cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if code := p.end(t); code != 0 { // stdin is still open
		t.Errorf("exit code %d", code)
	}
	for _, part := range []string{"input did not end in time", "events=1"} {
		if !strings.Contains(p.stderr.String(), part) {
			t.Errorf("stderr lacks %q:\n%s", part, p.stderr)
		}
	}
}

func TestSecondInterruptKills(t *testing.T) {
	p := start(t)
	p.detection(t, bufio.NewReader(p.stdout))
	// Two that come at once are one to the kernel: send them apart until the
	// program is dead.
	go func() {
		for p.cmd.Process.Signal(os.Interrupt) == nil {
			time.Sleep(200 * time.Millisecond)
		}
	}()
	p.end(t)
	if status := p.cmd.ProcessState.Sys().(syscall.WaitStatus); !status.Signaled() {
		t.Errorf("ended with %v, want death by signal", p.cmd.ProcessState)
	}
}

func TestReaderGone(t *testing.T) {
	p := start(t)
	p.detection(t, bufio.NewReader(p.stdout))
	p.stdout.Close()
	for { // until the program has ended and its input is closed
		if _, err := io.WriteString(p.stdin, traceme); err != nil {
			break
		}
	}
	if code := p.end(t); code != 0 {
		t.Errorf("exit code %d", code)
	}
	if s := p.stderr.String(); !strings.Contains(s, "msg=done") || strings.Contains(s, "rules: ") {
		t.Errorf("want totals and no error:\n%s", s)
	}
}

func TestFullDisk(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer full.Close()
	input := filepath.Join(t.TempDir(), "events.json")
	if err := os.WriteFile(input, []byte(traceme), 0o600); err != nil {
		t.Fatal(err)
	}
	var stderr bytes.Buffer
	cmd := exec.Command("rules", "--input", "file:"+input)
	cmd.Stdout, cmd.Stderr = full, &stderr
	_ = cmd.Run()
	if code := cmd.ProcessState.ExitCode(); code != 1 {
		t.Errorf("exit code %d, want 1", code)
	}
	if want := "rules: write finding: write to standard output: "; !strings.Contains(stderr.String(), want) {
		t.Errorf("stderr lacks %q:\n%s", want, &stderr)
	}
}

// Every shipped signature is silent where it must be and speaks where it must.
func TestShippedSignatures(t *testing.T) {
	out, err := exec.Command("rules", "test", "--shipped", "--all", "../../signatures").CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
