package cel_test

import (
	"strings"
	"testing"

	"github.com/tracehound/tracehound/pkg/event"
)

func TestTRC12(t *testing.T) {
	check := func(comm string, path any) *event.Event { return file("security_bprm_check", comm, path) }
	tests := []struct {
		name string
		e    *event.Event
		want bool
	}{
		{"Debian's sh", check("nginx", "/usr/bin/dash"), true},
		{"sh on another system", check("nginx", "/bin/sh"), true},
		{"Red Hat's sh", check("httpd", "/usr/bin/bash"), true},
		{"in a container", inContainer(check("apache2", "/bin/ash")), true},
		{"foreground server, name cut off", check("httpd-foregroun", "/bin/bash"), true},
		{"lighttpd", check("lighttpd", "/usr/bin/zsh"), true},
		{"apache", check("apache", "/bin/csh"), true},
		{"ksh", check("nginx", "/bin/ksh"), true},
		{"tcsh", check("nginx", "/bin/tcsh"), true},
		{"shell in an odd place", check("nginx", "/tmp/.x/bash"), true},
		{"path without a folder", check("nginx", "sh"), true},

		{"server runs a program", check("nginx", "/usr/bin/ls"), false},
		{"program whose name ends like a shell", check("nginx", "/usr/bin/finish"), false},
		{"folder named as a shell", check("nginx", "/opt/bash/run"), false},
		{"folder itself", check("nginx", "/opt/bash/"), false},
		{"shell of a user", check("bash", "/usr/bin/dash"), false},
		{"server of a similar name", check("nginx-agent", "/usr/bin/dash"), false},
		{"case", check("NGINX", "/usr/bin/dash"), false},
		{"full name that a comm cannot hold", check("httpd-foreground", "/bin/bash"), false},

		{"no path", &event.Event{EventName: "security_bprm_check", ProcessName: "nginx"}, false},
		{"path null", check("nginx", nil), false},
		{"empty path", check("nginx", ""), false},
		{"no name", check("", "/bin/sh"), false},
		{"long path", check("nginx", strings.Repeat("/sh", 10000)+"x"), false},
		{"not UTF-8", check("nginx", "/bin/\xffsh"), false},
		{"another event", file("sched_process_exec", "nginx", "/bin/sh"), false},
	}
	s := load(t, "trc-12.yaml")
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
	if m, err := s.OnEvent(check("nginx", []string{"/bin/sh"})); m != nil || err == nil || !strings.Contains(err.Error(), "argument pathname") {
		t.Errorf("path that is a list: %v, %v, want an error that names it", m, err)
	}
}
