package main

import (
	"strings"
	"testing"

	"github.com/tracehound/tracehound/pkg/catalog"
	"github.com/tracehound/tracehound/pkg/schema"
)

func TestEventsPageHasEverything(t *testing.T) {
	text, err := eventsMarkdown("../../..")
	if err != nil {
		t.Fatal(err)
	}
	page := string(text)
	if !strings.HasPrefix(page, "<!-- "+notice+" -->\n") {
		t.Errorf("page begins with %.60q", page)
	}
	for _, want := range []string{
		"| openat | 257 | 56 | 295 | `int dirfd`, `const char* pathname`, `int flags` open_flags, `umode_t mode` | default, fs, fs_file_ops |\n",
		"| open | 2 | – | 5 |",
		"| [sched_process_exec](#sched_process_exec) |",
		"| env | `const char**` | strings | environment; only with `--output option:exec-env` |\n",
		"| open_flags | open flags | number or string | `O_WRONLY\\|O_CREAT\\|O_CLOEXEC` |\n",
		"| fs_sync | 6 | msync, fsync, fdatasync, sync, sync_file_range, syncfs |\n",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("page lacks %q", want)
		}
	}
	for _, e := range catalog.Events() {
		if !strings.Contains(page, "| "+e.Name+" |") && !strings.Contains(page, "\n### "+e.Name+"\n") {
			t.Errorf("page lacks event %s", e.Name)
		}
	}
	for _, s := range catalog.Sets() {
		if !strings.Contains(page, "\n| "+string(s)+" | ") {
			t.Errorf("page lacks set %s", s)
		}
	}
	for _, k := range schema.Kinds() {
		if !strings.Contains(page, "\n| "+k.String()+" | ") {
			t.Errorf("page lacks kind %s", k)
		}
	}
}

// Examples show a name, or they say nothing.
func TestExamplesAreNames(t *testing.T) {
	plain := map[schema.Kind]bool{schema.Pointer: true, schema.Mode: true, schema.Hex: true, schema.SyscallNumber: true,
		schema.KernelReadType: true, schema.NotifyObject: true, schema.Address: true}
	for _, k := range schema.Kinds() {
		text := example(k)
		if text != "" && !plain[k] && !strings.ContainsAny(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") {
			t.Errorf("example of %s is %s", k, text)
		}
	}
}
