//go:build lab

package e2e

import (
	"fmt"
	"math/bits"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tracehound/tracehound/pkg/catalog"
	"github.com/tracehound/tracehound/test/lab"
)

// What a filter or an option asks for is constants to the verifier, so each mixture
// of them makes other programs of the same code. Of a row there can be one at a time.
var mixable = [][]string{
	{"--trace comm=sh,x*", "--trace 'comm!=*y'"},
	{"--trace binary=/bin/sh,*sh,host:/bin/*", "--trace 'binary!=host:/x'"},
	{"--trace 'pid>1'", "--trace pid=new", "--trace 'pid!=new'"},
	{"--trace 'tid>1'"},
	{"--trace uid=0"},
	{"--trace 'mntns>1'"},
	{"--trace 'pidns>1'"},
	{"--trace 'uts=*x'", "--trace 'uts!=x'"},
	{"--trace tree=1", "--trace 'tree!=1'"},
	{"--trace 'container!=a1'", "--trace container=a1", "--trace '!container'", "--trace container=new", "--trace 'container!=new'"},
	{"--trace follow"},
	{"--trace 'retval>-200'"},
	{"--trace 'security_file_open.pathname=*/x,/y*,/z*'", "--trace 'openat.pathname!=*/x'"},
	{"--output option:exec-env"},
	{"--output option:exec-hash"},
	{"--output option:detect-syscall"},
	{"--output option:stack-addresses"},
	{"--output option:stack-symbols"},
	{"--output option:fd-paths"},
	{"--output option:ancestors=3"},
	{"--output option:sort-events"},
}

// mixture takes rows by their number, and of each one that the number n chooses.
func mixture(n int, takes func(row int) bool) string {
	var flags []string
	for i, row := range mixable {
		if takes(i) {
			flags = append(flags, row[n%len(row)])
		}
	}
	return strings.Join(flags, " ")
}

// loading is a tracer that has to get all its programs into the kernel.
type loading struct{ events, flags string }

// loadings are everything with nothing and with all; mixtures, so that of every two
// rows there is one without the other, both ways; and every system call on its own
// function with all, for in TestEverySyscall they have nothing.
func loadings() []loading {
	none, each := func(int) bool { return false }, func(int) bool { return true }
	all := []loading{{"*", mixture(0, none)}, {"*", mixture(0, each)}}
	for bit := range bits.Len(uint(len(mixable))) {
		takes := func(row int) bool { return (row+1)>>bit&1 != 0 }
		others := func(row int) bool { return !takes(row) }
		all = append(all, loading{"*", mixture(2*bit, takes)}, loading{"*", mixture(2*bit+1, others)})
	}
	var calls []string
	for _, e := range catalog.Events() {
		if e.Syscall != nil {
			calls = append(calls, e.Name)
		}
	}
	for names := range slices.Chunk(calls, 120) {
		all = append(all, loading{strings.Join(names, ","), mixture(0, each)})
	}
	return all
}

// Kernels take every program of the object, whatever filters and options have made
// of it.
func TestEveryProgramLoads(t *testing.T) {
	script := ""
	for i, l := range loadings() {
		script += fmt.Sprintf(`
			launch l%[1]d --trace event=%[2]s %[3]s --buffer 2 --output none
			ready l%[1]d
			finish l%[1]d`, i, l.events, l.flags)
	}
	onKernels(t, func(t *testing.T, kernel string) {
		g := boot(t, kernel, script, func(m *lab.Machine) { m.Timeout = 30 * time.Minute })
		for i, l := range loadings() {
			if said := string(g.file(fmt.Sprintf("l%d.err", i))); strings.Contains(said, "refuses") {
				t.Errorf("tracer --trace event=%s %s:\n%s", l.events, l.flags, said)
			}
		}
	})
}
