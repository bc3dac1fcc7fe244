package filter

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSelectEvents(t *testing.T) {
	for _, tc := range []struct {
		exprs []string
		want  string
	}{
		{nil, "openat close execve"},
		{[]string{"comm=bash"}, "openat close execve"},
		{[]string{"event=socket_dup"}, "socket_dup"},
		{[]string{"event=socket_dup,openat", "e=openat"}, "openat socket_dup"},
		{[]string{"event=security_*"}, "security_file_open security_socket_connect"},
		{[]string{"event=*open*"}, "openat security_file_open"},
		{[]string{"event=*_open,ex*e"}, "execve security_file_open"},
		{[]string{"event=s*f*open"}, "security_file_open"},
		{[]string{"event=*"}, "openat close execve exit security_file_open security_socket_connect socket_dup"},
		{[]string{"set=lsm_hooks"}, "security_file_open security_socket_connect"},
		{[]string{"set=lsm_hooks,syscalls"}, "openat close execve exit security_file_open security_socket_connect"},
		{[]string{"set=default", "event=exit"}, "openat close execve exit"},
		// != subtracts from whatever was selected, in any order
		{[]string{"event!=close"}, "openat execve"},
		{[]string{"event!=close", "event=close,openat"}, "openat"},
		{[]string{"event=*", "event!=s*,exit"}, "openat close execve"},
		{[]string{"set=fs", "event!=close"}, "openat security_file_open"},
		{[]string{"set=fs", "set!=lsm_hooks"}, "openat close"},
		{[]string{"set!=fs"}, "execve"},
		{[]string{"s!=fs", "e=openat,exit"}, "exit"},
		// to exclude what does not exist here changes nothing
		{[]string{"event=exit", "event!=waitpid"}, "exit"},
	} {
		t.Run(strings.Join(tc.exprs, " "), func(t *testing.T) {
			got, err := Parse(tc.exprs, testCatalogue)
			if err != nil {
				t.Fatal(err)
			}
			var names []string
			for _, e := range got.Events {
				names = append(names, e.Name)
			}
			if diff := cmp.Diff(strings.Fields(tc.want), names); diff != "" {
				t.Errorf("events (-want +got):\n%s", diff)
			}
		})
	}
}

func TestSelectErrors(t *testing.T) {
	for _, tc := range []struct {
		exprs []string
		word  string
		has   string
	}{
		{[]string{"event=opennat"}, "opennat", `unknown event "opennat"; did you mean "openat"?`},
		{[]string{"event=Execve"}, "Execve", `did you mean "execve"?`},
		{[]string{"event=security"}, "security", `did you mean "security_file_open"?`},
		{[]string{"event=zzzzzz"}, "zzzzzz", `unknown event "zzzzzz"; tracer list shows all events`},
		{[]string{"event!=opennat"}, "opennat", "unknown event"},
		{[]string{"event=openat,nosuch"}, "nosuch", "unknown event"},
		{[]string{"event=nosuch*"}, "nosuch*", `no event matches "nosuch*"`},
		{[]string{"event=open?t"}, "open?t", "unknown event"},
		{[]string{"event=waitpid"}, "waitpid", `event "waitpid" does not exist on `},
		{[]string{"event=wait*"}, "wait*", "does not exist on "},
		{[]string{"set=32bit_unique"}, "32bit_unique", `no event of set "32bit_unique" exists on `},
		{[]string{"set=fss"}, "fss", `unknown set "fss"; did you mean "fs"?`},
		{[]string{"set=zzzzzz"}, "zzzzzz", "known: 32bit_unique, default, fs, lsm_hooks, syscalls"},
		{[]string{"set!=zzzzzz"}, "zzzzzz", "unknown set"},
		{[]string{"set=fs*"}, "fs*", "unknown set"},
		{[]string{"event=exit", "event!=exit"}, "event", "no event is left"},
		{[]string{"event!=*"}, "event", "no event is left"},
		{[]string{"set!=default"}, "set", "no event is left"},
	} {
		t.Run(strings.Join(tc.exprs, " "), func(t *testing.T) {
			_, err := Parse(tc.exprs, testCatalogue)
			checkError(t, err, tc.word, tc.has)
		})
	}
}

func TestGlob(t *testing.T) {
	for _, tc := range []struct {
		pattern, name string
		want          bool
	}{
		{"openat", "openat", true}, {"openat", "openat2", false}, {"open*", "open", true}, {"*", "", true},
		{"o*t", "openat", true}, {"a*a", "a", false}, {"ab*ba", "aba", false}, {"*p*n*", "openat", true}, {"*n*p*", "openat", false},
		{"**", "x", true}, {"*at*at", "openat", false},
	} {
		if got := Pattern(tc.pattern).Match(tc.name); got != tc.want {
			t.Errorf("glob(%q, %q) = %v", tc.pattern, tc.name, got)
		}
	}
}
