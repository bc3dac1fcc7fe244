package lab

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Headers are the header files that modules for a kernel are built with.
type Headers struct {
	Release string
	// Common holds what all flavours of the kernel share, Flavour the rest: its
	// configuration and what is made from it.
	Common, Flavour string
}

// KernelHeaders returns the headers of the named kernel, fetching them, and the
// kernel, when they are not in the cache.
func KernelHeaders(ctx context.Context, name string) (*Headers, error) {
	c, err := openCache()
	if err != nil {
		return nil, err
	}
	k, err := c.kernel(ctx, name)
	if err != nil {
		return nil, err
	}
	dir := c.path("headers", k.Release)
	err = c.make(ctx, "headers-"+k.Release, dir, func(temp string) error { return c.fetchHeaders(ctx, k, temp) })
	if err != nil {
		return nil, fmt.Errorf("get headers of kernel %s: %w", k.Release, err)
	}
	packages := headerPackages(k.Release)
	src := filepath.Join(dir, "usr", "src")
	return &Headers{Release: k.Release, Common: filepath.Join(src, packages[0]), Flavour: filepath.Join(src, packages[1])}, nil
}

// headerPackages names the two packages, and the folders that they fill.
func headerPackages(release string) [2]string {
	return [2]string{
		"linux-headers-" + strings.TrimSuffix(release, "-cloud-amd64") + "-common",
		"linux-headers-" + release,
	}
}

// fetchHeaders unpacks the packages into dir, from the first of the kernel's
// origins that has them.
func (c *cache) fetchHeaders(ctx context.Context, k *KernelImage, dir string) error {
	var errs []error
	for _, known := range kernelNames {
		if known.name != k.Name {
			continue
		}
		for _, o := range known.origins {
			err := c.apt(ctx, o, func(a *aptRoot) error { return unpackHeaders(ctx, a, k.Release, dir) })
			if err == nil {
				return nil
			}
			errs = append(errs, err)
		}
	}
	return errors.Join(append(errs, fmt.Errorf("does the mirror have this build no more? `lab fetch %s` gets a newer one", k.Name))...)
}

func unpackHeaders(ctx context.Context, a *aptRoot, release, dir string) error {
	work := dir + ".work"
	defer os.RemoveAll(work)
	if err := errors.Join(os.MkdirAll(work, 0o755), os.MkdirAll(dir, 0o755)); err != nil {
		return err
	}
	packages := headerPackages(release)
	for _, name := range packages {
		deb, err := a.download(ctx, work, name)
		if err != nil {
			return err
		}
		if out, err := exec.CommandContext(ctx, "dpkg-deb", "-x", deb, dir).CombinedOutput(); err != nil {
			return fmt.Errorf("unpack %s: %w: %s", name, err, strings.TrimSpace(string(out)))
		}
	}
	return nil
}
