package lab

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// KernelImage is one kernel in the cache.
type KernelImage struct {
	// Name is the name it was asked by, e.g. "6.1" or "newest".
	Name string `json:"name"`
	// Package is the Debian package it came from.
	Package string `json:"package"`
	// Release is what uname -r says, e.g. "6.1.0-56-cloud-amd64".
	Release string `json:"release"`
	// Path is the bootable image.
	Path string `json:"path"`
}

// Version tells how a kernel name is resolved.
type Version struct {
	Name string
	// Series is the beginning of the release, empty when any will do.
	Series string
	// Source names the Debian suites that are searched, in order.
	Source string
	// Cached is the kernel in the cache, nil when it is yet to be fetched.
	Cached *KernelImage
}

// kernelNames: bullseye's kernels live in its security suite alone. Where a
// series is in several suites the first that has it wins.
var kernelNames = []struct {
	name, series string
	origins      []origin
}{
	{"5.10", "5.10.", []origin{bullseye}},
	{"6.1", "6.1.", []origin{bookworm}},
	{"6.12", "6.12.", []origin{bookworm, trixie}},
	{"newest", "", []origin{sid}},
}

// cloudKernel matches what holds a bootable image. From 7.x on that is
// linux-binary-…, and linux-image-… only depends on it.
const cloudKernel = `^linux-(image|binary)-[0-9].*-cloud-amd64$`

var cloudKernelName = regexp.MustCompile(`^linux-(image|binary)-([0-9]+\.[0-9]+\.[0-9][^-]*(?:-[0-9.]+(?:deb[0-9.]+)*)?-cloud-amd64)$`)

// Names lists the kernels the lab knows.
func Names() []string {
	var names []string
	for _, k := range kernelNames {
		names = append(names, k.name)
	}
	return names
}

// Versions lists the kernels the lab knows and how each is resolved. It reads
// the cache only.
func Versions() ([]Version, error) {
	c, err := openCache()
	if err != nil {
		return nil, err
	}
	var versions []Version
	for _, k := range kernelNames {
		v := Version{Name: k.name, Series: k.series}
		var sources []string
		for _, o := range k.origins {
			for _, s := range o.suites {
				_, suite, _ := strings.Cut(s, " ")
				sources = append(sources, suite)
			}
		}
		v.Source = strings.Join(sources, ", ")
		if v.Cached, err = c.cachedKernel(k.name); err != nil {
			return nil, err
		}
		versions = append(versions, v)
	}
	return versions, nil
}

// Kernel returns the named kernel, fetching it when it is not in the cache.
func Kernel(ctx context.Context, name string) (*KernelImage, error) {
	c, err := openCache()
	if err != nil {
		return nil, err
	}
	return c.kernel(ctx, name)
}

// Refresh looks for a newer build of the named kernel and fetches it.
func Refresh(ctx context.Context, name string) (*KernelImage, error) {
	c, err := openCache()
	if err != nil {
		return nil, err
	}
	if err := checkKernelName(name); err != nil {
		return nil, err
	}
	return c.fetchKernel(ctx, name)
}

func checkKernelName(name string) error {
	if !slices.Contains(Names(), name) {
		return fmt.Errorf("unknown kernel %q: known are %s", name, strings.Join(Names(), ", "))
	}
	return nil
}

func (c *cache) kernel(ctx context.Context, name string) (*KernelImage, error) {
	if err := checkKernelName(name); err != nil {
		return nil, err
	}
	if k, err := c.cachedKernel(name); k != nil || err != nil {
		return k, err
	}
	return c.fetchKernel(ctx, name)
}

// cachedKernel reads the pointer file of a name; nil without error when the
// kernel is not there.
func (c *cache) cachedKernel(name string) (*KernelImage, error) {
	text, err := os.ReadFile(c.path("kernels", name+".json"))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read cached kernel: %w", err)
	}
	k := &KernelImage{}
	if json.Unmarshal(text, k) != nil || k.Path == "" {
		return nil, nil //nolint:nilerr // written by another version: made anew
	}
	// The cache may have been moved or cleaned in part.
	k.Path = c.path("kernels", filepath.Base(filepath.Dir(k.Path)), "vmlinuz")
	if !exists(k.Path) {
		return nil, nil
	}
	return k, nil
}

func (c *cache) fetchKernel(ctx context.Context, name string) (*KernelImage, error) {
	i := slices.IndexFunc(kernelNames, func(k struct {
		name, series string
		origins      []origin
	}) bool {
		return k.name == name
	})
	var k *KernelImage
	var errs []error
	for _, o := range kernelNames[i].origins {
		err := c.apt(ctx, o, func(a *aptRoot) (err error) {
			k, err = c.fetchFrom(ctx, a, name, kernelNames[i].series)
			return err
		})
		if err == nil {
			return k, c.point(k)
		}
		errs = append(errs, err)
	}
	return nil, errors.Join(errs...)
}

// point makes name mean this image from now on.
func (c *cache) point(k *KernelImage) error {
	text, err := json.MarshalIndent(k, "", "\t")
	if err != nil {
		return err
	}
	temp, err := os.CreateTemp(c.path("kernels"), k.Name+".json.*")
	if err != nil {
		return fmt.Errorf("note fetched kernel: %w", err)
	}
	defer os.Remove(temp.Name())
	if _, err := temp.Write(append(text, '\n')); err != nil {
		temp.Close()
		return fmt.Errorf("note fetched kernel: %w", err)
	}
	if err := errors.Join(temp.Chmod(0o644), temp.Close(), os.Rename(temp.Name(), c.path("kernels", k.Name+".json"))); err != nil {
		return fmt.Errorf("note fetched kernel: %w", err)
	}
	return nil
}

// fetchFrom gets the newest kernel of a series that one origin really has. A
// mirror may have dropped a build that its lists still name, so each candidate
// is tried in turn, with fresh lists before the second.
func (c *cache) fetchFrom(ctx context.Context, a *aptRoot, name, series string) (*KernelImage, error) {
	const tries = 4
	var errs []error
	for try := range tries {
		names, err := a.search(ctx, cloudKernel)
		if err != nil {
			return nil, err
		}
		candidates := kernelCandidates(names, series)
		if try >= len(candidates) {
			break
		}
		k, err := c.unpackKernel(ctx, a, name, candidates[try])
		if err == nil {
			return k, nil
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		errs = append(errs, err)
		if try == 0 {
			if err := a.update(ctx); err != nil {
				return nil, err
			}
		}
	}
	if len(errs) == 0 {
		return nil, fmt.Errorf("no cloud kernel %sx in %s", series, a.name)
	}
	return nil, errors.Join(errs...)
}

// kernelCandidates keeps the packages that may hold an image of the series,
// best first: newest release, and linux-binary before linux-image.
func kernelCandidates(names []string, series string) []string {
	var found []string
	for _, n := range names {
		m := cloudKernelName.FindStringSubmatch(n)
		if len(m) > 2 && strings.HasPrefix(m[2], series) {
			found = append(found, n)
		}
	}
	slices.SortFunc(found, func(a, b string) int {
		return cmp.Or(-compareVersions(kernelRelease(a), kernelRelease(b)), strings.Compare(a, b))
	})
	return found
}

func kernelRelease(pkg string) string {
	m := cloudKernelName.FindStringSubmatch(pkg)
	if m == nil {
		return ""
	}
	return m[2]
}

// compareVersions compares runs of digits by value and all else by bytes.
func compareVersions(a, b string) int {
	for a != "" && b != "" {
		numA, restA := leadingDigits(a)
		numB, restB := leadingDigits(b)
		if numA != "" && numB != "" {
			numA, numB = strings.TrimLeft(numA, "0"), strings.TrimLeft(numB, "0")
			if c := cmp.Or(cmp.Compare(len(numA), len(numB)), strings.Compare(numA, numB)); c != 0 {
				return c
			}
			a, b = restA, restB
			continue
		}
		if a[0] != b[0] {
			return cmp.Compare(a[0], b[0])
		}
		a, b = a[1:], b[1:]
	}
	return cmp.Compare(len(a), len(b))
}

func leadingDigits(s string) (digits, rest string) {
	i := 0
	for i < len(s) && s[i] >= '0' && s[i] <= '9' {
		i++
	}
	return s[:i], s[i:]
}

// unpackKernel downloads a package and keeps its image.
func (c *cache) unpackKernel(ctx context.Context, a *aptRoot, name, pkg string) (*KernelImage, error) {
	k := &KernelImage{Name: name, Package: pkg, Release: kernelRelease(pkg)}
	dir := c.path("kernels", pkg)
	k.Path = filepath.Join(dir, "vmlinuz")
	err := c.make(ctx, "kernel-"+pkg, dir, func(temp string) error {
		work := temp + ".work"
		defer os.RemoveAll(work)
		for _, d := range []string{work, temp} {
			if err := os.MkdirAll(d, 0o755); err != nil {
				return err
			}
		}
		deb, err := a.download(ctx, work, pkg)
		if err != nil {
			return err
		}
		tree := filepath.Join(work, "tree")
		if out, err := exec.CommandContext(ctx, "dpkg-deb", "-x", deb, tree).CombinedOutput(); err != nil {
			return fmt.Errorf("unpack %s: %w: %s", pkg, err, strings.TrimSpace(string(out)))
		}
		for _, place := range []string{"boot/vmlinuz-" + k.Release, "usr/lib/modules/" + k.Release + "/vmlinuz"} {
			if image := filepath.Join(tree, place); exists(image) {
				return os.Rename(image, filepath.Join(temp, "vmlinuz"))
			}
		}
		return fmt.Errorf("package %s holds no kernel image", pkg)
	})
	if err != nil {
		return nil, err
	}
	return k, nil
}
