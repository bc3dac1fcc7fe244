// Package layout holds who may import whom (table.go) and the check of it. Its
// test compares the table with what `go list` says: an import that the table does
// not allow fails it, and so does a row of the table that is no longer true.
package layout

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Module is the path before every package of ours.
const Module = "github.com/tracehound/tracehound"

// Package is what `go list -json` says of one package; the rest is left out.
type Package struct {
	ImportPath string
	Standard   bool
	// Imports are those of the package itself, not of its tests.
	Imports  []string
	CgoFiles []string
}

// Row says what one package may import.
type Row struct {
	// Package is relative to the top of the repository, as all are here.
	Package string
	Purpose string
	// Imports are the packages of ours, separated by spaces.
	Imports string
}

// Dependency says which of our packages may import a module of others.
type Dependency struct {
	Module string
	Users  string
}

// Limit says what a program must not hold, imported however far away.
type Limit struct {
	Package string
	Why     string
	// Modules are forbidden, separated by spaces.
	Modules string
	// Cgo is whether C code may come in beside the standard library's.
	Cgo bool
	// Either are modules that have a form without C, taken in builds without it;
	// the program is built so.
	Either string
}

// Check compares the imports of packages with the tables and returns every
// difference, in order.
func Check(rows []Row, deps []Dependency, packages []Package) []string {
	var wrong []string
	say := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }

	found := map[string]Package{}
	for _, p := range packages {
		found[relative(p.ImportPath)] = p
	}
	known := map[string]bool{}
	for _, row := range rows {
		if known[row.Package] {
			say("%s has two rows", row.Package)
		}
		known[row.Package] = true
		p, there := found[row.Package]
		if !there {
			say("%s has a row and does not exist", row.Package)
			continue
		}
		if row.Purpose == "" {
			say("%s has a row that does not say what it is for", row.Package)
		}
		allowed, used := strings.Fields(row.Imports), ours(p)
		for _, name := range missing(used, allowed) {
			say("%s imports %s: the table does not allow it", row.Package, name)
		}
		for _, name := range missing(allowed, used) {
			say("%s may import %s and does not: remove it from the table", row.Package, name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(found)) {
		if !known[name] {
			say("%s has no row in the table", name)
		}
	}
	return append(wrong, checkDependencies(deps, found)...)
}

func checkDependencies(deps []Dependency, found map[string]Package) []string {
	users := map[string][]string{} // of each module in the table
	var wrong []string
	for _, name := range slices.Sorted(maps.Keys(found)) {
		for _, path := range found[name].Imports {
			if standard(path) || relative(path) != path {
				continue
			}
			i := slices.IndexFunc(deps, func(d Dependency) bool { return within(path, d.Module) })
			switch {
			case i < 0:
				wrong = append(wrong, fmt.Sprintf("%s imports %s: no row for its module", name, path))
			case !slices.Contains(strings.Fields(deps[i].Users), name):
				wrong = append(wrong, fmt.Sprintf("%s imports %s: the table does not allow it", name, path))
			default:
				users[deps[i].Module] = append(users[deps[i].Module], name)
			}
		}
	}
	for _, d := range deps {
		for _, name := range missing(strings.Fields(d.Users), users[d.Module]) {
			wrong = append(wrong, fmt.Sprintf("%s may import %s and does not: remove it from the table", name, d.Module))
		}
	}
	return wrong
}

// CheckLimit returns what is in deps, everything that a program is built from,
// although the limit forbids it.
func CheckLimit(l Limit, deps []Package) []string {
	var wrong []string
	for _, p := range deps {
		if p.Standard {
			continue
		}
		for _, m := range strings.Fields(l.Modules) {
			if within(p.ImportPath, m) {
				wrong = append(wrong, fmt.Sprintf("%s holds %s: %s", l.Package, p.ImportPath, l.Why))
			}
		}
		either := slices.ContainsFunc(strings.Fields(l.Either), func(m string) bool { return within(p.ImportPath, m) })
		if len(p.CgoFiles) > 0 && !l.Cgo && !either {
			wrong = append(wrong, fmt.Sprintf("%s holds C code, in %s: %s", l.Package, p.ImportPath, l.Why))
		}
	}
	return wrong
}

// ours are the packages of this module that p imports.
func ours(p Package) []string {
	var names []string
	for _, path := range p.Imports {
		if name := relative(path); name != path {
			names = append(names, name)
		}
	}
	return names
}

func relative(path string) string { return strings.TrimPrefix(path, Module+"/") }

// standard tells packages of Go itself: others begin with a domain.
func standard(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".")
}

func within(path, module string) bool {
	return path == module || strings.HasPrefix(path, module+"/")
}

// missing are the elements of a that b lacks.
func missing(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(name string) bool { return slices.Contains(b, name) })
}
