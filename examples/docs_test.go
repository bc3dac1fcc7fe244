package examples

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/tracehound/tracehound/pkg/catalog"
	"github.com/tracehound/tracehound/pkg/filter"
	"github.com/tracehound/tracehound/pkg/filter/policy"
	"github.com/tracehound/tracehound/pkg/signature/load"
)

// pages are what people read, by path from here.
func pages(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, pattern := range []string{"../*.md", "../docs/*.md"} {
		paths, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			all[path] = read(t, path)
		}
	}
	for _, page := range []string{"../README.md", "../ARCHITECTURE.md", "../CONTRIBUTING.md", "../docs/signatures.md", "../docs/filters.md"} {
		if all[page] == "" {
			t.Errorf("%s is missing", page)
		}
	}
	return all
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// quoted is a block of text that a page takes from a file, which a comment in
// front of it names.
var quoted = regexp.MustCompile("<!-- (\\S+) -->\n *```\\w*\n((?s).*?)\n *```\n")

func TestPagesQuoteFilesAsTheyAre(t *testing.T) {
	n := 0
	for path, page := range pages(t) {
		for _, block := range quoted.FindAllStringSubmatch(page, -1) {
			n++
			if file := read(t, filepath.Join("..", block[1])); !strings.Contains(unindented(file), unindented(block[2])) {
				t.Errorf("%s quotes %s otherwise than it is:\n%s", path, block[1], block[2])
			}
		}
	}
	if n < 6 {
		t.Errorf("%d quotations found, want 6 at least", n)
	}
}

// unindented is a text without the white space that begins its lines, which in
// lists is not the file's.
func unindented(text string) string {
	return regexp.MustCompile(`(?m)^[ \t]+`).ReplaceAllString(text, "")
}

func TestFiltersPageHoldsTheGrammar(t *testing.T) {
	if page := read(t, "../docs/filters.md"); !strings.Contains(page, "```text\n"+filter.Help()+"```\n") {
		t.Errorf("docs/filters.md does not hold what tracer --trace help prints:\n%s", filter.Help())
	}
}

var (
	tracerCommand = regexp.MustCompile(`(?m)^    (tracer .*)$`)
	traceFlag     = regexp.MustCompile(`(?:--trace|-t) ('[^']*'|\S+)`)
	policyFlag    = regexp.MustCompile(`--policy (\S+)`)
)

// Every command of the page about filters has filters that are right.
func TestFiltersPageCommands(t *testing.T) {
	stand := strings.NewReplacer("$$", "1", "$(rules --list-events)", "openat")
	n := 0
	for _, m := range tracerCommand.FindAllStringSubmatch(read(t, "../docs/filters.md"), -1) {
		var exprs []string
		for _, flag := range traceFlag.FindAllStringSubmatch(stand.Replace(m[1]), -1) {
			exprs = append(exprs, strings.Trim(flag[1], "'"))
		}
		if _, err := filter.Parse(exprs, catalog.Events()); err != nil {
			t.Errorf("%s: %v", m[1], err)
		}
		for _, flag := range policyFlag.FindAllStringSubmatch(m[1], -1) {
			if _, err := policy.Load([]string{filepath.Join("..", flag[1])}, catalog.Events()); err != nil {
				t.Errorf("%s: %v", m[1], err)
			}
		}
		n++
	}
	if n < 7 {
		t.Errorf("%d commands found, want 7 at least", n)
	}
}

// The messages that pages show are those that the scripts here have checked.
func TestPagesShowRealMessages(t *testing.T) {
	script := read(t, "testdata/signatures.txtar")
	shown := regexp.MustCompile(`(?m)^    (typo\.yaml:.*)$`).FindAllStringSubmatch(read(t, "../docs/signatures.md"), -1)
	if len(shown) != 1 || !strings.Contains(script, shown[0][1]+"\n") {
		t.Errorf("docs/signatures.md shows %q, which is not in the script", shown)
	}
}

var (
	link  = regexp.MustCompile(`\]\(([^)#:]+)(#[^)]*)?\)`)
	fence = regexp.MustCompile("(?s)```.*?```")
	// path is a file or folder that a page names in `code`.
	path = regexp.MustCompile("`((?:bpf|cmd|docs|examples|pkg|signatures|test|tools|\\.ci)(?:/[\\w.-]+)+/?)`")
)

// What pages link to and name is there. Generated pages are made by others.
func TestPagesNameWhatIsThere(t *testing.T) {
	for file, page := range pages(t) {
		if strings.HasSuffix(file, "events.md") {
			continue
		}
		page = fence.ReplaceAllString(page, "")
		for _, m := range link.FindAllStringSubmatch(page, -1) {
			if _, err := os.Stat(filepath.Join(filepath.Dir(file), m[1])); err != nil {
				t.Errorf("%s links to %s: %v", file, m[1], err)
			}
		}
		for _, m := range path.FindAllStringSubmatch(page, -1) {
			if _, err := os.Stat(filepath.Join("..", m[1])); err != nil {
				t.Errorf("%s names %s: %v", file, m[1], err)
			}
		}
	}
}

var (
	limitRow = regexp.MustCompile("(?m)^\\|[^|]+\\|([^|]+)\\|((?: `\\w+`)+)( less one)? \\|$")
	constant = regexp.MustCompile("`(\\w+)`")
)

// The limits that ARCHITECTURE.md gives are those of the BPF programs.
func TestLimitsAreTrue(t *testing.T) {
	var source strings.Builder
	for _, pattern := range []string{"../bpf/lib/*.h", "../bpf/*.bpf.c"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			source.WriteString(read(t, file))
		}
	}
	checked := 0
	for _, row := range limitRow.FindAllStringSubmatch(read(t, "../ARCHITECTURE.md"), -1) {
		for _, name := range constant.FindAllStringSubmatch(row[2], -1) {
			def := regexp.MustCompile(`(?:#define ` + name[1] + `|MAP\(` + name[1] + `, \w+,) (\d+)`).FindStringSubmatch(source.String())
			if def == nil {
				t.Errorf("bpf defines no %s", name[1])
				continue
			}
			n, _ := strconv.Atoi(def[1])
			if row[3] != "" {
				n--
			}
			if !slices.Contains(regexp.MustCompile(`\d+`).FindAllString(row[1], -1), strconv.Itoa(n)) {
				t.Errorf("ARCHITECTURE.md says%sof %s, which makes %d", row[1], name[1], n)
			}
			checked++
		}
	}
	if checked < 10 {
		t.Errorf("%d limits checked, want 10 at least", checked)
	}
}

// The smallest signatures that CONTRIBUTING.md shows are right.
func TestSmallestSignatures(t *testing.T) {
	page := read(t, "../CONTRIBUTING.md")
	dir := t.TempDir()
	for _, language := range []string{"rego", "yaml"} {
		block := regexp.MustCompile("(?s)```" + language + "\n(.*?)```").FindStringSubmatch(page)
		if block == nil {
			t.Fatalf("CONTRIBUTING.md shows no %s", language)
		}
		if err := os.WriteFile(filepath.Join(dir, "smallest."+language), []byte(block[1]), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	found := load.Load(load.Options{Files: []string{dir}})
	if err := found.Err(); err != nil || len(found.Signatures) != 2 {
		t.Errorf("%d signatures, %v; want 2 without fault", len(found.Signatures), err)
	}
}
