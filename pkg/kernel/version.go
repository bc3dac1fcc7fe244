package kernel

import (
	"fmt"
	"strconv"
	"strings"
)

// Version is the numeric part of a kernel release.
type Version struct{ Major, Minor, Patch int }

// ParseVersion reads the numbers that a release begins with: "5.10.0-46-cloud",
// "6.12.95+deb12", "7.2-rc1".
func ParseVersion(release string) (Version, error) {
	var nums [3]int
	rest := release
	n := 0
	for ; n < len(nums); n++ {
		digits := len(rest) - len(strings.TrimLeft(rest, "0123456789"))
		v, err := strconv.Atoi(rest[:digits])
		if err != nil {
			break
		}
		nums[n] = v
		after, dot := strings.CutPrefix(rest[digits:], ".")
		if !dot {
			n++
			break
		}
		rest = after
	}
	if n < 2 {
		return Version{}, fmt.Errorf("parse kernel release %q: it does not begin with a version", release)
	}
	return Version{nums[0], nums[1], nums[2]}, nil
}

// AtLeast reports whether v is the given version or newer.
func (v Version) AtLeast(major, minor int) bool {
	return v.Major > major || v.Major == major && v.Minor >= minor
}

func (v Version) String() string { return fmt.Sprintf("%d.%d.%d", v.Major, v.Minor, v.Patch) }
