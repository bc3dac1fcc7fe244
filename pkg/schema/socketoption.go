package schema

import "strconv"

func decimal(v int64) string { return strconv.FormatInt(v, 10) }

// socketOption is the name of an option of setsockopt.
func socketOption(v, level int64) string { return socketOptions[level].format(v) }

// readSocketOption is the name of an option of getsockopt.
func readSocketOption(v, level int64) string {
	if name, ok := readOptions[level][v]; ok {
		return name
	}
	return socketOptions[level].format(v)
}

// parseSocketOption needs no level: no name means two numbers.
func parseSocketOption(s string) (int64, bool) {
	for _, tables := range []map[int64]names{socketOptions, readOptions} {
		for _, options := range tables {
			if v, ok := options.number(s); ok {
				return v, true
			}
		}
	}
	return parseNumber(s)
}
