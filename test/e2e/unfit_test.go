//go:build lab

package e2e

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/tracehound/tracehound/test/lab"
)

// unfit is a machine, or a way to be started in it, where nothing can be traced.
type unfit struct {
	name   string
	prefix string // what tracer is started with
	says   string // a word of the one sentence
}

var unfits = []unfit{
	{"user", "setpriv --reuid 1000 --regid 1000 --clear-groups", "root"},
	{"usernamespace", "unshare --user --map-root-user", "namespace"},
	{"pidnamespace", "unshare --pid --fork --mount-proc", "namespace"},
	{"nobtf", "unshare --mount sh -c 'mount -t tmpfs none /sys/kernel/btf; exec \"$@\"' sh", "BTF"},
}

func unfitScript(list []unfit) string {
	var b strings.Builder
	for _, u := range list {
		b.WriteString(strings.NewReplacer("NAME", u.name, "PREFIX", u.prefix).Replace(`
			PREFIX tracer --trace event=openat >NAME.out 2>NAME.err; echo $? >NAME.status
			PREFIX tracer check >NAME.check.out 2>NAME.check.err; echo $? >NAME.check.status
			PREFIX tracer check --json >NAME.json.out 2>NAME.json.err; echo $? >NAME.json.status`))
	}
	return b.String()
}

// checkUnfit asserts exit status 3 and one sentence, for the tracer and for both
// forms of check, which say all else that they know.
func checkUnfit(t *testing.T, g *guest, u unfit) {
	t.Helper()
	for _, run := range []string{u.name, u.name + ".check", u.name + ".json"} {
		words := g.text(run + ".err")
		t.Logf("%s: %s", run, words)
		if g.text(run+".status") != "3" || strings.Contains(words, "\n") || !strings.HasPrefix(words, "tracer: ") || !strings.Contains(words, u.says) {
			t.Errorf("%s: exit status %s, stderr %q: want 3 and one sentence about %s", run, g.text(run+".status"), words, u.says)
		}
	}
	if out := g.text(u.name + ".out"); out != "" {
		t.Errorf("%s: standard output %q", u.name, out)
	}
	if c := readCheck(t, g, u.name+".json"); c.Fit || c.Reason == "" {
		t.Errorf("%s: check says fit %v, reason %q", u.name, c.Fit, c.Reason)
	}
	if out := g.text(u.name + ".check.out"); !strings.Contains(out, "without it: ") {
		t.Errorf("%s: check does not say what is lost:\n%s", u.name, out)
	}
}

// checked is what check --json says.
type checked struct {
	Kernel, Reason string
	Fit            bool
	Features       []struct{ Name, State, Why, Lost string }
}

func readCheck(t *testing.T, g *guest, name string) checked {
	t.Helper()
	var c checked
	if err := json.Unmarshal(g.file(name+".out"), &c); err != nil {
		t.Fatalf("%s: %v: %s", name, err, g.file(name+".out"))
	}
	if len(c.Features) < 8 {
		t.Errorf("%s: features %v", name, c.Features)
	}
	for _, f := range c.Features {
		if f.Name == "" || f.Why == "" || f.Lost == "" || f.State != "yes" && f.State != "no" && f.State != "unknown" {
			t.Errorf("%s: feature %+v", name, f)
		}
	}
	return c
}

func TestUnfitMachines(t *testing.T) {
	onKernels(t, func(t *testing.T, kernel string) {
		g := boot(t, kernel, unfitScript(unfits)+`
			uname -r >release
			tracer check >fit.out 2>fit.err || die "check says: $(cat fit.err)"
			tracer check --json >fit.json.out`)
		for _, u := range unfits {
			t.Run(u.name, func(t *testing.T) { checkUnfit(t, g.in(t), u) })
		}
		c := readCheck(t, g, "fit.json")
		if !c.Fit || c.Reason != "" || c.Kernel != g.text("release") {
			t.Errorf("check of a fit machine: %+v", c)
		}
		for _, f := range c.Features {
			if f.State != "yes" {
				t.Logf("%s: %s: %s", f.Name, f.State, f.Why)
			}
			if !strings.Contains(g.text("fit.out"), f.Why) {
				t.Errorf("check does not say %q", f.Why)
			}
		}
	})
}

func TestLockdown(t *testing.T) {
	onKernels(t, func(t *testing.T, kernel string) {
		u := unfit{"locked", "", "lockdown"}
		g := boot(t, kernel, unfitScript([]unfit{u}), func(m *lab.Machine) { m.Append = "lockdown=confidentiality" })
		checkUnfit(t, g, u)
	})
}
