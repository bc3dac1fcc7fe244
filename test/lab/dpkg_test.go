package lab

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNameInDatabase(t *testing.T) {
	for control, want := range map[string]string{
		"Package: bash\nArchitecture: amd64\n":                                         "bash",
		"Package: libc6\nArchitecture: amd64\nMulti-Arch: same\nDescription: a: b\n":   "libc6:amd64",
		"Package: perl\nArchitecture: amd64\nMulti-Arch: allowed\nDescription: perl\n": "perl",
	} {
		if got := nameInDatabase(control); got != want {
			t.Errorf("%q is %q, want %q", control, got, want)
		}
	}
}

func TestTriggersByName(t *testing.T) {
	d := &dpkgDatabase{triggers: map[string]string{}}
	d.name = "libc-bin"
	d.addTriggers("# made by hand\ninterest-noawait ldconfig\ninterest /usr/share/x\nactivate-noawait other\n")
	d.name = "another"
	d.addTriggers("interest ldconfig\n")
	if diff := cmp.Diff(map[string]string{"ldconfig": "libc-bin/noawait\nanother\n"}, d.triggers); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
