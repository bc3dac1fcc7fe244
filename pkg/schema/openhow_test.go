package schema

import (
	"encoding/binary"
	"testing"
)

func TestOpenHow(t *testing.T) {
	for _, c := range []struct {
		flags, mode, resolve uint64
		want                 string
	}{
		{0, 0, 0, "{flags=O_RDONLY}"},
		{0o101, 0o640, 0x18, "{flags=O_WRONLY|O_CREAT, mode=0640, resolve=RESOLVE_BENEATH|RESOLVE_IN_ROOT}"},
		{0, 0, 0x80, "{flags=O_RDONLY, resolve=0x80}"},
	} {
		var b []byte
		for _, v := range []uint64{c.flags, c.mode, c.resolve} {
			b = binary.NativeEndian.AppendUint64(b, v)
		}
		if got := OpenHow.Info().Text(b); got != c.want {
			t.Errorf("%+v: %s, want %s", c, got, c.want)
		}
		if got := OpenHow.Info().Text(b[:23]); got != "" {
			t.Errorf("a struct that is cut: %s", got)
		}
	}
}
