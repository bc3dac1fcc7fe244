package lab

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// toolPackages run on the host, unpacked in the cache with all libraries they
// need down to libc. qemu must be 10 or newer: under 7.2 kernels from 6.12 on
// crash as soon as their code is patched, which every attached probe does.
var toolPackages = []string{"qemu-system-x86", "e2fsprogs", "busybox-static"}

const toolRelease = "bookworm-backports"

// formatVersion changes whenever what the lab makes of packages changes.
const formatVersion = "2"

// tools is the folder tree of toolPackages.
type tools struct{ dir string }

func packagesHash(kind string, names []string) string {
	sum := sha256.Sum256([]byte(formatVersion + "\n" + kind + "\n" + strings.Join(names, "\n")))
	return hex.EncodeToString(sum[:8])
}

func (c *cache) tools(ctx context.Context) (*tools, error) {
	if runtime.GOARCH != "amd64" {
		return nil, fmt.Errorf("the lab runs on amd64 machines, not %s", runtime.GOARCH)
	}
	t := &tools{dir: c.path("tools", packagesHash("tools", toolPackages))}
	err := c.make(ctx, "tools", t.dir, func(temp string) error {
		work := temp + ".work"
		defer os.RemoveAll(work)
		var debs []string
		err := c.apt(ctx, bookworm, func(a *aptRoot) (err error) {
			debs, err = a.downloadAll(ctx, work, toolRelease, toolPackages)
			return err
		})
		if err != nil {
			return err
		}
		for _, deb := range debs {
			if out, err := exec.CommandContext(ctx, "dpkg-deb", "-x", deb, temp).CombinedOutput(); err != nil {
				return fmt.Errorf("unpack %s: %w: %s", filepath.Base(deb), err, strings.TrimSpace(string(out)))
			}
		}
		for _, d := range []string{"doc", "man", "locale", "icons"} {
			if err := os.RemoveAll(filepath.Join(temp, "usr/share", d)); err != nil {
				return err
			}
		}
		out, err := (&tools{dir: temp}).qemu(ctx, "--version").CombinedOutput()
		if err != nil {
			return fmt.Errorf("start unpacked qemu: %w: %s", err, strings.TrimSpace(string(out)))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return t, nil
}

// command prepares a program of the tree to run with the tree's own loader and
// libraries, whatever the host has.
func (t *tools) command(ctx context.Context, program string, args ...string) *exec.Cmd {
	const arch = "x86_64-linux-gnu"
	libraries := filepath.Join(t.dir, "lib", arch) + ":" + filepath.Join(t.dir, "usr/lib", arch)
	all := append([]string{"--library-path", libraries, filepath.Join(t.dir, program)}, args...)
	cmd := exec.CommandContext(ctx, filepath.Join(t.dir, "lib", arch, "ld-linux-x86-64.so.2"), all...)
	cmd.Env = []string{"LC_ALL=C", "PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME")}
	return cmd
}

func (t *tools) qemu(ctx context.Context, args ...string) *exec.Cmd {
	firmware := []string{"-L", filepath.Join(t.dir, "usr/share/qemu"), "-L", filepath.Join(t.dir, "usr/share/seabios")}
	return t.command(ctx, "usr/bin/qemu-system-x86_64", append(firmware, args...)...)
}

func (t *tools) busybox() string { return filepath.Join(t.dir, "bin/busybox") }
