package loader

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Calls of 32-bit programs come from one function, from their own ones, or from
// the raw tracepoints.
func TestPlanOf32BitCalls(t *testing.T) {
	const native = "__x64_sys_openat __x64_sys_execve __x64_sys_exit __do_sys_getpid"
	const old = native + " __ia32_compat_sys_openat __ia32_sys_openat __ia32_compat_sys_execve __ia32_sys_exit __ia32_sys_mmap_pgoff __ia32_compat_sys_socketcall"
	for _, c := range []struct {
		name, events string
		kernel       Kernel
		refused      []string
		from         I386Source
		want         shown
	}{
		{name: "none", events: "openat", kernel: kernelOf("amd64", native), want: shown{Probes: []string{"syscall_openat@__x64_sys_openat"}}},
		{
			name: "none for what only they have", events: "openat mmap2", kernel: kernelOf("amd64", native),
			want: shown{Probes: []string{"syscall_openat@__x64_sys_openat"}, Missing: []string{"mmap2: " + no32Bit}},
		},
		{
			name: "not on arm64", events: "mmap2", kernel: kernelOf("arm64", "ia32_sys_call"),
			want: shown{Missing: []string{"mmap2: " + no32Bit}},
		},
		{
			name: "one function", events: "openat execve exit mmap2", kernel: kernelOf("amd64", old+" ia32_sys_call"), from: I386All,
			want: shown{Probes: []string{
				"i386_returned@ia32_sys_call", "i386_entered@ia32_sys_call",
				"syscall_openat@__x64_sys_openat", "enter_execve@__x64_sys_execve", "syscall_execve@__x64_sys_execve", "exec_succeeded",
				"enter_exit@__x64_sys_exit",
			}},
		},
		{
			name: "their own", events: "openat getpid mmap2 sigreturn ipc", kernel: kernelOf("amd64", old, "__ia32_compat_sys_execve"), from: I386Each,
			want: shown{Probes: []string{
				"syscall_openat@__x64_sys_openat", "syscall_getpid@__do_sys_getpid",
				"i386_returned_000@__ia32_compat_sys_openat", "i386_returned_001@__ia32_sys_openat", "i386_returned_002@__do_sys_getpid",
				"i386_returned_003@__ia32_sys_mmap_pgoff",
			}, Missing: []string{"sigreturn: " + noSuchCall, "ipc: " + noSuchCall}},
		},
		{
			name: "the stub of a call that the kernel was built without", events: "sched_yield",
			kernel: kernelOf("amd64", native+" __ia32_compat_sys_execve __x64_sys_sched_yield __ia32_sys_sched_yield"), from: I386Each,
			want: shown{Probes: []string{"syscall_sched_yield@__x64_sys_sched_yield", "i386_returned_000@__ia32_sys_sched_yield"}},
		},
		{
			name: "two names of one function, which takes one program", events: "sched_yield",
			kernel: kernelOf("amd64", native+" __ia32_compat_sys_execve __x64_sys_sched_yield __ia32_sys_sched_yield", "__do_sys_sched_yield"), from: I386Each,
			want: shown{Probes: []string{"syscall_sched_yield@__x64_sys_sched_yield", "i386_returned_000@__x64_sys_sched_yield"}},
		},
		{
			name: "the one function is refused", events: "mmap2", kernel: kernelOf("amd64", old+" ia32_sys_call"), refused: []string{"i386_returned"}, from: I386Each,
			want: shown{Probes: []string{"i386_returned_000@__ia32_sys_mmap_pgoff"}},
		},
		{
			name: "raw, as the others", events: "close openat", kernel: kernelOf("amd64", old, "__x64_sys_close"), from: I386Raw,
			want: shown{Probes: []string{"sys_exit", "syscall_openat@__x64_sys_openat"}, Raw: []string{"close"}},
		},
	} {
		c.kernel.Refused = map[string]string{}
		for _, name := range c.refused {
			c.kernel.Refused[name] = "no"
		}
		p := NewPlan(eventsOf(t, c.kernel.Arch, c.events), c.kernel)
		if diff := cmp.Diff(c.want, show(p, c.kernel.Arch)); diff != "" || p.I386 != c.from {
			t.Errorf("%s: from %d, want %d (-want +got):\n%s", c.name, p.I386, c.from, diff)
		}
	}
}
