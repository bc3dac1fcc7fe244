package nearest

import (
	"strings"
	"testing"
)

func TestWord(t *testing.T) {
	known := []string{"openat", "open", "sched_process_exec", "sched_process_exit", "json", "protobuf", "TRC-12"}
	tests := []struct{ word, want string }{
		{"opennat", "openat"},
		{"sched_proces_exec", "sched_process_exec"},
		{"jsn", "json"},
		{"JSON", "json"},
		{"prot", "protobuf"},
		{"trc12", "TRC-12"},
		{"x", ""},
		{"", ""},
		{"something_else_entirely", ""},
		{strings.Repeat("a", 1<<20), ""},
	}
	for _, tt := range tests {
		if got := Word(tt.word, known); got != tt.want {
			t.Errorf("Word(%.30q) = %q, want %q", tt.word, got, tt.want)
		}
	}
}

func TestHint(t *testing.T) {
	if got, want := Hint("jsn", []string{"gob", "json"}), `; did you mean "json"?`; got != want {
		t.Errorf("Hint = %q, want %q", got, want)
	}
	if got := Hint("zzzzzz", []string{"gob"}); got != "" {
		t.Errorf("Hint of a strange word = %q, want none", got)
	}
}
