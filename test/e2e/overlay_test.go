//go:build lab

package e2e

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A file on overlayfs is opened once, by the path that the caller has, whether
// the kernel opens it in a layer too, copies it up, or lists a folder of two.
func TestOpenOnOverlay(t *testing.T) {
	onKernels(t, func(t *testing.T, kernel string) {
		g := boot(t, kernel, `
			load_module overlay
			mkdir -p /o/lower /o/rest /o/merged; mount -t tmpfs none /o/rest; mkdir /o/rest/upper /o/rest/work
			echo x >/o/lower/read; echo x >/o/lower/changed
			mount -t overlay -o lowerdir=/o/lower,upperdir=/o/rest/upper,workdir=/o/rest/work none /o/merged
			launch opens --trace event=security_file_open --trace tree=$$ --output json
			ready opens
			cat /o/merged/read >/dev/null
			echo y >>/o/merged/changed
			echo z >/o/merged/made
			ls /o/merged >/dev/null
			cat /o/rest/upper/made >/dev/null
			finish opens`, withModules("overlay"))
		all := g.events("opens")
		g.clean("opens", len(all))
		var got []string
		for _, e := range all {
			switch path := text(e, "pathname"); {
			case len(path) > 2 && path[:3] == "/o/", path == "/read", path == "/changed", path == "/upper", path == "/":
				got = append(got, path)
			}
		}
		want := []string{
			"/o/merged/read", "/o/merged/changed", "/o/merged/made", "/o/merged", "/o/rest/upper/made",
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("opened (-want +got):\n%s", diff)
		}
	})
}
