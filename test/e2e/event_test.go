//go:build lab

package e2e

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/tracehound/tracehound/pkg/catalog"
	"github.com/tracehound/tracehound/pkg/event"
)

// emitted is an event that a real program makes the kernel emit: the command,
// run by dash as root, and the arguments that it decides, as JSON.
type emitted struct {
	event   string
	command string
	args    map[string]string
}

// One row per event that is not a system call; those are in syscall_test.go.
var cases = []emitted{
	{"sched_process_fork", "(:)", map[string]string{}},
	{"sched_process_exec", "/usr/bin/true one two", map[string]string{
		"cmdpath": `"/usr/bin/true"`, "pathname": `"/usr/bin/true"`, "interp": `"/usr/bin/true"`,
		"argv": `["/usr/bin/true","one","two"]`, "invoked_from_kernel": `0`, "inode_mode": `33261`,
	}},
	{"sched_process_exit", "dash -c 'exit 3' || :", map[string]string{"exit_code": `768`, "process_group_exit": `true`}},
	{"cgroup_mkdir", "mkdir /sys/fs/cgroup/made", map[string]string{"cgroup_path": `"/made"`, "hierarchy_id": `0`}},
	{"cgroup_rmdir", "rmdir /sys/fs/cgroup/made", map[string]string{"cgroup_path": `"/made"`, "hierarchy_id": `0`}},
	{"security_bprm_check", "/usr/bin/true", map[string]string{"pathname": `"/usr/bin/true"`}},
	{"security_file_open", "echo x >/tmp/opened", map[string]string{
		"pathname": `"/tmp/opened"`, "syscall_pathname": `"/tmp/opened"`, "flags": `33345`, // O_WRONLY|O_CREAT|O_TRUNC|O_LARGEFILE
	}},
	{"security_inode_unlink", "echo x >/root/gone; rm /root/gone", map[string]string{"pathname": `"/root/gone"`}},
	{"security_socket_connect", "attack reverse 4444", map[string]string{
		"remote_addr": `{"sa_family":"AF_INET","sin_addr":"127.0.0.1","sin_port":"4444"}`,
	}},
	{"socket_dup", "attack reverse 4444", map[string]string{
		"newfd": `0`, "remote_addr": `{"sa_family":"AF_INET","sin_addr":"127.0.0.1","sin_port":"4444"}`,
	}},
}

// TestEveryEventIsEmitted proves each event by a real one, and that no event of
// the catalogue lacks a row.
func TestEveryEventIsEmitted(t *testing.T) {
	names := map[string]bool{}
	var script strings.Builder
	for _, c := range cases {
		names[c.event] = true
		fmt.Fprintf(&script, "%s\n", c.command)
	}
	for _, e := range catalog.Events() {
		if e.Syscall == nil && len(e.Programs) > 0 && !names[e.Name] {
			t.Errorf("event %s has no row", e.Name)
		}
	}
	selected := strings.Join(slices.Sorted(maps.Keys(names)), ",")
	onKernels(t, func(t *testing.T, kernel string) {
		g := boot(t, kernel, `
			attack listen 4444 >listen.err 2>&1 & listener=$!
			until_true grep -q ready listen.err
			launch all --trace tree=$$ --trace event=`+selected+` --output json
			ready all
			`+script.String()+`
			finish all
			kill $listener`)
		all := g.events("all")
		g.clean("all", len(all))
		for _, c := range cases {
			t.Run(c.event, func(t *testing.T) {
				if !slices.ContainsFunc(all, c.matches) {
					t.Errorf("%s did not make the kernel emit it with %v; of this name came:", c.command, c.args)
					for _, e := range named(all, c.event) {
						t.Logf("%s %+v", e.ProcessName, e.Args)
					}
				}
			})
		}
	})
}

// matches reports whether an event has the arguments of the row, and every field
// of its definition that needs no option.
func (c emitted) matches(e *event.Event) bool {
	if e.EventName != c.event {
		return false
	}
	for _, f := range catalog.ByName(e.EventName).Fields {
		if f.Option == "" && e.Arg(f.Name) == nil {
			return false
		}
	}
	for name, want := range c.args {
		arg := e.Arg(name)
		if arg == nil {
			return false
		}
		got, err := json.Marshal(arg.Value)
		if err != nil || string(got) != want {
			return false
		}
	}
	return true
}
