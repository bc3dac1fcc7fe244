package output

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Size is a number of bytes, written as 4096, 64KiB, 16MiB or 1GiB. It is a flag too.
type Size int64

var units = []struct {
	name  string
	shift uint
}{{"KiB", 10}, {"MiB", 20}, {"GiB", 30}}

// Set implements pflag.Value.
func (s *Size) Set(text string) error {
	number, shift := text, uint(0)
	for _, u := range units {
		if n, ok := strings.CutSuffix(text, u.name); ok {
			number, shift = n, u.shift
		}
	}
	n, err := strconv.ParseInt(strings.TrimSpace(number), 10, 64)
	if err != nil || n < 0 || n > math.MaxInt64>>shift {
		return fmt.Errorf("must be a number of bytes, as 4096, 64KiB, 16MiB or 1GiB")
	}
	*s = Size(n << shift)
	return nil
}

// Type implements pflag.Value.
func (s *Size) Type() string { return "SIZE" }

func (s *Size) String() string {
	for i := len(units) - 1; i >= 0; i-- {
		if u := units[i]; *s != 0 && *s&(1<<u.shift-1) == 0 {
			return strconv.FormatInt(int64(*s)>>u.shift, 10) + u.name
		}
	}
	return strconv.FormatInt(int64(*s), 10)
}

// UnmarshalYAML reads a size in a config file.
func (s *Size) UnmarshalYAML(text []byte) error {
	value := strings.Trim(strings.TrimSpace(string(text)), `"'`)
	if err := s.Set(value); err != nil {
		return fmt.Errorf("size %q %w", value, err)
	}
	return nil
}
