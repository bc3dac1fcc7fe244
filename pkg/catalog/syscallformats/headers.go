package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// numbers are the system call numbers of the kernel's headers, by name, for
// amd64, arm64 and i386.
type numbers map[string]map[string]int

// unistd are the headers that define the numbers, as linux-libc-dev of Debian
// 13 and later lays them out below /usr/lib/linux/uapi.
var unistd = map[string]string{
	"amd64": "x86/asm/unistd_64.h",
	"arm64": "arm64/asm/unistd_64.h",
	"i386":  "x86/asm/unistd_32.h",
}

// readHeaders reads the numbers from the headers below dir.
func readHeaders(dir string) (numbers, error) {
	n := numbers{}
	for arch, file := range unistd {
		text, err := os.ReadFile(filepath.Join(dir, file))
		if err != nil {
			return nil, fmt.Errorf("read header: %w", err)
		}
		if n[arch] = parseHeader(string(text)); len(n[arch]) == 0 {
			return nil, fmt.Errorf("read header %s: no line defines __NR_…", file)
		}
	}
	return n, nil
}

// parseHeader finds the lines "#define __NR_name number".
func parseHeader(text string) map[string]int {
	all := map[string]int{}
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		if len(words) != 3 || words[0] != "#define" || !strings.HasPrefix(words[1], "__NR_") {
			continue
		}
		if number, err := strconv.Atoi(words[2]); err == nil {
			all[strings.TrimPrefix(words[1], "__NR_")] = number
		}
	}
	return all
}

// write prints the numbers, one call per line: architecture, number, name.
func (n numbers) write(w io.Writer) error {
	var b bytes.Buffer
	b.WriteString("# made by pkg/catalog/syscallformats headers\nheaders\n")
	for _, arch := range slices.Sorted(maps.Keys(n)) {
		names := slices.SortedFunc(maps.Keys(n[arch]), func(a, b string) int { return n[arch][a] - n[arch][b] })
		for _, name := range names {
			fmt.Fprintf(&b, "%s\t%d\t%s\n", arch, n[arch][name], name)
		}
	}
	_, err := w.Write(b.Bytes())
	return err
}

// readNumbers is the inverse of write.
func readNumbers(r io.Reader) (numbers, error) {
	n := numbers{}
	in := bufio.NewScanner(r)
	for line := 1; in.Scan(); line++ {
		words := strings.Split(in.Text(), "\t")
		if len(words) != 3 {
			continue // heading
		}
		number, err := strconv.Atoi(words[1])
		if err != nil {
			return nil, fmt.Errorf("line %d: parse number: %w", line, err)
		}
		if n[words[0]] == nil {
			n[words[0]] = map[string]int{}
		}
		n[words[0]][words[2]] = number
	}
	if err := in.Err(); err != nil {
		return nil, fmt.Errorf("read numbers: %w", err)
	}
	return n, nil
}
