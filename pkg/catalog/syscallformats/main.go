// Command syscallformats reads what kernels say about system calls, and checks
// the catalogue's table against it.
//
//	syscallformats dump               print the facts of this kernel (root, no lockdown: in the lab)
//	syscallformats headers DIR        print the numbers of the headers below DIR
//	                                  (linux-libc-dev of Debian 13+: /usr/lib/linux/uapi)
//	syscallformats check [FILE...]    compare the table with saved facts and numbers;
//	                                  without a FILE, with this kernel
//	syscallformats rows FILE          print rows to start from for calls that the table lacks
package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/tracehound/tracehound/pkg/catalog"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

var errUsage = errors.New("want dump, headers DIR, check [FILE...] or rows FILE")

func run(args []string, stdout, stderr io.Writer) int {
	wrong, err := command(args, stdout)
	if err != nil {
		_, _ = fmt.Fprintln(stderr, "syscallformats:", err)
		if errors.Is(err, errUsage) {
			return 2
		}
		return 1
	}
	for _, w := range wrong {
		_, _ = fmt.Fprintln(stderr, w)
	}
	if len(wrong) > 0 {
		_, _ = fmt.Fprintf(stderr, "syscallformats: %d differences\n", len(wrong))
		return 1
	}
	return 0
}

// command returns the differences that it found.
func command(args []string, stdout io.Writer) (wrong []string, err error) {
	if len(args) == 0 {
		return nil, errUsage
	}
	switch name, args := args[0], args[1:]; {
	case name == "dump" && len(args) == 0:
		f, err := thisKernel.read()
		if err != nil {
			return nil, err
		}
		return nil, f.write(stdout)
	case name == "headers" && len(args) == 1:
		n, err := readHeaders(args[0])
		if err != nil {
			return nil, err
		}
		return nil, n.write(stdout)
	case name == "check" && len(args) == 0:
		f, err := thisKernel.read()
		if err != nil {
			return nil, err
		}
		return checkFacts(f), nil
	case name == "check":
		for _, file := range args {
			w, err := checkFile(file)
			if err != nil {
				return nil, err
			}
			wrong = append(wrong, w...)
		}
		return wrong, nil
	case name == "rows" && len(args) == 1:
		return nil, printRows(stdout, args[0])
	}
	return nil, errUsage
}

func checkFile(file string) ([]string, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read facts: %w", err)
	}
	if bytes.Contains(text, []byte("\nheaders\n")) {
		n, err := readNumbers(bytes.NewReader(text))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		return checkNumbers(n), nil
	}
	f, err := readFacts(bytes.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return checkFacts(f), nil
}

// printRows prints rows with the kernel's own names and no sets; numbers of
// other architectures, names of the manual page and kinds are left to people.
func printRows(w io.Writer, file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("read facts: %w", err)
	}
	f, err := readFacts(bytes.NewReader(text))
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	have := map[int]bool{}
	for _, e := range catalog.Syscalls(f.arch) {
		have[int(e.ID)] = true
	}
	for _, c := range f.calls {
		if !have[c.number] {
			if _, err := fmt.Fprintf(w, "\t%s\n", row(c)); err != nil {
				return err
			}
		}
	}
	return nil
}

func row(c call) string {
	b := fmt.Appendf(nil, "{%q, %d, none, none, nil, ps{", c.function, c.number)
	for i, p := range c.params {
		if i > 0 {
			b = append(b, ", "...)
		}
		switch {
		case p.ctype == "const char *":
			b = fmt.Appendf(b, "pstr(%q)", p.name)
		case classOf(p.ctype) == address:
			b = fmt.Appendf(b, "ptr(%q, %q)", p.name, p.ctype)
		case classOf(p.ctype) == wide:
			b = fmt.Appendf(b, "pt(%q, schema.Ulong, %q)", p.name, p.ctype)
		default:
			b = fmt.Appendf(b, "pt(%q, schema.Int, %q)", p.name, p.ctype)
		}
	}
	return string(append(b, "}},"...))
}
