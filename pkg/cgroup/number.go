package cgroup

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
)

// cpusetNumber reads the number of the cpuset controller's hierarchy from a
// process's cgroup file, whose lines are NUMBER:CONTROLLER[,CONTROLLER…]:PATH.
func cpusetNumber(file string) (int, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return 0, fmt.Errorf("read cgroup hierarchies: %w", err)
	}
	for line := range strings.Lines(string(b)) {
		number, rest, _ := strings.Cut(line, ":")
		controllers, _, _ := strings.Cut(rest, ":")
		if slices.Contains(strings.Split(controllers, ","), "cpuset") {
			n, err := strconv.Atoi(number)
			if err != nil {
				return 0, fmt.Errorf("read number of cgroup hierarchy %q: %w", line, err)
			}
			return n, nil
		}
	}
	return 0, fmt.Errorf("read cgroup hierarchies: %s does not name cpuset", file)
}
