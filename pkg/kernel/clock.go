package kernel

import (
	"fmt"
	"math"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// BootTime is when the machine booted, in ns since 1970, such that adding a
// CLOCK_BOOTTIME reading gives the wall clock's. Kernel events carry
// CLOCK_BOOTTIME, which suspend does not stop. It is good to about a
// microsecond, and as of now: a later change of the wall clock moves it.
func BootTime() (int64, error) {
	const tries = 32
	var offset int64
	narrowest := int64(math.MaxInt64)
	for range tries {
		before, err := clock(unix.CLOCK_BOOTTIME)
		if err != nil {
			return 0, err
		}
		wall, err := clock(unix.CLOCK_REALTIME)
		if err != nil {
			return 0, err
		}
		after, err := clock(unix.CLOCK_BOOTTIME)
		if err != nil {
			return 0, err
		}
		// The try with the least time between its readings was not preempted.
		if width := after - before; width < narrowest {
			narrowest, offset = width, wall-before-width/2
		}
	}
	return offset, nil
}

func clock(id int32) (int64, error) {
	var ts unix.Timespec
	if err := unix.ClockGettime(id, &ts); err != nil {
		return 0, fmt.Errorf("read clock %d: %w", id, err)
	}
	return ts.Nano(), nil
}

// BootID is a random name of this boot, 36 characters.
func BootID() (string, error) {
	b, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return "", fmt.Errorf("read boot id: %w", err)
	}
	return strings.TrimSpace(string(b)), nil
}
