package kernel

import (
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func TestBootTime(t *testing.T) {
	first, err := BootTime()
	if err != nil {
		t.Fatal(err)
	}
	// Boot time plus uptime is now.
	up, err := clock(unix.CLOCK_BOOTTIME)
	if err != nil {
		t.Fatal(err)
	}
	if off := time.Since(time.Unix(0, first+up)).Abs(); off > time.Second {
		t.Errorf("boot time plus uptime is %v from now", off)
	}
	second, err := BootTime()
	if err != nil {
		t.Fatal(err)
	}
	if d := time.Duration(second - first).Abs(); d > time.Millisecond {
		t.Errorf("two readings differ by %v", d)
	}
}

func TestBootID(t *testing.T) {
	id, err := BootID()
	if err != nil {
		t.Fatal(err)
	}
	if len(id) != 36 {
		t.Errorf("boot id %q", id)
	}
}
