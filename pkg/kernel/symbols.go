package kernel

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
)

const symbolsPath = "/proc/kallsyms"

// Functions lists the functions of the running kernel, modules included, whose
// names have a prefix. It takes some ten milliseconds and needs no privilege:
// the addresses, which others than root may not see, are not used.
func Functions(prefix string) (map[string]bool, error) { return functionsIn(symbolsPath, prefix) }

// errNoFunctions says that a kernel keeps its symbols to itself.
var errNoFunctions = errors.New("it lists no function")

func functionsIn(path, prefix string) (map[string]bool, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read kernel symbols: %w", err)
	}
	defer f.Close()
	found := map[string]bool{}
	functions := 0
	// Lines are "ffffffff81000000 T name" with "\t[module]" behind some.
	in := bufio.NewReaderSize(f, 256<<10)
	for {
		line, err := in.ReadSlice('\n')
		if words := bytes.Fields(line); len(words) > 2 && isText(words[1]) {
			functions++
			if bytes.HasPrefix(words[2], []byte(prefix)) {
				found[string(words[2])] = true
			}
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("read kernel symbols: %w", err)
		}
	}
	if functions == 0 {
		return nil, fmt.Errorf("read kernel symbols: %s: %w", path, errNoFunctions)
	}
	return found, nil
}

// isText tells functions, weak ones too, from data.
func isText(kind []byte) bool { return len(kind) == 1 && bytes.ContainsAny(kind, "tTwW") }
