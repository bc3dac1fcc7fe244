package kernel

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// tracefs is where the file system of the kernel's tracers may be mounted.
var tracefs = []string{"/sys/kernel/tracing", "/sys/kernel/debug/tracing"}

// Traceable says whether fentry and kprobes can be put on a function: compilers
// and kernels keep some functions from being traced, which BTF does not tell.
// Unknown when tracefs is not mounted or may not be read. It takes some ten
// milliseconds.
func Traceable(function string) State { return traceableIn("/", function) }

func traceableIn(root, function string) State {
	for _, dir := range tracefs {
		if answer := traceableBy(filepath.Join(root, dir, "available_filter_functions"), function); answer != Unknown {
			return answer
		}
	}
	return Unknown
}

func traceableBy(path, function string) State {
	f, err := os.Open(path)
	if err != nil {
		return Unknown
	}
	defer func() { _ = f.Close() }()
	found, err := listed(f, function)
	switch {
	case err != nil:
		return Unknown
	case found:
		return Yes
	}
	return No
}

// listed looks for a line "function" or "function [module]".
func listed(r io.Reader, function string) (bool, error) {
	in := bufio.NewReaderSize(r, 64<<10)
	lines := 0
	for {
		line, err := in.ReadString('\n')
		name, _, _ := strings.Cut(strings.TrimSpace(line), " ")
		if name == function {
			return true, nil
		}
		if name != "" {
			lines++
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return false, fmt.Errorf("read traceable functions: %w", err)
		}
	}
	if lines == 0 {
		return false, errors.New("read traceable functions: none is listed")
	}
	return false, nil
}
