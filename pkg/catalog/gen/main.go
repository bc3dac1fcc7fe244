// Command gen writes what is derived from the catalogue: the BPF side's headers,
// the events page and the JSON schema. Run it as `make generate`.
package main

import (
	"fmt"
	"os"
	"path/filepath"
)

// outputs are the generated files, relative to the top of the repository.
var outputs = []struct {
	path string
	make func(top string) ([]byte, error)
}{
	{"bpf/gen/events.h", infallible(eventsHeader)},
	{"bpf/gen/syscalls.h", infallible(syscallsHeader)},
	{"docs/events.md", eventsMarkdown},
	{"docs/schema/event.schema.json", func(string) ([]byte, error) { return jsonSchema() }},
}

func infallible(f func() []byte) func(string) ([]byte, error) {
	return func(string) ([]byte, error) { return f(), nil }
}

func main() {
	if err := run("."); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run(top string) error {
	for _, o := range outputs {
		text, err := o.make(top)
		if err != nil {
			return fmt.Errorf("make %s: %w", o.path, err)
		}
		path := filepath.Join(top, o.path)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return fmt.Errorf("create folder: %w", err)
		}
		if err := os.WriteFile(path, text, 0o644); err != nil {
			return fmt.Errorf("write file: %w", err)
		}
	}
	return nil
}
