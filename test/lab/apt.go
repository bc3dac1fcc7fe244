package lab

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"time"
)

// MirrorVariable names the environment variable for a Debian mirror other
// than http://deb.debian.org: a URL below which debian and debian-security lie.
const MirrorVariable = "TRACEHOUND_LAB_MIRROR"

const (
	keyring = "/usr/share/keyrings/debian-archive-keyring.gpg"
	// listsAge is how long package lists are trusted before a look for
	// something that is not in the cache.
	listsAge = time.Hour
)

var packageName = regexp.MustCompile(`^[a-z0-9][a-z0-9+.-]+$`)

// origin is a set of Debian suites with an apt of its own, so that neither the
// host's apt nor the versions of other origins have a say in what is chosen.
type origin struct {
	name   string
	suites []string // "path suite", path below the mirror
}

var (
	bookworm = origin{"bookworm", []string{
		"debian bookworm", "debian bookworm-updates", "debian bookworm-backports",
		"debian-security bookworm-security",
	}}
	bullseye = origin{"bullseye", []string{"debian-security bullseye-security"}}
	trixie   = origin{"trixie", []string{"debian trixie", "debian-security trixie-security"}}
	sid      = origin{"sid", []string{"debian sid"}}
)

// aptRoot is one origin's private apt: lists, cache, sources, empty status.
// Its methods must be called with the origin's lock held.
type aptRoot struct {
	origin
	dir string
}

// apt runs work with the origin's apt, its lists present and locked.
func (c *cache) apt(ctx context.Context, o origin, work func(*aptRoot) error) error {
	release, err := c.lock(ctx, "apt-"+o.name)
	if err != nil {
		return err
	}
	defer release()
	a := &aptRoot{origin: o, dir: c.path("apt", o.name)}
	if err := a.setUp(); err != nil {
		return fmt.Errorf("set up apt for %s: %w", o.name, err)
	}
	if info, err := os.Stat(a.stamp()); err != nil || time.Since(info.ModTime()) > listsAge {
		if err := a.update(ctx); err != nil {
			return err
		}
	}
	return work(a)
}

func (a *aptRoot) stamp() string  { return filepath.Join(a.dir, "updated") }
func (a *aptRoot) config() string { return filepath.Join(a.dir, "apt.conf") }

// setUp writes the configuration. Of the host's only the way to reach a
// mirror (proxies, certificates) stays in force: hooks are cleared, because
// some delete the host's own package cache.
func (a *aptRoot) setUp() error {
	for _, need := range []struct{ program, pkg string }{
		{"apt-get", "apt"}, {"apt-cache", "apt"}, {"dpkg-deb", "dpkg"}, {"gpgv", "gpgv"},
	} {
		if _, err := exec.LookPath(need.program); err != nil {
			return fmt.Errorf("%s not found: the lab needs a Debian-like machine with the package %s", need.program, need.pkg)
		}
	}
	if !exists(keyring) {
		return fmt.Errorf("%s not found: install the package debian-archive-keyring", keyring)
	}
	for _, d := range []string{"lists/partial", "archives/partial", "none"} {
		if err := os.MkdirAll(filepath.Join(a.dir, d), 0o755); err != nil {
			return err
		}
	}
	files := map[string]string{
		a.config():                           a.configText(),
		filepath.Join(a.dir, "sources.list"): a.sourcesText(os.Getenv(MirrorVariable)),
		filepath.Join(a.dir, "status"):       "",
	}
	for path, text := range files {
		if old, err := os.ReadFile(path); err == nil && string(old) == text {
			continue
		}
		os.Remove(a.stamp())
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

func (a *aptRoot) configText() string {
	var b strings.Builder
	for _, hook := range []string{
		"APT::Update::Pre-Invoke", "APT::Update::Post-Invoke", "APT::Update::Post-Invoke-Success",
		"DPkg::Pre-Invoke", "DPkg::Post-Invoke", "DPkg::Pre-Install-Pkgs", "Acquire::IndexTargets::deb::DEP-11",
		"Acquire::IndexTargets::deb::DEP-11-icons-small", "Acquire::IndexTargets::deb::DEP-11-icons",
	} {
		fmt.Fprintf(&b, "#clear %s;\n", hook)
	}
	for _, s := range [][2]string{
		{"Dir::State", a.dir},
		{"Dir::State::Lists", a.dir + "/lists"},
		{"Dir::State::status", a.dir + "/status"},
		{"Dir::Cache", a.dir},
		{"Dir::Cache::archives", a.dir + "/archives"},
		{"Dir::Cache::pkgcache", "pkgcache.bin"},
		{"Dir::Cache::srcpkgcache", "srcpkgcache.bin"},
		{"Dir::Etc::sourcelist", a.dir + "/sources.list"},
		{"Dir::Etc::sourceparts", a.dir + "/none"},
		{"Dir::Etc::preferences", a.dir + "/none/preferences"},
		{"Dir::Etc::preferencesparts", a.dir + "/none"},
		{"APT::Architecture", "amd64"},
		{"APT::Install-Recommends", "false"},
		{"APT::Default-Release", ""},
		// The cache may lie below a home folder that user _apt cannot enter.
		{"APT::Sandbox::User", "root"},
		{"Acquire::Languages", "none"},
		{"Acquire::GzipIndexes", "true"},
		{"Acquire::Retries", "3"},
	} {
		fmt.Fprintf(&b, "%s %q;\n", s[0], s[1])
	}
	b.WriteString("#clear APT::Architectures;\nAPT::Architectures { \"amd64\"; };\n")
	return b.String()
}

func (a *aptRoot) sourcesText(mirror string) string {
	if mirror == "" {
		mirror = "http://deb.debian.org"
	}
	var b strings.Builder
	for _, s := range a.suites {
		path, suite, _ := strings.Cut(s, " ")
		fmt.Fprintf(&b, "deb [arch=amd64 signed-by=%s] %s/%s %s main\n", keyring, strings.TrimSuffix(mirror, "/"), path, suite)
	}
	return b.String()
}

// update gets fresh package lists.
func (a *aptRoot) update(ctx context.Context) error {
	if _, err := a.command(ctx, a.dir, "apt-get", "-q", "update", "-o", "APT::Update::Error-Mode=any"); err != nil {
		return fmt.Errorf("get package lists of %s: %w", a.name, err)
	}
	return os.WriteFile(a.stamp(), nil, 0o644)
}

// search returns the names of all packages that match a regular expression.
func (a *aptRoot) search(ctx context.Context, pattern string) ([]string, error) {
	out, err := a.command(ctx, a.dir, "apt-cache", "search", "--names-only", pattern)
	if err != nil {
		return nil, fmt.Errorf("search packages of %s: %w", a.name, err)
	}
	return parseSearch(out), nil
}

// parseSearch reads "name - description" lines.
func parseSearch(out []byte) []string {
	var names []string
	for line := range strings.Lines(string(out)) {
		name, _, ok := strings.Cut(line, " - ")
		if ok && packageName.MatchString(name) {
			names = append(names, name)
		}
	}
	return names
}

// download puts one package, without what it depends on, into dir.
func (a *aptRoot) download(ctx context.Context, dir, name string) (deb string, err error) {
	if _, err := a.command(ctx, dir, "apt-get", "-q", "download", name); err != nil {
		return "", fmt.Errorf("download package %s: %w", name, err)
	}
	debs, err := filepath.Glob(filepath.Join(dir, name+"_*.deb"))
	if err != nil || len(debs) != 1 {
		return "", fmt.Errorf("download package %s: found %d files", name, len(debs))
	}
	return debs[0], nil
}

// downloadAll puts packages with everything they depend on into dir and
// returns the files, sorted. release, when not empty, is preferred.
func (a *aptRoot) downloadAll(ctx context.Context, dir, release string, names []string) ([]string, error) {
	if err := os.MkdirAll(filepath.Join(dir, "partial"), 0o755); err != nil {
		return nil, err
	}
	args := []string{"-q", "-y", "--download-only", "-o", "Dir::Cache::archives=" + dir}
	if release != "" {
		args = append(args, "-t", release)
	}
	args = append(append(args, "install"), names...)
	_, err := a.command(ctx, a.dir, "apt-get", args...)
	if err != nil {
		// The mirror drops old builds while our lists still name them.
		if updateErr := a.update(ctx); updateErr != nil {
			return nil, updateErr
		}
		if _, err = a.command(ctx, a.dir, "apt-get", args...); err != nil {
			return nil, fmt.Errorf("download %s: %w", strings.Join(names, " "), err)
		}
	}
	debs, err := filepath.Glob(filepath.Join(dir, "*.deb"))
	if err != nil {
		return nil, err
	}
	if len(debs) == 0 {
		return nil, fmt.Errorf("download %s: apt brought nothing", strings.Join(names, " "))
	}
	sort.Strings(debs)
	return debs, nil
}

func (a *aptRoot) command(ctx context.Context, dir, program string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, program, append([]string{"-c", a.config()}, args...)...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "LC_ALL=C", "DEBIAN_FRONTEND=noninteractive")
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		return nil, fmt.Errorf("%s: %w: %s", program, err, firstErrors(stderr.String()))
	}
	return stdout.Bytes(), nil
}

// firstErrors keeps the E: lines of apt's output, three at most, or else its
// last line.
func firstErrors(text string) string {
	var keep []string
	last := ""
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		last = line
		if strings.HasPrefix(line, "E:") && len(keep) < 3 {
			keep = append(keep, strings.TrimSpace(strings.TrimPrefix(line, "E:")))
		}
	}
	if len(keep) == 0 {
		return last
	}
	return strings.Join(keep, "; ")
}
