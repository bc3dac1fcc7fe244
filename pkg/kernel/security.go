package kernel

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// Lockdown is how much the kernel keeps from root.
type Lockdown string

// Lockdown modes. Integrity forbids to change the kernel, which lets BPF
// programs read it; confidentiality forbids that too.
const (
	LockdownNone            Lockdown = "none"
	LockdownIntegrity       Lockdown = "integrity"
	LockdownConfidentiality Lockdown = "confidentiality"
	LockdownUnknown         Lockdown = "unknown"
)

const securityDir = "/sys/kernel/security"

// securityFile reads a file of securityfs, mounted or not.
func (h host) securityFile(name string) (text, where string, err error) {
	where = securityDir + "/" + name
	if text, err = h.read(where); err == nil {
		return text, where, nil
	}
	if h.mountedSecurityfs() {
		return "", where, err
	}
	text, err = h.securityfs(name)
	return text, "securityfs, " + name, err
}

// mountedSecurityfs tells an empty mount point from the file system.
func (h host) mountedSecurityfs() bool {
	mounts, _ := h.read("/proc/self/mountinfo") // unreadable: judge by the files
	return strings.Contains(mounts, " - securityfs ") || h.exists(securityDir+"/lsm")
}

// lockdown decides the mode. The boot parameter and the build options only set
// where the mode begins: root can raise it later, so short of
// confidentiality they prove nothing.
func (h host) lockdown(config Config, params []string) (Lockdown, string) {
	text, where, err := h.securityFile("lockdown")
	if err == nil {
		if mode := bracketed(text); mode != LockdownUnknown {
			return mode, where
		}
		return LockdownUnknown, fmt.Sprintf("%s holds %q", where, strings.TrimSpace(text))
	}
	switch {
	case h.mountedSecurityfs() && errors.Is(err, os.ErrNotExist), errors.Is(err, errNoSecurityFile):
		return LockdownNone, "the lockdown security module is not active"
	case config.State("SECURITY_LOCKDOWN_LSM") == No:
		return LockdownNone, "no CONFIG_SECURITY_LOCKDOWN_LSM in " + config.Path
	case slices.Contains(params, "lockdown=confidentiality"):
		return LockdownConfidentiality, "boot parameter lockdown=confidentiality"
	case config.State("LOCK_DOWN_KERNEL_FORCE_CONFIDENTIALITY") == Yes:
		return LockdownConfidentiality, "CONFIG_LOCK_DOWN_KERNEL_FORCE_CONFIDENTIALITY in " + config.Path
	}
	return LockdownUnknown, securityDir + "/lockdown cannot be read"
}

// bracketed finds the chosen word in "none [integrity] confidentiality".
func bracketed(text string) Lockdown {
	_, after, _ := strings.Cut(text, "[")
	mode, _, _ := strings.Cut(after, "]")
	switch m := Lockdown(mode); m {
	case LockdownNone, LockdownIntegrity, LockdownConfidentiality:
		return m
	}
	return LockdownUnknown
}

// lsms lists the active security modules and says where that was read.
func (h host) lsms(config Config, params []string) ([]string, string) {
	if text, where, err := h.securityFile("lsm"); err == nil {
		return splitList(text), where
	}
	for _, p := range slices.Backward(params) { // the last one counts
		if list, ok := strings.CutPrefix(p, "lsm="); ok {
			return splitList(list), "boot parameter lsm="
		}
		// The older parameter overrides the built-in list in a way that
		// depends on the version.
		if strings.HasPrefix(p, "security=") {
			return nil, "boot parameter security= hides the list"
		}
	}
	if config.Known() {
		return splitList(config.Value("LSM")), "CONFIG_LSM in " + config.Path
	}
	return nil, securityDir + "/lsm cannot be read"
}

func splitList(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' || r == '\n' })
}

// errNoSecurityFile says that securityfs could be read and lacks the file.
var errNoSecurityFile = errors.New("securityfs has no such file")

func noSecurityfs(string) (string, error) { return "", os.ErrNotExist }

// readSecurityfs reads a file of a securityfs instance that is attached to no
// folder: minimal systems and most containers do not mount it. It needs
// CAP_SYS_ADMIN.
func readSecurityfs(name string) (string, error) {
	fs, err := unix.Fsopen("securityfs", unix.FSOPEN_CLOEXEC)
	if err != nil {
		return "", fmt.Errorf("open securityfs: %w", err)
	}
	defer unix.Close(fs)
	if err := unix.FsconfigCreate(fs); err != nil {
		return "", fmt.Errorf("create securityfs: %w", err)
	}
	dir, err := unix.Fsmount(fs, unix.FSMOUNT_CLOEXEC, unix.MOUNT_ATTR_RDONLY)
	if err != nil {
		return "", fmt.Errorf("mount securityfs: %w", err)
	}
	defer unix.Close(dir)
	fd, err := unix.Openat(dir, name, unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if errors.Is(err, unix.ENOENT) {
		return "", errNoSecurityFile
	}
	if err != nil {
		return "", fmt.Errorf("open securityfs file %s: %w", name, err)
	}
	defer unix.Close(fd)
	buf := make([]byte, 4096)
	n, err := unix.Read(fd, buf)
	if err != nil {
		return "", fmt.Errorf("read securityfs file %s: %w", name, err)
	}
	return string(buf[:n]), nil
}
