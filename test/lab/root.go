package lab

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// BasePackages are what every machine has, with all they depend on.
var BasePackages = []string{
	"base-files", "base-passwd", "bash", "busybox-static", "coreutils", "dash", "debianutils", "diffutils",
	"file", "findutils", "grep", "gzip", "hostname", "iproute2", "kmod", "libc-bin", "login", "mawk", "mount",
	"ncurses-base", "netcat-openbsd", "passwd", "procps", "python3-minimal", "runc", "sed", "socat", "strace",
	"tar", "usr-is-merged", "util-linux",
}

// rootSizeMiB is the size of a root disk, most of it free; the file is sparse.
const rootSizeMiB = 8192

// root returns the disk image with the base packages and more, building it
// when it is not in the cache: packages are unpacked into one tar on the host,
// and a machine unpacks that onto an empty disk, so that owners and modes are
// right without root rights on the host.
func (c *cache) root(ctx context.Context, t *tools, k *KernelImage, accel string, more []string) (string, error) {
	names := namesOf(more)
	hash := packagesHash("root", names)
	image := c.path("roots", hash+".ext4")
	err := c.make(ctx, "root-"+hash, image, func(temp string) error {
		work := temp + ".work"
		defer os.RemoveAll(work)
		if err := os.MkdirAll(work, 0o755); err != nil {
			return err
		}
		var debs []string
		err := c.apt(ctx, bookworm, func(a *aptRoot) (err error) {
			debs, err = a.downloadAll(ctx, filepath.Join(work, "debs"), "", names)
			return err
		})
		if err != nil {
			return err
		}
		archive := filepath.Join(work, "in")
		if err := mergePackages(ctx, archive, debs, slices.Contains(more, "dpkg")); err != nil {
			return err
		}
		if err := makeSparse(temp, rootSizeMiB<<20); err != nil {
			return err
		}
		mke2fs := t.command(ctx, "sbin/mke2fs", "-q", "-F", "-t", "ext4", "-O", "^has_journal",
			"-E", "assume_storage_prezeroed=1,root_owner=0:0", temp)
		if out, err := mke2fs.CombinedOutput(); err != nil {
			return fmt.Errorf("make file system: %w: %s", err, strings.TrimSpace(string(out)))
		}
		v := &vm{
			tools: t, kernel: k, accel: accel, dir: work, cpus: 1, memoryMiB: 1024, cmdline: "lab_mode=build",
			disks: []disk{{"root", temp, false}, {"in", archive, false}},
		}
		report, err := v.run(ctx)
		if err == nil && !report.done {
			err = fmt.Errorf("machine ended early%s", report.tail())
		}
		return err
	})
	return image, err
}

// namesOf are the base packages and more, sorted.
func namesOf(more []string) []string {
	names := slices.Concat(BasePackages, more)
	slices.Sort(names)
	return slices.Compact(names)
}

// mergePackages unpacks packages into one tar, in merged-/usr form; with
// database, dpkg knows them as installed.
func mergePackages(ctx context.Context, name string, debs []string, database bool) error {
	d, err := createTarDisk(name)
	if err != nil {
		return err
	}
	m := merger{out: d.Writer, seen: map[string]bool{}}
	if database {
		m.known = &dpkgDatabase{}
	}
	err = m.skeleton()
	for _, deb := range debs {
		if err != nil {
			break
		}
		err = m.addPackage(ctx, deb)
	}
	if err == nil {
		err = m.finish()
	}
	return errors.Join(err, d.close())
}

// merger writes the files of many packages into one tar.
type merger struct {
	out  *tar.Writer
	seen map[string]bool
	// The accounts become /etc/passwd and /etc/group, which on a host base-passwd's
	// script makes.
	passwd, group []byte
	known         *dpkgDatabase // may be nil
}

func (m *merger) folder(name string, mode int64) error {
	return m.header(&tar.Header{Name: name + "/", Typeflag: tar.TypeDir, Mode: mode})
}

func (m *merger) link(name, target string) error {
	return m.header(&tar.Header{Name: name, Typeflag: tar.TypeSymlink, Linkname: target, Mode: 0o777})
}

func (m *merger) file(name string, data []byte) error {
	return m.put(&tar.Header{Name: name, Mode: 0o644}, data)
}

func (m *merger) put(h *tar.Header, data []byte) error {
	h.Typeflag, h.Size = tar.TypeReg, int64(len(data))
	if err := m.header(h); err != nil {
		return err
	}
	_, err := m.out.Write(data)
	return err
}

func (m *merger) header(h *tar.Header) error {
	m.seen[strings.TrimSuffix(h.Name, "/")] = true
	return m.out.WriteHeader(forBusybox(h))
}

func (m *merger) skeleton() error {
	var err error
	for _, dir := range []string{"usr", "usr/bin", "usr/sbin", "usr/lib", "usr/lib64"} {
		err = errors.Join(err, m.folder(dir, 0o755))
	}
	for _, dir := range []string{"bin", "sbin", "lib", "lib64"} {
		err = errors.Join(err, m.link(dir, "usr/"+dir))
	}
	return err
}

// finish adds what maintainer scripts would have made.
func (m *merger) finish() error {
	if len(m.passwd) == 0 || len(m.group) == 0 {
		return errors.New("no account files in base-passwd")
	}
	err := errors.Join(
		m.file("etc/passwd", m.passwd),
		m.file("etc/group", m.group),
		m.file("etc/hostname", []byte("lab\n")),
		m.file("etc/hosts", []byte("127.0.0.1 localhost lab\n::1 localhost\n")),
		m.file("etc/nsswitch.conf", []byte("passwd: files\ngroup: files\nshadow: files\nhosts: files dns\nservices: files\nprotocols: files\n")),
		m.file("etc/resolv.conf", nil),
	)
	err = errors.Join(err, m.shadow())
	if m.known != nil {
		err = errors.Join(err, m.known.write(m))
	}
	for _, l := range [][2]string{
		{"usr/bin/sh", "dash"}, {"usr/bin/awk", "mawk"}, {"usr/bin/nc", "nc.openbsd"},
	} {
		if !m.seen[l[0]] && m.seen[path.Join("usr/bin", l[1])] {
			err = errors.Join(err, m.link(l[0], l[1]))
		}
	}
	return err
}

// shadow makes /etc/shadow with every account locked, as passwd's script does.
func (m *merger) shadow() error {
	var b strings.Builder
	for line := range strings.Lines(string(m.passwd)) {
		if account, _, ok := strings.Cut(line, ":"); ok {
			fmt.Fprintf(&b, "%s:*:19700:0:99999:7:::\n", account)
		}
	}
	const shadowGroup = 42
	return m.put(&tar.Header{Name: "etc/shadow", Mode: 0o640, Gid: shadowGroup}, []byte(b.String()))
}

func (m *merger) addPackage(ctx context.Context, deb string) error {
	if m.known != nil {
		if err := m.known.add(ctx, deb); err != nil {
			return err
		}
	}
	cmd := exec.CommandContext(ctx, "dpkg-deb", "--fsys-tarfile", deb)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start dpkg-deb: %w", err)
	}
	copyErr := m.copyTar(pipe)
	if copyErr == nil {
		_, copyErr = io.Copy(io.Discard, pipe)
	}
	pipe.Close()
	if err := errors.Join(copyErr, cmd.Wait()); err != nil {
		return fmt.Errorf("unpack %s: %w %s", filepath.Base(deb), err, strings.TrimSpace(stderr.String()))
	}
	return nil
}

// unwanted are folders nobody reads in a machine.
var unwanted = []string{"usr/share/doc/", "usr/share/man/", "usr/share/locale/", "usr/share/info/", "usr/share/lintian/"}

func (m *merger) copyTar(r io.Reader) error {
	for in := tar.NewReader(r); ; {
		h, err := in.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		name := mergedPath(h.Name)
		skip := name == "" || slices.ContainsFunc(unwanted, func(d string) bool { return strings.HasPrefix(name+"/", d) })
		if skip || m.seen[name] {
			continue
		}
		switch name {
		case "usr/share/base-passwd/passwd.master":
			if m.passwd, err = io.ReadAll(in); err != nil {
				return err
			}
			continue
		case "usr/share/base-passwd/group.master":
			if m.group, err = io.ReadAll(in); err != nil {
				return err
			}
			continue
		}
		m.known.has(name)
		h.Name = name
		if h.Typeflag == tar.TypeLink {
			h.Linkname = mergedPath(h.Linkname)
		}
		if h.Typeflag == tar.TypeDir {
			h.Name += "/"
		}
		if err := m.header(h); err != nil {
			return err
		}
		if _, err := io.Copy(m.out, in); err != nil {
			return err
		}
	}
}
