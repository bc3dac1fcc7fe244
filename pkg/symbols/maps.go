package symbols

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// maxMappings bounds the executable mappings of one process that are kept.
const maxMappings = 1 << 16

// mapping is a part of a file that a process has mapped as code.
type mapping struct {
	start, end, offset uint64
	dev                string
	inode              uint64
	path               string
}

// readMaps reads /proc/PID/maps.
func readMaps(r io.Reader) ([]mapping, error) {
	var list []mapping
	in := bufio.NewScanner(r)
	for in.Scan() && len(list) < maxMappings {
		if m, ok := parseMapping(in.Bytes()); ok {
			list = append(list, m)
		}
	}
	if err := in.Err(); err != nil {
		return nil, fmt.Errorf("read mappings: %w", err)
	}
	return list, nil
}

// parseMapping reads "start-end perms offset dev inode path"; false for a line
// that is no mapping of a file's code.
func parseMapping(line []byte) (mapping, bool) {
	fields := bytes.SplitN(line, []byte(" "), 6)
	if len(fields) < 6 || len(fields[1]) != 4 || fields[1][2] != 'x' {
		return mapping{}, false
	}
	start, end, ok := strings.Cut(string(fields[0]), "-")
	if !ok {
		return mapping{}, false
	}
	m := mapping{dev: string(fields[3]), path: strings.TrimLeft(string(fields[5]), " ")}
	var errs [4]error
	m.start, errs[0] = strconv.ParseUint(start, 16, 64)
	m.end, errs[1] = strconv.ParseUint(end, 16, 64)
	m.offset, errs[2] = strconv.ParseUint(string(fields[2]), 16, 64)
	m.inode, errs[3] = strconv.ParseUint(string(fields[4]), 10, 64)
	for _, err := range errs {
		if err != nil {
			return mapping{}, false
		}
	}
	return m, m.inode != 0
}
