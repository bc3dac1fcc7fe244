package schema

import "testing"

func TestContains(t *testing.T) {
	for _, tc := range []struct {
		kind  Kind
		text  string
		value int64
		want  bool
	}{
		{OpenFlags, "O_WRONLY", 1, true},
		{OpenFlags, "O_WRONLY", 0o1101, true}, // with O_CREAT and O_TRUNC
		{OpenFlags, "1", 0o1101, true},
		{OpenFlags, "O_WRONLY", 2, false},
		{OpenFlags, "O_WRONLY", 3, false},
		{OpenFlags, "O_RDONLY", 0o2000000, true},
		{OpenFlags, "0", 0o2000000, true},
		{OpenFlags, "O_RDONLY", 1, false},
		{OpenFlags, "O_CREAT|O_TRUNC", 0o1101, true},
		{OpenFlags, "O_CREAT | O_EXCL", 0o1101, false},
		{OpenFlags, "01100", 0o1101, false}, // an access mode of 0 is O_RDONLY
		{OpenFlags, "O_DSYNC", 0o4010000, true},
		{OpenFlags, "O_SYNC", 0o10000, false},
		{MmapProt, "PROT_NONE", 0, true},
		{MmapProt, "PROT_NONE", 1, false},
		{MmapProt, "0", 1, false},
		{MmapProt, "PROT_WRITE|PROT_EXEC", 7, true},
		{MmapProt, "PROT_WRITE|PROT_EXEC", 5, false},
		{CloneFlags, "SIGCHLD", 17, true},
		{CloneFlags, "SIGCHLD", 19, false},
		{CloneFlags, "CLONE_IO", 0x80000011, true},
		{CloneFlags, "0x80000000", 0x80000011, true},
		{CloneFlags, "CLONE_IO", -0x80000000 & 0x11, false},
	} {
		want, mask, ok := tc.kind.Contains(tc.text)
		if !ok {
			t.Errorf("%s: %q is not known", tc.kind, tc.text)
		}
		if got := tc.value&mask == want; got != tc.want {
			t.Errorf("%s: %#x has %q: %v, want %v", tc.kind, tc.value, tc.text, got, tc.want)
		}
	}
	for _, tc := range []struct {
		kind Kind
		text string
	}{{OpenFlags, ""}, {OpenFlags, "O_WRITE"}, {OpenFlags, "O_CREAT|"}, {OpenFlags, "O_CREAT,O_EXCL"}, {Signal, "SIGKILL"}, {Int, "1"}} {
		if _, _, ok := tc.kind.Contains(tc.text); ok {
			t.Errorf("%s takes %q", tc.kind, tc.text)
		}
	}
}

// Kinds that read words joined by | are those that can be asked for their parts.
func TestEveryWordOfFlagsCanBeAsked(t *testing.T) {
	for _, k := range Kinds() {
		joined := false
		if parse := k.Info().Parse; parse != nil {
			_, joined = parse("1|2")
		}
		if _, _, ok := k.Contains("1|2"); ok != joined {
			t.Errorf("kind %s reads 1|2: %v, can be asked for it: %v; see flagWords", k, joined, ok)
		}
	}
}
