//go:build lab

package e2e

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tracehound/tracehound/test/lab"
)

// moduleFlags are those of the kernel's own build that a small module needs. The
// machines' processors lack what the others are for.
var moduleFlags = strings.Fields(`-D__KERNEL__ -DMODULE -std=gnu11 -fms-extensions -w -O2 -fshort-wchar -fno-strict-aliasing -fno-common
	-fno-pic -fno-pie -m64 -mno-sse -mno-mmx -mno-sse2 -mno-3dnow -mno-avx -mno-80387 -mno-red-zone -mcmodel=kernel -ffreestanding
	-fno-asynchronous-unwind-tables -fno-stack-protector -fno-delete-null-pointer-checks -fcf-protection=none -nostdinc`)

// buildModule compiles attack/module/hostile.c for a kernel. No kbuild: the host's
// libraries need not be those that the kernel's own tools were built for.
func buildModule(t *testing.T, kernel string) string {
	t.Helper()
	h, err := lab.KernelHeaders(t.Context(), kernel)
	if err != nil {
		t.Fatal(err)
	}
	builtin, err := exec.Command("gcc", "-print-file-name=include").Output()
	if err != nil {
		t.Fatalf("gcc: %v", err)
	}
	name := hostile[0]
	args := append([]string{
		"-isystem", strings.TrimSpace(string(builtin)), `-DKBUILD_MODNAME="` + name + `"`, `-DKBUILD_BASENAME="` + name + `"`,
		`-DKBUILD_MODFILE="` + name + `"`, "-D__KBUILD_MODNAME=kmod_" + name,
	}, moduleFlags...)
	for _, api := range []string{"", "/uapi"} {
		args = append(args, "-I"+h.Common+"/arch/x86/include"+api, "-I"+h.Flavour+"/arch/x86/include/generated"+api,
			"-I"+h.Common+"/include"+api)
	}
	args = append(args, "-I"+h.Flavour+"/include", "-I"+h.Flavour+"/include/generated/uapi")
	for _, first := range []string{"compiler-version.h", "kconfig.h", "compiler_types.h"} {
		if header := filepath.Join(h.Common, "include/linux", first); fileExists(header) {
			args = append(args, "-include", header)
		}
	}
	module := filepath.Join(t.TempDir(), name+".ko")
	if out, err := exec.Command("gcc", append(args, "-c", "attack/module/hostile.c", "-o", module)...).CombinedOutput(); err != nil {
		t.Fatalf("build %s for %s: %v: %s", name, h.Release, err, out)
	}
	return module
}

func fileExists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// hostile are the names under which machines have the module: what hides cannot be
// unloaded. All are as long as the first, which is what it is built as.
var hostile = []string{"hostile", "hooking", "lurking", "nowhere", "listing", "folders", "network"}

// withHostile puts the module into a machine. Its functions are called as it is.
func withHostile(t *testing.T, kernel string) func(*lab.Machine) {
	built, err := os.ReadFile(buildModule(t, kernel))
	if err != nil {
		t.Fatal(err)
	}
	var files []lab.File
	for _, name := range hostile {
		files = append(files, lab.File{Data: bytes.ReplaceAll(built, []byte(hostile[0]), []byte(name)), Guest: "/e2e/" + name + ".ko"})
	}
	return func(m *lab.Machine) { m.Files = append(m.Files, files...) }
}
