//go:build lab

package e2e

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/tracehound/tracehound/pkg/catalog"
	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/filter"
	"github.com/tracehound/tracehound/pkg/filter/policy"
	"github.com/tracehound/tracehound/test/lab"
)

// everyMarker is what work opens, and absent, which is not there.
const everyMarker = "plain head user trigger triggered tree branch kid old new runc other absent"

// hostCats are opened by the cat of the host, in its mount namespace.
const hostCats = "plain user triggered branch kid old new other absent"

// terms are all fields with all their operators: the terms of a scope, the
// filters of openat behind a ;, and the markers whose openings match, ! meaning
// all others. $tree is a process of the machine; $mnt and $pid are the numbers
// of its namespaces.
var terms = []struct{ terms, markers string }{
	{"comm=cat,trigger", "! head tree"},
	{"comm!=cat,sh,runc", "head trigger"},
	{"comm=tr*", "trigger"},
	{"comm=*ad", "head"},
	{"comm=*ea*", "head"},
	{"comm=h*d,tri*", "head trigger"},
	{"comm!=*at", "head trigger tree"},
	{"comm!=c*t", "head trigger tree"},
	{"pid=$tree", "tree"},
	{"pid!=$tree", "! tree"},
	{"pid<$tree", ""},
	{"pid<=$tree", "tree"},
	{"pid>$tree", "! tree"},
	{"pid>=$tree", "!"},
	{"pid=new", "! tree"},
	{"pid!=new", "tree"},
	{"tid=$tree", "tree"},
	{"tid!=$tree", "! tree"},
	{"tid<$tree", ""},
	{"tid<=$tree", "tree"},
	{"tid>$tree", "! tree"},
	{"tid>=$tree", "!"},
	{"uid=1000", "user"},
	{"uid!=1000", "! user"},
	{"uid<1000", "! user"},
	{"uid<=999", "! user"},
	{"uid>0", "user"},
	{"uid>=1000 uid!=2000", "user"},
	{"uid=0 uid>=1000", "!"},
	{"uid>=1000 comm=head", ""},
	{"mntns=$mnt", "! runc"},
	{"mntns!=$mnt", "runc"},
	{"mntns>=$mnt", "!"},
	{"pidns=$pid", "! runc"},
	{"pidns!=$pid", "runc"},
	{"pidns<=$pid", "! runc"},
	{"pidns>$pid", "runc"},
	{"pidns<$pid", ""},
	{"pidns>=$pid", "!"},
	{"uts=inside,x.y", "runc"},
	{"uts!=inside", "! runc"},
	{"uts=in*", "runc"},
	{"uts=*side", "runc"},
	{"uts=i*e", "runc"},
	{"uts!=*side", "! runc"},
	{"tree=$tree", "tree branch kid"},
	{"tree!=$tree", "! tree branch kid"},
	{"tree=1 tree!=$tree", "! tree branch kid"},
	{"follow comm=trigger", "trigger triggered"},
	{"binary=/usr/bin/head", "head"},
	{"binary=/usr/bin/cat", hostCats},
	{"binary!=/usr/bin/cat", "head trigger tree runc"},
	{"binary=/usr/local/*", "trigger"},
	{"binary=*/dash,*/head", "tree head"},
	{"binary=/usr/*/trigger", "trigger"},
	{"binary=*/cat", hostCats + " runc"},
	{"binary=host:*/cat", hostCats},
	{"binary=host:/usr/bin/cat,/usr/bin/head", hostCats + " head"},
	{"binary!=host:*/cat", "head trigger tree runc"},
	{"container", "old new runc"},
	{"container=true", "old new runc"},
	{"'!container'", "! old new runc"},
	{"container=false", "! old new runc"},
	{"container=a1a1", "old"},
	{"container=a1,c3c3c3", "old runc"},
	{"container!=a1", "! old"},
	{"container=a1a1,b2 container!=a1", "new"},
	{"container=new", "new runc"},
	{"container!=new", "old"},
	{"container-name=*", ""},
	{"container-name!=x", "!"},
	{"image=*", ""},
	{"image!=*", "!"},
	{"; pathname=/m/plain", "plain"},
	{"; pathname=/m/tr*", "trigger triggered tree"},
	{"; pathname=*ed,/m/kid", "triggered kid"},
	{"; pathname=/m/t*d", "triggered"},
	{"; pathname=*/t*r*", "trigger triggered tree"},
	{"; pathname!=/m/*", ""},
	{"; pathname=/m/* pathname!=*e*", "plain branch kid old runc"},
	{"; pathname=/m/* pathname!=/m/*e*", "plain branch kid old runc"},
	{"; flags=O_RDONLY", "!"},
	{"; flags=0", "!"},
	{"; flags=O_WRONLY,O_RDWR", ""},
	{"; flags!=O_RDONLY", ""},
	{"; flags=*RDONLY*", "!"},
	{"; flags<1", "!"},
	{"; flags>0", ""},
	{"; dirfd=AT_FDCWD", "!"},
	{"; dirfd=-100 dirfd!=3", "!"},
	{"; dirfd!=AT_FDCWD", ""},
	{"; dirfd<=-100", "!"},
	{"; dirfd>=0", ""},
	{"; retval=-ENOENT", "absent"},
	{"; retval=ENOENT,-13", "absent"},
	{"; retval!=-ENOENT", "! absent"},
	{"; retval<0", "absent"},
	{"; retval<=-2", "absent"},
	{"; retval>-2", "! absent"},
	{"; retval>=0 pathname=/m/a*", ""},
	{"comm=cat uid=0 container; pathname=/m/*w retval>0", "new"},
}

// expect are the markers of a row.
func expect(markers string) []string {
	all := strings.Fields(everyMarker)
	want := strings.Fields(strings.TrimPrefix(markers, "!"))
	if strings.HasPrefix(markers, "!") {
		want = slices.DeleteFunc(all, func(m string) bool { return slices.Contains(want, m) })
	}
	slices.Sort(want)
	return want
}

const policyHead = "apiVersion: tracehound/v1\nkind: Policies\npolicies:\n"

// termPolicy is a row as a policy.
func termPolicy(name, row string) string {
	scope, filters, _ := strings.Cut(row, ";")
	list := func(s string) string {
		var quoted []string
		for _, f := range strings.Fields(s) {
			quoted = append(quoted, "'"+strings.Trim(f, "'")+"'")
		}
		return "[" + strings.Join(quoted, ", ") + "]"
	}
	text := "- name: " + name + "\n"
	if len(strings.Fields(scope)) > 0 {
		text += "  scope: " + list(scope) + "\n"
	}
	text += "  rules:\n  - event: openat\n"
	if filters != "" {
		text += "    filters: " + list(filters) + "\n"
	}
	return text
}

// Every term and operator as a policy of its own: each openat names those that it
// matched. Two tracers share them, for there can be 64 at once.
func TestPolicies(t *testing.T) {
	files := []string{policyHead, policyHead}
	names := map[string]int{}
	for i, row := range terms {
		name := fmt.Sprintf("row%d", i)
		names[name] = i
		files[i%2] += termPolicy(name, row.terms)
	}
	script := markers + `
		mnt=$(readlink /proc/self/ns/mnt | tr -dc 0-9); pid=$(readlink /proc/self/ns/pid | tr -dc 0-9)
		`
	for i, file := range files {
		script += fmt.Sprintf("cat >%d.yaml <<EOF\n%sEOF\nlaunch half%[1]d --policy %[1]d.yaml --output json\n", i, file)
	}
	script += "cat >bad.yaml <<'EOF'\n" + policyHead + "- {name: no, scope: [\"uid<5\", \"uid>5\"]}\nEOF\n" + `
		tracer --policy bad.yaml >bad.out 2>bad.err; echo $? >bad.status
		ready half0 half1; work >work.out 2>work.err; cat /m/absent 2>/dev/null; finish half0 half1; rm -r bundle`
	onKernels(t, func(t *testing.T, kernel string) {
		g := boot(t, kernel, script)
		got := map[string][]string{}
		for _, half := range []string{"half0", "half1"} {
			all := g.events(half)
			g.clean(half, len(all))
			for _, e := range all {
				if e.EventName != "openat" || len(e.MatchedPolicies) == 0 {
					t.Errorf("not asked for: %+v", e)
				}
				dir, name := path.Split(text(e, "pathname"))
				if dir != "/m/" || path.Ext(name) == ".fifo" {
					continue
				}
				for _, p := range e.MatchedPolicies {
					got[p] = append(got[p], name)
				}
			}
		}
		for name, i := range names {
			row := terms[i]
			slices.Sort(got[name])
			if diff := cmp.Diff(expect(row.markers), got[name], cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("%s: markers (-want +got):\n%s", row.terms, diff)
			}
		}
		if words := g.text("bad.err"); g.text("bad.status") != "2" || !strings.Contains(words, `bad.yaml:4:36: no uid is left`) {
			t.Errorf("exit status %s of a bad policy: %s", g.text("bad.status"), words)
		}
	})
}

// randomTerms draws from what the work of a machine does.
func randomTerms(r *rand.Rand) string {
	pick := func(words ...string) string { return words[r.IntN(len(words))] }
	op := func() string { return pick("=", "!=") }
	cmp := func() string { return pick("=", "!=", "<", "<=", ">", ">=") }
	glob := func(words ...string) string {
		w := pick(words...)
		from := r.IntN(len(w))
		to := from + 1 + r.IntN(len(w)-from)
		return pick(w, w[:to]+"*", "*"+w[from:], "*"+w[from:to]+"*", w[:from]+"*"+w[to:])
	}
	comms := []string{"cat", "head", "sh", "trigger", "setpriv", "runc", "dash", "busybox"}
	paths := []string{"/m/plain", "/m/trigger", "/m/triggered", "/m/tree", "/etc/ld.so.cache", "/lib/x86_64-linux-gnu/libc.so.6", "/proc/self/exe"}
	binaries := []string{"/usr/bin/cat", "/usr/bin/head", "/usr/bin/dash", "/usr/local/bin/trigger", "/bin/cat", "/usr/sbin/runc"}
	scope := []func() string{
		func() string { return "comm" + op() + glob(comms...) + "," + glob(comms...) },
		func() string { return "comm" + op() + glob(comms...) },
		func() string { return fmt.Sprintf("pid%s%d", cmp(), 1+r.IntN(600)) },
		func() string { return fmt.Sprintf("tid%s%d", cmp(), 1+r.IntN(600)) },
		func() string { return "uid" + cmp() + pick("0", "1", "1000", "999", "1001") },
		func() string { return "mntns" + cmp() + pick("$mnt", "4026531841", "4026532300") },
		func() string { return "pidns" + cmp() + pick("4026531836", "4026532200") },
		func() string { return "uts" + op() + glob("inside", "lab", "debian") },
		func() string {
			return "binary" + op() + pick("", "host:") + strings.TrimPrefix("/"+glob(binaries...), "/")
		},
		func() string {
			return pick("container", "!container", "container=a1", "container!=b2b2", "container=c,b", "image!=x")
		},
	}
	rules := []func() string{
		func() string { return "openat: pathname" + op() + glob(paths...) + "," + glob(paths...) },
		func() string { return "openat: retval" + cmp() + pick("0", "3", "4", "-ENOENT", "-1") },
		func() string {
			return "openat: flags" + op() + pick("O_RDONLY", "O_CLOEXEC", "O_WRONLY|O_CREAT", "0x80000")
		},
		func() string { return "security_file_open: pathname" + op() + glob(paths...) },
		func() string { return "security_file_open: syscall_pathname" + op() + glob(paths...) },
		func() string { return "sched_process_exec: argv" + op() + pick("cat", "-c", "*m*") },
		func() string { return "sched_process_exec: pathname" + op() + glob(binaries...) },
	}
	var s, filters []string
	for range r.IntN(4) {
		s = append(s, "'"+scope[r.IntN(len(scope))]()+"'")
	}
	text := ""
	if len(s) > 0 {
		text = "  scope: [" + strings.Join(s, ", ") + "]\n"
	}
	text += "  rules:\n"
	event, filter, _ := strings.Cut(rules[r.IntN(len(rules))](), ": ")
	filters = append(filters, "'"+filter+"'")
	text += "  - event: " + event + "\n    filters: [" + strings.Join(filters, ", ") + "]\n"
	if other := pick("openat", "close", "sched_process_exit"); other != event {
		text += "  - event: " + other + "\n"
	}
	return text
}

// randomPolicies are as many as there can be that make sense, and their text.
func randomPolicies(t *testing.T, r *rand.Rand) (*filter.Filter, string) {
	t.Helper()
	file := policyHead + "- name: all\n  rules: [{event: 'openat,close,security_file_open,sched_process_exec,sched_process_exit'}]\n"
	dir := t.TempDir()
	var last []filter.Policy
	for len(last) < filter.MaxPolicies {
		// $mnt is one number for all that the host can know: see TestHalvesAgree.
		next := file + fmt.Sprintf("- name: p%d\n", len(last)) + strings.ReplaceAll(randomTerms(r), "$mnt", "4026531841")
		if err := os.WriteFile(filepath.Join(dir, "x.yaml"), []byte(next), 0o600); err != nil {
			t.Fatal(err)
		}
		policies, err := policy.Load([]string{dir}, catalog.Events())
		if err != nil {
			continue // it leaves nothing
		}
		file, last = next, policies
	}
	f, err := filter.Join(last, catalog.Events())
	if err != nil {
		t.Fatal(err)
	}
	return f, file
}

// The halves together say of each recorded event what the whole meaning, stated
// in Go, says: policies drawn at random, whose kernel half runs in the machine,
// are held against the same policies evaluated here, on the stream of a policy
// that takes everything.
func TestHalvesAgree(t *testing.T) {
	onKernels(t, func(t *testing.T, kernel string) {
		for seed := range uint64(2) {
			f, file := randomPolicies(t, rand.New(rand.NewPCG(seed, uint64(len(kernel)))))
			g := boot(t, kernel, markers+`
				launch all --policy /policies.yaml --output json --output option:raw-arguments --buffer 64
				ready all; readlink /proc/self/ns/mnt | tr -dc 0-9 >mnt
				work >work.out 2>work.err; cat /m/absent 2>/dev/null; finish all; rm -r bundle`,
				func(m *lab.Machine) { m.Files = append(m.Files, lab.File{Data: []byte(file), Guest: "/policies.yaml"}) })
			all := g.events("all")
			g.clean("all", len(all))
			agree(t, f, all, g.number("mnt"))
		}
	})
}

func agree(t *testing.T, f *filter.Filter, all []*event.Event, hostMount int) {
	t.Helper()
	matched, faults := map[string]int{}, 0
	for _, e := range all {
		event.Normalize(e, catalog.ByName(e.EventName))
		want := []string{}
		policies := f.MatchAll(e, &filter.Process{HostMount: int(e.MountNS) == hostMount})
		for i := range f.Policies {
			if policies>>i&1 == 1 {
				want = append(want, f.Policies[i].Name)
				matched[f.Policies[i].Name]++
			}
		}
		if diff := cmp.Diff(want, e.MatchedPolicies, cmpopts.EquateEmpty()); diff != "" {
			if faults++; faults <= 3 {
				t.Errorf("policies of %+v (-whole meaning +halves):\n%s", e, diff)
			}
		}
	}
	some := 0
	for _, n := range matched {
		if n < len(all) {
			some++
		}
	}
	t.Logf("%d events, %d disagreements; %d of %d policies match some events and not others", len(all), faults, some, len(f.Policies))
	if len(all) < 1000 || some < 30 {
		t.Errorf("%d events, %d telling policies: too few to tell", len(all), some)
	}
}
