package cel_test

import (
	"strings"
	"testing"

	"github.com/tracehound/tracehound/pkg/event"
)

func TestTRC5(t *testing.T) {
	exec := func(path any) *event.Event { return file("sched_process_exec", "sh", path) }
	tests := []struct {
		name string
		e    *event.Event
		want bool
	}{
		{"memory file as the kernel shows it", exec("/memfd:payload (deleted)"), true},
		{"memory file by its name", exec("memfd:payload"), true},
		{"memory file without a name", exec("/memfd: (deleted)"), true},
		{"in a container", inContainer(exec("/memfd:payload (deleted)")), true},
		{"shared memory", exec("/dev/shm/x"), true},
		{"shared memory, deleted since", exec("/dev/shm/x (deleted)"), true},
		{"shared memory, deeper", exec("/dev/shm/a/b/x"), true},
		{"older shared memory", exec("/run/shm/x"), true},
		{"runc starts a container", exec("/memfd:runc_cloned:/proc/self/exe (deleted)"), false},
		{"runc by its name", exec("memfd:runc_cloned:/proc/self/exe"), false},
		{"named as runc in a container", inContainer(exec("/memfd:runc_cloned:/proc/self/exe (deleted)")), true},

		{"ordinary program", exec("/usr/bin/ls"), false},
		{"folder of a similar name", exec("/dev/shmoo/x"), false},
		{"shared memory below another root", exec("/srv/dev/shm/x"), false},
		{"memory file below a folder", exec("/tmp/memfd:x"), false},
		{"path with a line end", exec("/tmp/a\n/memfd:x"), false},
		{"tmp", exec("/tmp/x"), false},

		{"no path", &event.Event{EventName: "sched_process_exec"}, false},
		{"path null", exec(nil), false},
		{"empty path", exec(""), false},
		{"long path", exec("/tmp/" + strings.Repeat("memfd:", 10000)), false},
		{"not UTF-8", exec("\xff\xfe/dev/shm/"), false},
		{"another event", file("security_bprm_check", "sh", "/dev/shm/x"), false},
	}
	s := load(t, "trc-5.yaml")
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m, err := s.OnEvent(tt.e)
			if err != nil || (m != nil) != tt.want {
				t.Fatalf("OnEvent = %.200v, %v, want match %v", m, err, tt.want)
			}
			if m != nil && m.Data["pathname"] != tt.e.Args[0].Value {
				t.Errorf("data %v", m.Data)
			}
		})
	}
	if m, err := s.OnEvent(exec(int32(3))); m != nil || err == nil || !strings.Contains(err.Error(), "argument pathname") {
		t.Errorf("path that is a number: %v, %v, want an error that names it", m, err)
	}
}
