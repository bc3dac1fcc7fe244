package layout

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func pkg(name string, imports ...string) Package {
	return Package{ImportPath: Module + "/" + name, Imports: imports}
}

func TestCheck(t *testing.T) {
	const lib = "example.org/lib"
	rows := []Row{{"a", "first", ""}, {"b", "second", "a"}}
	deps := []Dependency{{lib, "b"}}
	a, b := pkg("a", "fmt", "net/http"), pkg("b", "C", "os", Module+"/a", lib+"/part")
	tests := []struct {
		name     string
		rows     []Row
		deps     []Dependency
		packages []Package
		want     []string
	}{
		{"as the table says", rows, deps, []Package{a, b}, nil},
		{
			"forbidden import", rows, deps,
			[]Package{pkg("a", Module+"/b"), b},
			[]string{"a imports b: the table does not allow it"},
		},
		{
			"import of a package without a row", rows, deps,
			[]Package{pkg("a", Module+"/c"), b, pkg("c")},
			[]string{"a imports c: the table does not allow it", "c has no row in the table"},
		},
		{
			"import gone", rows, deps,
			[]Package{a, pkg("b", lib)},
			[]string{"b may import a and does not: remove it from the table"},
		},
		{
			"package gone", append(slices.Clone(rows), Row{"c", "third", ""}), deps,
			[]Package{a, b},
			[]string{"c has a row and does not exist"},
		},
		{
			"two rows", append(slices.Clone(rows), rows[0]), deps,
			[]Package{a, b},
			[]string{"a has two rows"},
		},
		{
			"no purpose", []Row{{"a", "", ""}, rows[1]}, deps,
			[]Package{a, b},
			[]string{"a has a row that does not say what it is for"},
		},
		{
			"module used elsewhere", rows, deps,
			[]Package{pkg("a", lib), b},
			[]string{"a imports example.org/lib: the table does not allow it"},
		},
		{
			"module not used any more", rows, deps,
			[]Package{a, pkg("b", Module+"/a")},
			[]string{"b may import example.org/lib and does not: remove it from the table"},
		},
		{
			"new module, with a name that begins as another", rows, deps,
			[]Package{pkg("a", "example.org/library"), b},
			[]string{"a imports example.org/library: no row for its module"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, Check(tt.rows, tt.deps, tt.packages)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestCheckLimit(t *testing.T) {
	clean := []Package{
		{ImportPath: "runtime/cgo", Standard: true, CgoFiles: []string{"cgo.go"}},
		{ImportPath: "example.org/other"},
	}
	deps := append(slices.Clone(clean), Package{ImportPath: "example.org/lib/x"}, Package{ImportPath: "example.org/c", CgoFiles: []string{"c.go"}})
	lib := "cmd/a holds example.org/lib/x: because"
	tests := []struct {
		name  string
		limit Limit
		deps  []Package
		want  []string
	}{
		{"clean", Limit{"cmd/a", "because", "example.org/lib", false, ""}, clean, nil},
		{"module", Limit{"cmd/a", "because", "example.org/lib", true, ""}, deps, []string{lib}},
		{
			"module and cgo", Limit{"cmd/a", "because", "example.org/no example.org/lib", false, ""}, deps,
			[]string{lib, "cmd/a holds C code, in example.org/c: because"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, CheckLimit(tt.limit, tt.deps)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
