//go:build lab

package e2e

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tracehound/tracehound/pkg/event"
)

// told32 is what the tracer has to tell of a call of attack/calls32.c. Addresses
// are the program's own business.
type told32 struct {
	Name string
	Ret  int64
	ABI  string
	Args map[string]any
}

// A real 32-bit program: its calls come under its names, with its arguments, and a
// program that it executes is told once, with the arguments as that one has them.
func Test32BitProgram(t *testing.T) {
	const none, self = "/tmp/none", "/usr/local/bin/calls32"
	argv, envp := []string{"calls32", "two words", ""}, []string{"A=1"}
	want := []told32{
		{"execve", 0, "", map[string]any{"pathname": self, "argv": []string{"calls32"}}},
		{"open", 3, "i386", map[string]any{"pathname": "/etc/hostname", "flags": int32(0), "mode": uint16(0)}},
		{"open", -2, "i386", map[string]any{"pathname": none, "flags": int32(1), "mode": uint16(0)}},
		{"socketcall", 4, "i386", map[string]any{"call": int32(1)}},
		{"execve", 0, "i386", map[string]any{"pathname": self, "argv": argv, "envp": envp}},
		{"execve", -2, "i386", map[string]any{"pathname": none, "argv": argv, "envp": envp}},
		{"exit", 0, "i386", map[string]any{"status": int32(7)}},
	}
	onKernels(t, func(t *testing.T, kernel string) {
		g := boot(t, kernel, `
			launch probes --trace comm=calls32,sh --trace event=open,socketcall,execve,exit --output json --output option:exec-env
			launch raw --trace comm=calls32,sh --trace set=syscalls --output gob --output option:exec-env
			ready probes raw
			sh -c 'exec calls32'; echo $? >status
			finish probes raw`)
		if status := g.text("status"); status != "7" {
			t.Errorf("exit status %s", status)
		}
		for _, name := range []string{"probes", "raw"} {
			all := g.events(name)
			g.clean(name, len(all))
			var got []told32
			for _, e := range all {
				if e.ProcessName == "calls32" && e.EventName != "rt_sigreturn" {
					got = append(got, toTold32(e))
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (-called +told):\n%s", name, diff)
			}
		}
	})
}

func toTold32(e *event.Event) told32 {
	c := told32{e.EventName, e.ReturnValue, e.ABI, map[string]any{}}
	for _, a := range e.Args {
		outer := e.ABI == "" && a.Name == "envp" // of the machine's shell
		if !outer && (a.Name != "args" || e.EventName != "socketcall") {
			c.Args[a.Name] = a.Value
		}
	}
	return c
}
