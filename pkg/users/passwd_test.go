package users

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParsePasswd(t *testing.T) {
	for _, tc := range []struct {
		name, file string
		want       map[uint32]string
	}{
		{"usual", "root:x:0:0:root:/root:/bin/sh\nwww:x:33:33::/:/bin/false\n", map[uint32]string{0: "root", 33: "www"}},
		{"the first of an id", "root:x:0:0:::\ntoor:x:0:0:::\n", map[uint32]string{0: "root"}},
		{"no end of line", "root:x:0:0", map[uint32]string{0: "root"}},
		{"rubbish", "\x00\xff:x:1:1\n:x:2:2\nx\n+@nis::::::\na:x:-1:1\nb:x:4294967296:1\n#c:x\nd:x:7:7:\n", map[uint32]string{7: "d"}},
		{"names that deceive", "a b:x:1:1:\nc\x1b[2J:x:2:2:\ne\u202er:x:3:3:\n", map[uint32]string{}},
		{"empty", "", map[uint32]string{}},
	} {
		if diff := cmp.Diff(tc.want, parsePasswd([]byte(tc.file))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.name, diff)
		}
	}
	var long bytes.Buffer
	for i := range 2 * maxUsers {
		fmt.Fprintf(&long, "u%d:x:%d:0:\n", i, i)
	}
	if n := len(parsePasswd(long.Bytes())); n != maxUsers {
		t.Errorf("%d users are remembered", n)
	}
}

func TestUIDMap(t *testing.T) {
	ranges := parseUIDMap([]byte("         0       1000          1\n         1     100000      65536\nrubbish\n1 2\n"))
	for _, tc := range []struct {
		uid, want uint32
		ok        bool
	}{{1000, 0, true}, {100000, 1, true}, {100032, 33, true}, {165536, 0, false}, {0, 0, false}, {1001, 0, false}} {
		if got, ok := inside(ranges, tc.uid); got != tc.want || ok != tc.ok {
			t.Errorf("%d is %d, %v inside; want %d, %v", tc.uid, got, ok, tc.want, tc.ok)
		}
	}
	whole := parseUIDMap([]byte("0 0 4294967295"))
	if got, ok := inside(whole, 4294967294); got != 4294967294 || !ok {
		t.Errorf("of the first namespace: %d, %v", got, ok)
	}
}

func FuzzParsePasswd(f *testing.F) {
	f.Add([]byte("root:x:0:0:root:/root:/bin/sh\n"))
	f.Add([]byte(":::\n\xff:x:1:\n"))
	f.Fuzz(func(t *testing.T, file []byte) {
		for uid, name := range parsePasswd(file) {
			if !isName([]byte(name)) || !bytes.Contains(file, []byte(name+":")) {
				t.Errorf("%d is %q", uid, name)
			}
		}
	})
}

func FuzzParseUIDMap(f *testing.F) {
	f.Add([]byte("0 1000 1\n1 100000 65536\n"), uint32(1000))
	f.Add([]byte("4294967295 4294967295 4294967295\n"), uint32(4294967295))
	f.Fuzz(func(_ *testing.T, file []byte, uid uint32) {
		inside(parseUIDMap(file), uid)
	})
}
