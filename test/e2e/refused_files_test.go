//go:build lab

package e2e

import (
	"testing"

	"github.com/tracehound/tracehound/test/lab"
)

// What a security module refuses is reported with its verdict. AppArmor, the only
// one of all the lab's kernels that can be told what to refuse, has a say in these.
func TestRefusedFiles(t *testing.T) {
	onKernels(t, func(t *testing.T, kernel string) {
		g := boot(t, kernel, `
			mkdir -p /mnt /refused; cp /usr/local/bin/files /refused/files; echo x >/refused/secret; echo x >/refused/library
			cat >profile <<-END
				profile refused /refused/files {
					capability,
					/refused/files mr,
					/refused/library r,
				}
			END
			apparmor_parser --skip-cache --add profile || die "cannot load the profile"
			launch refusals --trace event=security_file_open,security_sb_mount,security_mmap_file,security_file_mprotect,shared_object_loaded,mem_prot_alert --trace comm=files --output json
			ready refusals
			/refused/files refused /refused/secret /refused/library || die "something was not refused"
			finish refusals`, func(m *lab.Machine) { m.Packages = []string{"apparmor"} })
		all := g.events("refusals")
		g.clean("refusals", len(all))
		const eacces = -13
		got := map[string]string{}
		for _, e := range all {
			if e.ReturnValue == eacces {
				got[e.EventName] += text(e, "pathname") + text(e, "path")
			}
		}
		for name, want := range map[string]string{
			"security_file_open": "/refused/secret", "security_sb_mount": "/mnt", "security_mmap_file": "/refused/library",
			"security_file_mprotect": "/refused/library", "shared_object_loaded": "/refused/library", "mem_prot_alert": "",
		} {
			if path, ok := got[name]; !ok || path != want {
				t.Errorf("%s: refused %q, want %q", name, path, want)
			}
		}
	})
}
