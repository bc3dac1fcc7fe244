//go:build lab

package e2e

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Symbols are those that filters name, of libraries that processes load and are
// gone at once, also of one without a name; the C library itself is not told of.
func TestSymbolsLoadedByFilter(t *testing.T) {
	onKernels(t, func(t *testing.T, kernel string) {
		g := boot(t, kernel, `
			cp /lib/*/libc.so.6 own.so
			launch named --trace 'symbols_loaded.symbols=getdents64,strfry' --trace tree=$$ --output json
			ready named
			files mapped own.so
			LD_PRELOAD=$PWD/own.so /bin/true || :
			files from-memory own.so
			finish named`)
		all := g.events("named")
		g.clean("named", len(all))
		var got []string
		for _, e := range all {
			if e.EventName != "symbols_loaded" {
				t.Fatalf("%s in the stream: %s", e.EventName, g.text("named.err"))
			}
			symbols, _ := e.Arg("symbols").Value.([]string)
			slices.Sort(symbols)
			if diff := cmp.Diff([]string{"getdents64", "strfry"}, symbols); diff != "" {
				t.Errorf("symbols (-want +got):\n%s", diff)
			}
			got = append(got, e.ProcessName+" "+text(e, "library_path"))
		}
		want := []string{"files /e2e/out/own.so", "true /e2e/out/own.so", "files memfd:library"}
		slices.Sort(got)
		slices.Sort(want)
		if diff := cmp.Diff(want, slices.Compact(got)); diff != "" {
			t.Errorf("loaded (-want +got):\n%s", diff)
		}
	})
}
