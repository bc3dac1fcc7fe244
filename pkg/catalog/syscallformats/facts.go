package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// facts is what a kernel or its headers say about system calls.
type facts struct {
	// source names the kernel: architecture (a GOARCH) and release.
	arch, release string
	calls         []call
}

// call is one system call of a kernel.
type call struct {
	number int
	// function is what the kernel's own function is called, without prefix:
	// "newstat" for stat. Several numbers may share one function.
	function string
	// known says that the kernel describes the parameters.
	known  bool
	params []param
}

type param struct {
	ctype string // as the kernel writes it: "const char *"
	name  string
}

// write prints facts, one call per line, fields set apart by tabs: number,
// function, then "type name" for each parameter, or ? when they are unknown.
func (f *facts) write(w io.Writer) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# made by pkg/catalog/syscallformats dump\nkernel\t%s\t%s\n", f.arch, f.release)
	for _, c := range f.calls {
		fmt.Fprintf(&b, "%d\t%s", c.number, c.function)
		if !c.known {
			b.WriteString("\t?")
		}
		for _, p := range c.params {
			fmt.Fprintf(&b, "\t%s %s", p.ctype, p.name)
		}
		b.WriteByte('\n')
	}
	_, err := w.Write(b.Bytes())
	return err
}

// readFacts is the inverse of write.
func readFacts(r io.Reader) (*facts, error) {
	f := &facts{}
	in := bufio.NewScanner(r)
	for n := 1; in.Scan(); n++ {
		line := in.Text()
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		words := strings.Split(line, "\t")
		if words[0] == "kernel" && len(words) == 3 {
			f.arch, f.release = words[1], words[2]
			continue
		}
		c, err := parseCall(words)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		f.calls = append(f.calls, c)
	}
	if err := in.Err(); err != nil {
		return nil, fmt.Errorf("read facts: %w", err)
	}
	if f.arch == "" {
		return nil, fmt.Errorf("read facts: no line beginning with kernel")
	}
	return f, nil
}

func parseCall(words []string) (call, error) {
	if len(words) < 2 {
		return call{}, fmt.Errorf("want number, function and parameters set apart by tabs, have %q", words)
	}
	number, err := strconv.Atoi(words[0])
	if err != nil {
		return call{}, fmt.Errorf("parse number: %w", err)
	}
	c := call{number: number, function: words[1], known: true}
	for _, word := range words[2:] {
		if word == "?" {
			c.known = false
			continue
		}
		p, ok := parseParam(word)
		if !ok {
			return call{}, fmt.Errorf("want type and name, have %q", word)
		}
		c.params = append(c.params, p)
	}
	return c, nil
}

func parseParam(s string) (param, bool) {
	i := strings.LastIndexByte(s, ' ')
	if i <= 0 || i == len(s)-1 {
		return param{}, false
	}
	return param{ctype: strings.TrimSpace(s[:i]), name: s[i+1:]}, true
}
