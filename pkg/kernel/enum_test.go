package kernel

import (
	"encoding/binary"
	"maps"
	"strings"
	"testing"
)

// rawBTF is a header, types and texts.
func rawBTF(types []uint32, texts string) []byte {
	ne := binary.NativeEndian
	b := ne.AppendUint16(nil, 0xeb9f)
	b = append(b, 1, 0)
	for _, v := range []uint32{24, 0, uint32(4 * len(types)), uint32(4 * len(types)), uint32(len(texts))} {
		b = ne.AppendUint32(b, v)
	}
	for _, v := range types {
		b = ne.AppendUint32(b, v)
	}
	return append(b, texts...)
}

var (
	// An int, a struct of one member, and an enum without a name.
	someTypes = []uint32{
		1, 1 << 24, 4, 32,
		5, 4<<24 | 1, 4, 5, 1, 0,
		0, 6<<24 | 2, 4, 5, 8, 9, 16,
	}
	someTexts = "\x00int\x00ONE\x00TWO\x00"
)

func TestEnumerators(t *testing.T) {
	tests := []struct {
		name  string
		data  []byte
		names []string
		want  map[string]uint32
		err   string
	}{
		{"both", rawBTF(someTypes, someTexts), []string{"TWO", "ONE"}, map[string]uint32{"ONE": 8, "TWO": 16}, ""},
		{"none asked for", rawBTF(someTypes, someTexts), nil, map[string]uint32{}, ""},
		{"no such text", rawBTF(someTypes, someTexts), []string{"WO"}, nil, "no enumerator WO"},
		{"a text of something else", rawBTF(someTypes, someTexts), []string{"int"}, nil, "not all of [int]"},
		{"empty", nil, nil, nil, "damaged"},
		{"not BTF", []byte(strings.Repeat("x", 100)), nil, nil, "damaged"},
		{"cut header", rawBTF(someTypes, someTexts)[:20], nil, nil, "damaged"},
		{"cut texts", rawBTF(someTypes, someTexts)[:60], nil, nil, "damaged"},
		{"cut types", rawBTF(someTypes[:len(someTypes)-1], someTexts), []string{"ONE"}, nil, "damaged"},
		{"unknown kind", rawBTF([]uint32{0, 20 << 24, 0}, someTexts), nil, nil, "kind 20"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := enumerators(tt.data, tt.names)
			if tt.err != "" {
				if err == nil || !strings.Contains(err.Error(), tt.err) {
					t.Errorf("error %v, want %q", err, tt.err)
				}
				return
			}
			if err != nil || !maps.Equal(got, tt.want) {
				t.Errorf("values %v, error %v; want %v", got, err, tt.want)
			}
		})
	}
}

func FuzzEnumerators(f *testing.F) {
	f.Add(rawBTF(someTypes, someTexts), "ONE")
	f.Add(rawBTF(someTypes, someTexts)[:50], "TWO")
	f.Add([]byte{0x9f, 0xeb}, "")
	f.Fuzz(func(_ *testing.T, data []byte, name string) {
		_, _ = enumerators(data, []string{name})
	})
}
