package lab

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// AccelVariable names the environment variable that settles the accelerator
// ("kvm" or "tcg") without a probe.
const AccelVariable = "TRACEHOUND_LAB_ACCEL"

// probeLimit is ten times what KVM needs. Where KVM does not work guests hang.
const probeLimit = 10 * time.Second

// accel returns "kvm" when a short boot under it succeeds, else "tcg". That the
// device is there proves nothing: nested and filtered KVM accepts a guest and
// then hangs it. The answer is kept until the host boots again.
func (c *cache) accel(ctx context.Context, t *tools, k *KernelImage) (string, error) {
	switch forced := os.Getenv(AccelVariable); forced {
	case "":
	case "kvm", "tcg":
		return forced, nil
	default:
		return "", fmt.Errorf("%s=%s: want kvm or tcg", AccelVariable, forced)
	}
	device, err := os.OpenFile("/dev/kvm", os.O_RDWR, 0)
	if err != nil {
		return "tcg", nil //nolint:nilerr // no device, no KVM
	}
	device.Close()

	boot, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return "", fmt.Errorf("read boot id: %w", err)
	}
	note := c.path("accel-" + strings.TrimSpace(string(boot)))
	err = c.make(ctx, "accel", note, func(temp string) error {
		answer := "tcg"
		if err := probe(ctx, t, k); err == nil {
			answer = "kvm"
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return os.WriteFile(temp, []byte(answer), 0o644)
	})
	if err != nil {
		return "", err
	}
	answer, err := os.ReadFile(note)
	if err != nil {
		return "", err
	}
	if string(answer) == "kvm" {
		return "kvm", nil
	}
	return "tcg", nil
}

func probe(ctx context.Context, t *tools, k *KernelImage) error {
	dir, err := os.MkdirTemp("", "tracehound-lab-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	v := &vm{
		tools: t, kernel: k, accel: "kvm", dir: filepath.Clean(dir), cpus: 2, memoryMiB: 512,
		cmdline: "lab_mode=probe", bootLimit: probeLimit,
	}
	report, err := v.run(ctx)
	if err == nil && !report.done {
		err = fmt.Errorf("probe machine ended early")
	}
	return err
}
