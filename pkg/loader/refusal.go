package loader

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// RefusedError says which programs the kernel would not take, and why. All that
// depends on none of them can be had without: plan again with Kernel.Refused.
type RefusedError struct {
	Reasons map[string]string // by program
}

func (e *RefusedError) Error() string {
	var words []string
	for _, name := range slices.Sorted(maps.Keys(e.Reasons)) {
		words = append(words, refused(name, e.Reasons[name]))
	}
	return strings.Join(words, "; ")
}

// words are the warnings that libbpf gave: errors of its calls are a bare number.
type words struct{ lines []string }

// maxWords bounds what is kept: a verifier's log can have a million lines, of
// which the last ones tell.
const maxWords = 200

func (w *words) add(msg string) {
	for line := range strings.Lines(msg) {
		if line = strings.TrimSpace(line); line != "" {
			w.lines = append(w.lines, strings.TrimPrefix(line, "libbpf: "))
		}
	}
	if n := len(w.lines); n > maxWords { // the first one names the program
		w.lines = slices.Delete(w.lines, 1, 1+n-maxWords)
	}
}

var (
	// programLine begins a warning about one program.
	programLine = regexp.MustCompile(`^prog '(\w+)': (.*)$`)
	// noise is what the log of a verifier says beside the fault.
	noise = regexp.MustCompile(`^(processed \d+ insns|verification time |stack depth|max_states|-- (BEGIN|END) |failed to load|[0-9]+: \(|;|R\d+(_\w+)?=|from \d+ to |func#|arg#|last_idx|first_idx|parent |regs=|mark_precise)`)
)

// explain makes the error of a load one that names the program that the kernel
// refused, or adds libbpf's first words to it.
func (w *words) explain(err error) error {
	if len(w.lines) == 0 {
		return err
	}
	var program, first string
	last := ""
	for _, line := range w.lines {
		m := programLine.FindStringSubmatch(line)
		if m != nil && program == "" {
			program, first = m[1], m[2]
		}
		if m != nil {
			line = m[2]
		}
		if program != "" && !noise.MatchString(line) && !strings.HasPrefix(line, "failed to load object") {
			last = line
		}
	}
	if program == "" {
		return fmt.Errorf("%w: %s (more with --log-level debug)", err, w.lines[0])
	}
	reason := strings.TrimPrefix(first, "BPF program load failed: ")
	if last != "" && last != first {
		reason += ": " + last
	}
	return &RefusedError{map[string]string{program: reason}}
}
