package schema

import "testing"

func TestSocketOption(t *testing.T) {
	for _, c := range []struct {
		kind     Kind
		v, level int64
		want     string
	}{
		{SocketOption, 2, 1, "SO_REUSEADDR"},
		{SocketOption, 1, 6, "TCP_NODELAY"},
		{SocketOption, 26, 41, "IPV6_V6ONLY"},
		{SocketOption, 64, 0, "IPT_SO_SET_REPLACE"},
		{SocketOptionRead, 64, 0, "IPT_SO_GET_INFO"},
		{SocketOptionRead, 3, 1, "SO_TYPE"},
		{SocketOption, 1, 999, "1"},
		{SocketOption, -7, 1, "-7"},
	} {
		info := c.kind.Info()
		got := info.FormatOf(c.v, c.level)
		if got != c.want {
			t.Errorf("%s %d of level %d: %s, want %s", c.kind, c.v, c.level, got, c.want)
		}
		if v, ok := info.Parse(got); !ok || v != c.v {
			t.Errorf("%s: %s is %d, %v; want %d", c.kind, got, v, ok, c.v)
		}
	}
}

// A name is one number, whatever the level: names are read without it.
func TestSocketOptionNamesAreOneNumber(t *testing.T) {
	of := map[string]int64{}
	for _, tables := range []map[int64]names{socketOptions, readOptions} {
		for level, options := range tables {
			for v, name := range options {
				if other, ok := of[name]; ok && other != v {
					t.Errorf("%s is %d and, of level %d, %d", name, other, level, v)
				}
				of[name] = v
			}
		}
	}
}
