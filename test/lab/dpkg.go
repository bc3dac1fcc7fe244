package lab

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// dpkgDatabase is what dpkg in a machine knows of the packages that were
// unpacked there without it. It runs their scripts when they are upgraded,
// removed or triggered, as on any Debian.
type dpkgDatabase struct {
	status   strings.Builder
	info     [][2]string       // names and contents below /var/lib/dpkg/info
	triggers map[string]string // by name, who waits, a line each
	name     string            // of the package that is being unpacked
	files    map[string][]string
}

// add enters a package, whose files follow.
func (d *dpkgDatabase) add(ctx context.Context, deb string) error {
	dir, err := os.MkdirTemp("", "tracehound-deb-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	control := filepath.Join(dir, "control")
	if out, err := exec.CommandContext(ctx, "dpkg-deb", "-e", deb, control).CombinedOutput(); err != nil {
		return fmt.Errorf("read control files of %s: %w: %s", filepath.Base(deb), err, strings.TrimSpace(string(out)))
	}
	text, err := os.ReadFile(filepath.Join(control, "control"))
	if err != nil {
		return err
	}
	d.name = nameInDatabase(string(text))
	if d.files == nil {
		d.files, d.triggers = map[string][]string{}, map[string]string{}
	}
	d.files[d.name] = nil
	fmt.Fprintf(&d.status, "%s\nStatus: install ok installed\n\n", strings.TrimSpace(string(text)))
	entries, err := os.ReadDir(control)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.Name() == "control" {
			continue
		}
		data, err := os.ReadFile(filepath.Join(control, e.Name()))
		if err != nil {
			return err
		}
		d.info = append(d.info, [2]string{d.name + "." + e.Name(), string(data)})
		if e.Name() == "triggers" {
			d.addTriggers(string(data))
		}
	}
	return nil
}

// nameInDatabase is what the files of a package are called: with the
// architecture where packages of several may be there at once.
func nameInDatabase(control string) string {
	fields := map[string]string{}
	for line := range strings.Lines(control) {
		if key, value, ok := strings.Cut(line, ":"); ok {
			fields[key] = strings.TrimSpace(value)
		}
	}
	if fields["Multi-Arch"] == "same" {
		return fields["Package"] + ":" + fields["Architecture"]
	}
	return fields["Package"]
}

// addTriggers enters which named triggers the package waits for. Those of files
// are left out: dpkg asks only for the files of packages that it knows itself.
func (d *dpkgDatabase) addTriggers(text string) {
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		if len(words) != 2 || !strings.HasPrefix(words[0], "interest") || strings.HasPrefix(words[1], "/") {
			continue
		}
		who := d.name
		if strings.HasSuffix(words[0], "-noawait") {
			who += "/noawait"
		}
		d.triggers[words[1]] += who + "\n"
	}
}

// has enters a file of the package; nothing without a database.
func (d *dpkgDatabase) has(name string) {
	if d != nil {
		d.files[d.name] = append(d.files[d.name], "/"+name)
	}
}

func (d *dpkgDatabase) write(m *merger) error {
	const dir = "var/lib/dpkg"
	err := errors.Join(
		m.file(path.Join(dir, "status"), []byte(d.status.String())),
		m.file(path.Join(dir, "available"), nil),
		m.file(path.Join(dir, "info/format"), []byte("1\n")),
	)
	for name, files := range d.files {
		slices.Sort(files)
		lines := strings.Join(append([]string{"/."}, files...), "\n") + "\n"
		err = errors.Join(err, m.file(path.Join(dir, "info", name+".list"), []byte(lines)))
	}
	for _, f := range d.info {
		err = errors.Join(err, m.put(&tar.Header{Name: path.Join(dir, "info", f[0]), Mode: 0o755}, []byte(f[1])))
	}
	for name, who := range d.triggers {
		err = errors.Join(err, m.file(path.Join(dir, "triggers", name), []byte(who)))
	}
	return err
}

// RepositoryDir is where a machine has its Installable packages.
const RepositoryDir = "/srv/debs"

// addRepository adds the files of the packages that the machine can install.
func (c *cache) addRepository(ctx context.Context, m *Machine) error {
	if len(m.Installable) == 0 {
		return nil
	}
	there, all := namesOf(m.Packages), namesOf(slices.Concat(m.Packages, m.Installable))
	hash := packagesHash("debs", append(slices.Clone(all), there...))
	dir := c.path("debs", hash)
	err := c.make(ctx, "debs-"+hash, dir, func(temp string) error {
		return c.apt(ctx, bookworm, func(a *aptRoot) error { return more(ctx, a, temp, there, all) })
	})
	if err != nil {
		return err
	}
	m.Files = append(slices.Clone(m.Files), File{Host: dir, Guest: RepositoryDir})
	return nil
}

// more puts into dir those of all packages that do not come with those that are
// there.
func more(ctx context.Context, a *aptRoot, dir string, there, all []string) error {
	work := dir + ".work"
	defer os.RemoveAll(work)
	has, err := a.downloadAll(ctx, filepath.Join(work, "there"), "", there)
	if err != nil {
		return err
	}
	wants, err := a.downloadAll(ctx, filepath.Join(work, "all"), "", all)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, deb := range wants {
		same := func(other string) bool { return filepath.Base(other) == filepath.Base(deb) }
		if slices.ContainsFunc(has, same) {
			continue
		}
		if err := os.Rename(deb, filepath.Join(dir, filepath.Base(deb))); err != nil {
			return err
		}
	}
	return nil
}
