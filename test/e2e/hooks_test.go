//go:build lab

package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What was overwritten before the tracer began is found at its start, what a
// module overwrites right behind its loading, and what is overwritten at any other
// time a little later: by which process where there is one, and whatever processes
// the tracer was asked about.
func TestRootkitIsFound(t *testing.T) {
	onKernels(t, func(t *testing.T, kernel string) {
		g := boot(t, kernel, `
			watched=TRC-1030,TRC-1020,TH-9
			detect() {
				: >$1.err
				{ tracer --trace event=$(rules --list-events --rules $watched) --trace comm=ls --kernel-scan-interval $2 2>$1.err; echo $? >$1.status; } |
					{ rules --output json --rules $watched >$1.out 2>$1.rules.err; echo $? >$1.rules.status; } &
				detecting=$!
				ready $1
			}
			stop_detecting() { pkill -INT -x tracer; wait $detecting; }

			insmod /e2e/hooking.ko at=$(member sys_call_table $((8 * 78)))
			detect pushed 0
			until_true grep -q getdents pushed.out
			insmod /e2e/lurking.ko hide=1 at=$(member sys_call_table $((8 * 216)))
			until_true grep -q lurking pushed.out
			insmod /e2e/folders.ko iterate=$(member proc_fdinfo_operations 0)
			ls /proc/$$/fdinfo; ls /proc/$$/fdinfo; ls /proc/self/fdinfo
			echo $$ >shell
			until_true grep -q TRC-1020 pushed.out
			# Kernels that call by a switch.
			if grep -q ' x64_sys_call$' /proc/kallsyms; then
				insmod /e2e/network.ko code=$(member x64_sys_call 0) to=$(member __x64_sys_ustat 0) || die "cannot patch x64_sys_call"
				until_true grep -q network pushed.out
				echo yes >switch
			fi
			insmod /e2e/hostile.ko
			stop_detecting
			told lurking stand-in >stand-in

			detect timed 1s
			until_true grep -q remap_file_pages timed.out
			insmod /e2e/listing.ko later=1 at=$(member sys_call_table $((8 * 184)))
			until_true grep -q tuxcall timed.out
			sleep 3
			stop_detecting`, withHostile(t, kernel))
		standIn := fmt.Sprintf(`"0x%x"`, parseAddress(t, g.text("stand-in")))
		hook := func(call, owner string) string { return fmt.Sprintf(`{"ModuleOwner":%q,"SymbolName":%q}`, owner, call) }
		calls := func(by, functions, hooks string) string {
			return fmt.Sprintf(`TRC-15 by %q {"functions":[%s],"hooked_syscalls":[%s]}`, by, functions, hooks)
		}
		first := hook("getdents", "hooking")
		second := hook("remap_file_pages", "hidden")
		hidden := func(by, foundIn string) string {
			return fmt.Sprintf(`TH-9 by %q {"found_in":[%s],"missing_from":["modules","/proc/modules"],"module":"lurking"}`, by, foundIn)
		}
		patched := calls("insmod", `"network_stand_in"`, hook("ustat", "network"))
		again := calls("", `"network_stand_in"`, hook("x64_sys_call", "network")) // where it led before is not known
		if _, ok := g.files["switch"]; !ok {
			t.Logf("%s calls by the table", kernel)
			patched, again = "", ""
		}
		for name, want := range map[string][]string{
			"pushed": {
				calls("", `"hooking_stand_in"`, first),
				calls("insmod", standIn, second),
				hidden("insmod", `"module_kset","mod_tree","do_init_module"`),
				`TRC-1020 by "ls" {"hooked_fops_pointers":[` + hook("folders_stand_in", "folders") + `],"pathname":"/proc/` + g.text("shell") + `/fdinfo"}`,
				patched,
			},
			"timed": {
				calls("", `"hooking_stand_in",`+standIn, first+","+second),
				again,
				hidden("", `"module_kset","mod_tree"`),
				calls("", `"listing_stand_in"`, hook("tuxcall", "listing")),
			},
		} {
			found := g.findings(name)
			var got []string
			for _, f := range found {
				got = append(got, fmt.Sprintf("%s by %q %s", f.SigMetadata.ID, f.Context.ProcessName, f.Data))
			}
			want = slices.DeleteFunc(want, func(line string) bool { return line == "" })
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", name, diff)
			}
			if _, lost := g.pipeTotals(name, len(found)); lost != 0 {
				t.Errorf("%s: %d lost", name, lost)
			}
		}
	})
}

// parseAddress reads a number that has all of its 64 bits.
func parseAddress(t *testing.T, text string) (n uint64) {
	t.Helper()
	if _, err := fmt.Sscan(text, &n); err != nil {
		t.Fatal(err)
	}
	return n
}

// A kernel that shows no addresses is a reason not to have these events, and none
// not to have others.
func TestNoAddressesOfTheKernel(t *testing.T) {
	onKernels(t, func(t *testing.T, kernel string) {
		g := boot(t, kernel, `
			echo 2 >/proc/sys/kernel/kptr_restrict
			events=hooked_syscalls,hooked_seq_ops,hooked_proc_fops,hidden_kernel_module
			tracer check --json --trace event=$events,do_init_module >check.json || die "tracer check: $?"
			tracer --trace event=$events >alone.out 2>alone.err; echo $? >alone.status
			launch others --trace event=$events,kprobe_attach --trace tree=$$ --output json
			ready others
			echo 'p:tracehound_probe do_nanosleep' >>/sys/kernel/tracing/kprobe_events
			finish others`)
		const reason = "the kernel keeps its addresses to itself: run with CAP_SYSLOG and sysctl kernel.kptr_restrict below 2"
		for event, got := range g.available() {
			want := reason
			if event == "do_init_module" {
				want = ""
			}
			if got != want {
				t.Errorf("%s: %q, want %q", event, got, want)
			}
		}
		if words := g.text("alone.err"); g.text("alone.status") != "3" || !strings.Contains(words, "kptr_restrict") || g.text("alone.out") != "" {
			t.Errorf("exit status %s: %s", g.text("alone.status"), words)
		}
		all := g.events("others")
		g.clean("others", len(all))
		if len(all) != 1 || all[0].EventName != "kprobe_attach" || !strings.Contains(g.text("others.err"), "kptr_restrict") {
			t.Errorf("%d events; stderr: %s", len(all), g.file("others.err"))
		}
	})
}
