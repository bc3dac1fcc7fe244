package loader

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What libbpf says of a program that a kernel refuses, and what people are told.
func TestExplain(t *testing.T) {
	load := errors.New("load BPF programs: operation not permitted")
	for _, c := range []struct {
		name, says, want string
		refused          map[string]string
	}{
		{name: "nothing", want: load.Error()},
		{
			name: "no program", says: "libbpf: Error in bpf_object__probe_loading():Operation not permitted(1).\n",
			want: load.Error() + ": Error in bpf_object__probe_loading():Operation not permitted(1). (more with --log-level debug)",
		},
		{
			name: "the verifier",
			says: "libbpf: prog 'security_file_open': BPF program load failed: Permission denied\n" +
				"libbpf: prog 'security_file_open': -- BEGIN PROG LOAD LOG --\n" +
				"0: R1=ctx(id=0,off=0,imm=0) R10=fp0\n; int BPF_PROG(x)\n0: (79) r6 = *(u64 *)(r1 +0)\n" +
				"R1 invalid mem access 'inv'\ninvalid access to map value, value_size=8 off=8 size=8\n" +
				"processed 12 insns (limit 1000000) max_states_per_insn 0\n-- END PROG LOAD LOG --\n" +
				"libbpf: prog 'security_file_open': failed to load: -13\nlibbpf: failed to load object 'tracehound'\n",
			refused: map[string]string{"security_file_open": "Permission denied: invalid access to map value, value_size=8 off=8 size=8"},
		},
		{
			name:    "no such function",
			says:    "libbpf: prog 'p': failed to find kernel BTF type ID of 'gone': -3\nlibbpf: prog 'p': failed to prepare load attributes: -3\nlibbpf: failed to load object 'tracehound'\n",
			refused: map[string]string{"p": "failed to find kernel BTF type ID of 'gone': -3: failed to prepare load attributes: -3"},
		},
		{
			name:    "a log without end",
			says:    "libbpf: prog 'p': BPF program load failed: Invalid argument\n" + strings.Repeat("1: (b7) r0 = 0\n", 5000) + "the fault\n",
			refused: map[string]string{"p": "Invalid argument: the fault"},
		},
	} {
		var w words
		w.add(c.says)
		if len(w.lines) > maxWords {
			t.Errorf("%s: %d lines are kept", c.name, len(w.lines))
		}
		err := w.explain(load)
		var e *RefusedError
		if !errors.As(err, &e) {
			if err.Error() != c.want {
				t.Errorf("%s: %v, want %s", c.name, err, c.want)
			}
			continue
		}
		if diff := cmp.Diff(c.refused, e.Reasons); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}
