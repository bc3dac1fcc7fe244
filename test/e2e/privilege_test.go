//go:build lab

package e2e

import (
	"strings"
	"testing"
)

// rights prints what each thread of a process may do.
const rights = `
	rights() { cat /proc/$1/task/*/status | grep -e ^Cap -e ^NoNewPrivs | tr -d '\t' | tr '\n' ' '; }
	every='--trace event=sched_process_exec --output json'`

// When the probes are live, nothing is kept that is not needed; a COMMAND has all
// that the user has; and the reader of the stream has nothing at all.
func TestPrivilege(t *testing.T) {
	onKernels(t, func(t *testing.T, kernel string) {
		g := boot(t, kernel, rights+`
			rights self >user
			launch dropped $every; ready dropped
			rights $(cat dropped.pid) >dropped.rights
			mkfifo go
			launch command $every -- sh -c 'rights() { cat /proc/$1/status | grep -e ^Cap -e ^NoNewPrivs | tr -d "\t" | tr "\n" " "; }; rights $$ >command.rights; read x <go'
			ready command; rights $(cat command.pid) >beside.rights; echo >go; wait $(cat command.pid); echo $? >command.status
			mkfifo pipe; rules <pipe >rules.out 2>rules.err & reader=$!
			exec 9>pipe; until_true grep -qs 'signatures' rules.err; sleep 1; rights $reader >rules.rights; exec 9>&-; wait $reader
			/usr/bin/true; sleep 1
			finish dropped
			for without in bpf perfmon sys_resource; do
				lacks="-sys_admin,-$without"
				setpriv --bounding-set $lacks --inh-caps $lacks tracer $every >$without.out 2>$without.err; echo $? >$without.status
			done
			setpriv --bounding-set -setpcap --inh-caps -setpcap sh -c 'exec tracer "$@"' sh $every --duration 1s >setpcap.out 2>setpcap.err; echo $? >setpcap.status`)
		none := strings.Repeat("0", 16)
		kept, kill := none, "0000000000000020"
		if kernel == "5.10" {
			kept, kill = "0000008000000000", "0000008000000020"
		}
		for name, may := range map[string]string{"dropped": kept, "beside": kill, "rules": none} {
			want := "CapInh:" + none + " CapPrm:" + may + " CapEff:" + may + " CapBnd:" + none + " CapAmb:" + none + " NoNewPrivs:1"
			got := g.text(name + ".rights")
			threads := strings.Count(got, "NoNewPrivs")
			if got != strings.TrimSpace(strings.Repeat(want+" ", threads)) || threads < 2 {
				t.Errorf("%s: %s\nwant for all threads: %s", name, got, want)
			}
		}
		if user, command := g.text("user"), g.text("command.rights"); user != command || !strings.Contains(user, "CapEff:000001ffffffffff") {
			t.Errorf("the user has %s\nthe command %s", user, command)
		}
		for _, name := range []string{"dropped", "command", "setpcap"} {
			if status := g.text(name + ".status"); status != "0" {
				t.Errorf("%s: exit status %s: %s", name, status, g.file(name+".err"))
			}
		}
		if all := named(g.events("dropped"), "sched_process_exec"); len(all) == 0 {
			t.Error("no event after the rights were dropped")
		}
		for _, without := range []string{"bpf", "perfmon", "sys_resource"} {
			words := g.text(without + ".err")
			if g.text(without+".status") != "3" || !strings.Contains(words, "CAP_"+strings.ToUpper(without)) || !strings.Contains(words, "--cap-add") {
				t.Errorf("without %s: exit status %s: %s", without, g.text(without+".status"), words)
			}
			for _, other := range []string{"CAP_BPF", "CAP_PERFMON", "CAP_SYS_RESOURCE"} {
				if other != "CAP_"+strings.ToUpper(without) && strings.Contains(words, other) {
					t.Errorf("without %s: %s is said to be missing, too: %s", without, other, words)
				}
			}
		}
	})
}
