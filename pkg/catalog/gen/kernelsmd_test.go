package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestKernelsTable(t *testing.T) {
	s := sightings{
		"read":               {"6.1": "", "5.10": "", "newest": ""},
		"uselib":             {"6.1": "", "newest": "this kernel has no such system call", "5.10": ""},
		"security_file_open": {"6.1": "", "5.10": "it lacks | that"},
	}
	var b bytes.Buffer
	s.write(&b)
	page := b.String()
	for _, want := range []string{
		"| event | 5.10 | 6.1 | newest |\n|---|---|---|---|\n",
		"| security_file_open | – (1) | yes | ? |\n",
		"| uselib | yes | yes | – (2) |\n",
		"\n1 system calls were seen on all of them.\n",
		"\n1. it lacks | that\n2. this kernel has no such system call\n",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("page lacks %q:\n%.2000s", want, page)
		}
	}
	if strings.Contains(page, "\n| read |") {
		t.Error("a call that was seen everywhere has a row")
	}
	b.Reset()
	(sightings)(nil).write(&b)
	if b.Len() != 0 {
		t.Errorf("nothing was recorded: %s", b.String())
	}
}

// The record in the repository is of events that there are.
func TestRecordNamesEvents(t *testing.T) {
	s, err := readSightings("../../..")
	if err != nil {
		t.Fatal(err)
	}
	if names := unknownSightings(s); len(names) > 0 {
		t.Errorf("%s names events that are not in the catalogue: %v", kernelsFile, names)
	}
}

func TestReadSightings(t *testing.T) {
	top := t.TempDir()
	if s, err := readSightings(top); s != nil || err != nil {
		t.Errorf("no record: %v, %v", s, err)
	}
	if err := os.MkdirAll(filepath.Join(top, filepath.Dir(kernelsFile)), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(top, kernelsFile), []byte("{"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := readSightings(top); err == nil || !strings.Contains(err.Error(), kernelsFile) {
		t.Errorf("half a record: %v", err)
	}
}
