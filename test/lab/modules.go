package lab

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

var moduleName = regexp.MustCompile(`^[a-z0-9_-]+$`)

// addModules adds the files of the modules that the machine asks for.
func (c *cache) addModules(ctx context.Context, m *Machine, k *KernelImage) error {
	if len(m.Modules) == 0 {
		return nil
	}
	dir, err := c.modules(ctx, k)
	if err != nil {
		return err
	}
	m.Files = slices.Clone(m.Files)
	for _, name := range m.Modules {
		path, err := findModule(dir, name)
		if err != nil {
			return err
		}
		if path == "" {
			continue
		}
		m.Files = append(m.Files, File{Host: path, Guest: "/lib/modules/" + filepath.Base(path)})
	}
	return nil
}

// modules returns a folder with all modules of a kernel in the cache. They are
// fetched on first use: most machines need none.
func (c *cache) modules(ctx context.Context, k *KernelImage) (string, error) {
	i := slices.Index(Names(), k.Name)
	if i < 0 {
		return "", checkKernelName(k.Name)
	}
	dir := c.path("modules", k.Release)
	err := c.make(ctx, "modules-"+k.Release, dir, func(temp string) error {
		var errs []error
		for _, o := range kernelNames[i].origins {
			err := c.apt(ctx, o, func(a *aptRoot) error { return unpackModules(ctx, a, k, temp) })
			if err == nil {
				return nil
			}
			errs = append(errs, err)
		}
		return fmt.Errorf("%w (a newer build may have taken its place: run lab fetch %s)", errors.Join(errs...), k.Name)
	})
	return dir, err
}

// unpackModules takes them from the kernel's own package; from 7.x on they have
// one beside it.
func unpackModules(ctx context.Context, a *aptRoot, k *KernelImage, dir string) error {
	pkg := strings.Replace(k.Package, "linux-binary-", "linux-modules-", 1)
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	work := dir + ".work"
	defer os.RemoveAll(work)
	if err := os.MkdirAll(work, 0o755); err != nil {
		return err
	}
	deb, err := a.download(ctx, work, pkg)
	if err != nil {
		return err
	}
	tree := filepath.Join(work, "tree")
	if out, err := exec.CommandContext(ctx, "dpkg-deb", "-x", deb, tree).CombinedOutput(); err != nil {
		return fmt.Errorf("unpack %s: %w: %s", pkg, err, strings.TrimSpace(string(out)))
	}
	for _, place := range []string{"lib/modules/", "usr/lib/modules/"} {
		if folder := filepath.Join(tree, place, k.Release); exists(filepath.Join(folder, "kernel")) {
			return os.Rename(folder, dir)
		}
	}
	return fmt.Errorf("package %s holds no modules", pkg)
}

// findModule returns the module's file, "" when the kernel has it built in or not
// at all: not every kernel's package says which.
func findModule(dir, name string) (string, error) {
	found := ""
	err := filepath.WalkDir(filepath.Join(dir, "kernel"), func(path string, _ fs.DirEntry, err error) error {
		if base, _, ok := strings.Cut(filepath.Base(path), ".ko"); ok && base == name {
			found = path
		}
		return err
	})
	if err != nil {
		return "", fmt.Errorf("look for module %s: %w", name, err)
	}
	return found, nil
}
