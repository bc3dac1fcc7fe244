package main

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The facts in testdata were read from Debian's kernels in the lab, the numbers
// from the headers of the newest.
func TestTableAgreesWithKernels(t *testing.T) {
	files, err := filepath.Glob("testdata/*.*")
	if err != nil || len(files) != 3 {
		t.Fatalf("testdata has %v, %v", files, err)
	}
	for _, file := range files {
		wrong, err := checkFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range wrong {
			t.Errorf("%s: %s", filepath.Base(file), w)
		}
	}
}

func TestCheckFactsFindsDifferences(t *testing.T) {
	tests := []struct {
		name, line string
		want       []string
	}{
		{"agrees", "3\tclose\tunsigned int fd", nil},
		{"agrees, address as a number", "12\tbrk\tunsigned long brk", nil},
		{"agrees, another function name", "4\tnewstat\tconst char * filename\tstruct stat * statbuf", nil},
		{"parameters unknown", "3\tclose\t?", nil},
		{"new parameters", "321\tbpf\tint cmd\tunion bpf_attr * uattr\tunsigned int size\tstruct a * b\tunsigned int c", nil},
		{"unknown number", "999\tnewcall\tint a", []string{"number 999: the kernel has newcall, the table nothing"}},
		{"another call", "3\topen", []string{"close, number 3: the kernel has open"}},
		{"more parameters", "3\tclose\tint fd\tint how", []string{"close: the kernel takes 2 parameters, the table lists 1"}},
		{"an address", "3\tclose\tint * fd", []string{"close.fd: the table has a fd, the kernel int * fd"}},
		{"wider", "3\tclose\tunsigned long fd", []string{"close.fd: the table has a fd, the kernel unsigned long fd"}},
		{"narrower", "0\tread\tint fd\tvoid * buf\tint count", []string{"read.count: the table has a size, the kernel int count"}},
		{"not a text", "87\tunlink\tlong pathname", []string{"unlink.pathname: the table has a path, the kernel long pathname"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, err := readFacts(strings.NewReader("kernel\tamd64\t1.0\n" + tt.line + "\n"))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, checkFacts(f)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestCheckNumbersFindsDifferences(t *testing.T) {
	text, err := os.ReadFile("testdata/7.2.numbers")
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name   string
		change func(numbers)
		want   []string
	}{
		{"agrees", func(numbers) {}, nil},
		{"another number", func(n numbers) { n["amd64"]["close"] = 4 }, []string{"close on amd64: the table has number 3, the headers 4"}},
		{"gone", func(n numbers) { delete(n["arm64"], "close") }, []string{"close on arm64: the table has number 57, the headers none"}},
		{"new", func(n numbers) { n["arm64"]["newcall"] = 999 }, []string{"newcall on arm64: the headers have number 999, the table nothing"}},
		{"new on i386", func(n numbers) { n["i386"]["newcall"] = 999 }, []string{"newcall on i386: the headers have number 999, the table nothing"}},
		{"gone on i386", func(n numbers) { delete(n["i386"], "close") }, []string{"close on i386: the table has number 6, the headers nothing"}},
		{"moved on i386", func(n numbers) { delete(n["i386"], "open"); n["i386"]["close"] = 5 }, []string{
			"number 5 on i386: the headers have close, the table open",
			"close on i386: the table has number 6, the headers nothing",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			n, err := readNumbers(bytes.NewReader(text))
			if err != nil {
				t.Fatal(err)
			}
			tt.change(n)
			if diff := cmp.Diff(tt.want, checkNumbers(n)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRun(t *testing.T) {
	dir := t.TempDir()
	bad := filepath.Join(dir, "bad")
	differs := filepath.Join(dir, "differs")
	headers := filepath.Join(dir, "headers")
	for file, text := range map[string]string{
		bad:     "kernel\tamd64\t1.0\nx\ty\n",
		differs: "kernel\tamd64\t1.0\n999\tnewcall\tconst char * name\tint a\tlong b\tstruct c * c\n",
		filepath.Join(headers, "x86/asm/unistd_64.h"):   "#define __NR_read 0\n#define __NR_write 1\n",
		filepath.Join(headers, "x86/asm/unistd_32.h"):   "#define __NR_read 3\n",
		filepath.Join(headers, "arm64/asm/unistd_64.h"): "#define __NR_read 63\n",
	} {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	tests := []struct {
		args   string
		code   int
		stdout string
		stderr string
	}{
		{"", 2, "", "want dump"},
		{"wrong", 2, "", "want dump"},
		{"dump too much", 2, "", "want dump"},
		{"check testdata/7.2.facts", 0, "", ""},
		{"check " + bad, 1, "", bad + ": line 2: parse number"},
		{"check /nowhere", 1, "", "read facts: open /nowhere"},
		{"check " + differs, 1, "", "1 differences"},
		{"rows " + differs, 0, `{"newcall", 999, none, none, nil, ps{pstr("name"), pt("a", schema.Int, "int"), pt("b", schema.Ulong, "long"), ptr("c", "struct c *")}},`, ""},
		{"rows testdata/7.2.facts", 0, "", ""},
		{"headers " + headers, 0, "amd64\t1\twrite\n", ""},
		{"headers " + dir, 1, "", "read header: open"},
	}
	for _, tt := range tests {
		t.Run(tt.args, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			code := run(strings.Fields(tt.args), &stdout, &stderr)
			if code != tt.code || !strings.Contains(stdout.String(), tt.stdout) || !strings.Contains(stderr.String(), tt.stderr) {
				t.Errorf("exit code %d, want %d\nstdout: %s\nstderr: %s", code, tt.code, &stdout, &stderr)
			}
			if (tt.stderr == "") != (stderr.Len() == 0) {
				t.Errorf("stderr: %s", &stderr)
			}
		})
	}
}

func TestNumbersOfAllArchitectures(t *testing.T) {
	text, err := os.ReadFile("testdata/7.2.numbers")
	if err != nil {
		t.Fatal(err)
	}
	n, err := readNumbers(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if arches := slices.Sorted(maps.Keys(n)); !slices.Equal(arches, []string{"amd64", "arm64", "i386"}) {
		t.Errorf("numbers of %v", arches)
	}
}
