// Package privilege gives up the capabilities of this process that it does not
// need any more, so that whoever takes it over gets little by it.
package privilege

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"golang.org/x/sys/unix"
	"kernel.org/pub/linux/libs/security/libcap/cap"
)

// Drop keeps the capabilities listed and gives up all others, for all threads
// and for good: programs that this process executes get none. Children that run
// already keep theirs.
func Drop(keep ...cap.Value) error {
	held := cap.GetProc()
	if may, err := held.GetFlag(cap.Effective, cap.SETPCAP); err != nil || may {
		if err := dropBound(); err != nil {
			return err
		}
	} // else no_new_privs alone makes the bounding set unreachable
	if err := cap.ResetAmbient(); err != nil {
		return fmt.Errorf("empty ambient capabilities: %w", err)
	}
	if _, err := cap.Prctlw(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("set no_new_privs: %w", err)
	}
	left := cap.NewSet()
	for _, v := range keep {
		has, err := held.GetFlag(cap.Permitted, v)
		if err != nil || !has {
			continue // what is not there cannot be kept
		}
		if err := errors.Join(left.SetFlag(cap.Permitted, true, v), left.SetFlag(cap.Effective, true, v)); err != nil {
			return fmt.Errorf("keep %s: %w", Name(v), err)
		}
	}
	if err := left.SetProc(); err != nil {
		return fmt.Errorf("drop capabilities: %w", err)
	}
	return nil
}

func dropBound() error {
	for v := cap.Value(0); v < cap.MaxBits(); v++ {
		in, err := cap.GetBound(v)
		if err != nil || !in {
			continue
		}
		if err := cap.DropBound(v); err != nil {
			return fmt.Errorf("drop %s from the bounding set: %w", Name(v), err)
		}
	}
	return nil
}

// Name is a capability as people write it, CAP_BPF.
func Name(v cap.Value) string { return strings.ToUpper(v.String()) }

// Some says whether this process has any capability that it could drop.
func Some() bool {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return true // better try
	}
	for line := range strings.Lines(string(status)) {
		name, value, _ := strings.Cut(line, ":")
		if name == "CapPrm" || name == "CapInh" {
			if strings.Trim(strings.TrimSpace(value), "0") != "" {
				return true
			}
		}
	}
	return false
}
