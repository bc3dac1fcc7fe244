package policy

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tracehound/tracehound/pkg/catalog"
	"github.com/tracehound/tracehound/pkg/filter"
)

const frame = "apiVersion: tracehound/v1\nkind: Policies\npolicies:\n"

func load(t *testing.T, files ...string) ([]filter.Policy, error) {
	t.Helper()
	dir := t.TempDir()
	t.Chdir(dir)
	var paths []string
	for i, content := range files {
		path := fmt.Sprintf("%d.yaml", i)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	return Load(paths, catalog.Events())
}

func TestLoad(t *testing.T) {
	got, err := load(t, frame+`
- name: web
  description: what the web server must not do
  scope: [container, "comm=nginx,a.b"]
  rules:
    - event: openat, security_file_open
      filters:
        - pathname=/etc/*
        - retval<0
    - event: [execve, execveat]
    - set: net_sock
    - except: socket
`, frame+`
- {name: all-of-it, scope: "uid>=1000"}
`)
	if err != nil {
		t.Fatal(err)
	}
	var terms [][]string
	for _, p := range got {
		line := []string{p.Name}
		for _, x := range p.Terms {
			line = append(line, x.Expr)
		}
		terms = append(terms, line)
	}
	want := [][]string{
		{"web", "container", "comm=nginx,a.b", "event=openat, security_file_open", "openat.pathname=/etc/*",
			"security_file_open.pathname=/etc/*", "openat.retval<0", "security_file_open.retval<0", "event=execve,execveat", "set=net_sock", "event!=socket"},
		{"all-of-it", "uid>=1000"},
	}
	if diff := cmp.Diff(want, terms); diff != "" {
		t.Errorf("terms (-want +got):\n%s", diff)
	}
	if !got[0].Wants("execveat") || got[0].Wants("socket") || !got[0].Wants("connect") || got[0].Wants("close") || !got[1].Wants("close") {
		t.Error("other events are selected")
	}
}

func TestFaults(t *testing.T) {
	for _, tc := range []struct{ file, want string }{
		{"", "0.yaml: the file holds "},
		{"a: [", "0.yaml:1:"},
		{"- x\n", "0.yaml:1:1: a file of policies has keys and values: apiVersion, kind, policies"},
		{"apiVersion: tracehound/v1\nkind: Policy\npolicies: [{name: a}]\n", `0.yaml:2:7: kind is "Policy", want "Policies"`},
		{"apiVersion: v2\nkind: Policies\n", `0.yaml:1:13: apiVersion is "v2", want "tracehound/v1"`},
		{"kind: Policies\npolicies: []\n", "0.yaml:1:1: apiVersion is missing"},
		{"apiVersion: tracehound/v1\nkind: Policies\n", "0.yaml:1:1: policies is missing"},
		{"apiVersion: tracehound/v1\nkind: Policies\npolicies: []\n", "0.yaml:3:11: policies is a list of at least one element"},
		{"apiVersion: tracehound/v1\nkind: Policies\npolicies:\n", `0.yaml:3:1: key "policies" has no value`},
		{frame + "- {name: a}\n---\nx: 1\n", "0.yaml: the file holds 2 YAML documents, want one"},
		{frame + "- scope: container\n", "0.yaml:4:3: name is missing"},
		{frame + "- name: a b\n", `0.yaml:4:9: policy name "a b" cannot be used; letters`},
		{frame + "- name: a\n  scop: container\n", `0.yaml:5:3: unknown key "scop"; did you mean "scope"?`},
		{frame + "- name: a\n  name: b\n", "0.yaml:5:3: "},
		{frame + "- name: a\n- name: a\n", `0.yaml:5:9: policy "a" is in 0.yaml already; give it another name`},
		{frame + "- name: [a]\n", "0.yaml:4:9: name wants a text on one line"},
		{frame + "- name: a\n  scope: [comm=x, uidd=0]\n", `0.yaml:5:19: unknown field "uidd"; did you mean "uid"?`},
		{frame + "- name: a\n  scope:\n    - comm=x\n    - uid=1,x2\n", `0.yaml:7:13: value "x2" of uid is not a number`},
		{frame + "- name: a\n  scope:\n    - 'uid=1,x2'\n", `0.yaml:6:14: value "x2" of uid is not a number`},
		{frame + "- name: a\n  scope: event=openat\n", "0.yaml:5:10: event is about events, and scope about processes; write it as a rule"},
		{frame + "- name: a\n  scope: openat.retval=0\n", "0.yaml:5:10: openat.retval is about events"},
		{frame + "- name: a\n  scope: {comm: x}\n", "0.yaml:5:11: scope wants a text on one line"},
		{frame + "- name: a\n  scope: [comm=x, comm!=x]\n", "0.yaml:5:19: no comm is left"},
		{frame + "- name: a\n  rules:\n    - filters: [retval=0]\n", "0.yaml:6:7: a rule needs event, set or except; example: event: openat"},
		{frame + "- name: a\n  rules:\n    - event: opennat\n", `0.yaml:6:14: unknown event "opennat"; did you mean "openat"?`},
		{frame + "- name: a\n  rules:\n    - set: fss\n", `0.yaml:6:12: unknown set "fss"`},
		{frame + "- name: a\n  rules:\n    - event: openat\n      set: fs\n", "0.yaml:7:12: a rule has one of event, set and except; make two of it"},
		{frame + "- name: a\n  rules:\n    - event: openat\n      filters: [pathname=/x, flaggs=1]\n", `0.yaml:7:30: event openat has no argument "flaggs"; did you mean "flags"?`},
		{frame + "- name: a\n  rules:\n    - event: openat\n      filters: [flags=O_WRITE]\n", `0.yaml:7:23: value "O_WRITE" of openat.flags`},
		{frame + "- name: a\n  rules:\n    - event: openat\n      filters: [pathname=/x]\n    - event: open*\n", "0.yaml:8:7: event openat is in two rules, one of them with filters"},
		{frame + "- name: a\n  rules:\n    - except: openat\n      filters: [pathname=/x]\n", "0.yaml:7:16: except takes no filters"},
		{frame + "- name: a\n  rules:\n    - event: openat\n    - except: openat\n", "0.yaml:7:15: no event is left"},
		{frame + "- name: a\n  rules: event\n", "0.yaml:5:10: rules is a list of at least one element"},
	} {
		_, err := load(t, tc.file)
		var fault *FaultError
		if !errors.As(err, &fault) || !strings.HasPrefix(err.Error(), tc.want) {
			t.Errorf("%q:\n got %v\nwant %s", tc.file, err, tc.want)
		}
	}
	if _, err := load(t, frame+"- name: a\n", frame+"- name: a\n"); err == nil || !strings.Contains(err.Error(), `1.yaml:4:9: policy "a" is in 0.yaml already`) {
		t.Errorf("the same name in two files: %v", err)
	}
	if _, err := load(t, strings.Repeat("#", maxSize+1)); err == nil || !strings.Contains(err.Error(), "longer than 1048576 bytes") {
		t.Errorf("a long file: %v", err)
	}
}

func TestFolders(t *testing.T) {
	dir := t.TempDir()
	if _, err := Load([]string{dir}, catalog.Events()); err == nil || !strings.Contains(err.Error(), "holds no file that ends in .yaml") {
		t.Errorf("an empty folder: %v", err)
	}
	for name, policy := range map[string]string{"b.yaml": "second", "a.yml": "first", "c.txt": "no"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(frame+"- name: "+policy+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, err := Load([]string{dir}, catalog.Events())
	if err != nil || len(got) != 2 || got[0].Name != "first" || got[1].Name != "second" {
		t.Errorf("%v, %v", got, err)
	}
	if _, err := Load([]string{filepath.Join(dir, "none")}, catalog.Events()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}

func FuzzPolicies(f *testing.F) {
	f.Add(frame + "- name: a\n  scope: [comm=x]\n  rules:\n    - event: openat\n      filters: [pathname=/x]\n    - except: close\n")
	f.Add(frame + "- {name: &a b, scope: *a}")
	f.Add("a: !!binary\n")
	f.Fuzz(func(t *testing.T, content string) {
		if _, err := parse("x", []byte(content), catalog.Events(), map[string]string{}); err != nil && !strings.HasPrefix(err.Error(), "x:") {
			t.Errorf("no place in %v", err)
		}
	})
}
