package kernel

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cilium/ebpf/btf"
)

func writeBTF(t *testing.T) string {
	t.Helper()
	b, err := btf.NewBuilder(nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	number := &btf.Int{Name: "int", Size: 4, Encoding: btf.Signed}
	inner := &btf.Struct{Name: "kobject", Size: 8, Members: []btf.Member{{Name: "name", Type: number}, {Name: "entry", Type: number, Offset: 32}}}
	unnamed := &btf.Union{Size: 8, Members: []btf.Member{{Name: "either", Type: number}, {Name: "or", Type: inner}}}
	for _, typ := range []btf.Type{
		&btf.Func{Name: "__x64_sys_openat", Type: &btf.FuncProto{Return: number}, Linkage: btf.GlobalFunc},
		&btf.Struct{Name: "task_struct", Size: 4, Members: []btf.Member{{Name: "__state", Type: number}}},
		&btf.Struct{Name: "module", Size: 40, Members: []btf.Member{
			{Name: "state", Type: number}, {Name: "mkobj", Type: &btf.Typedef{Name: "kobj_t", Type: inner}, Offset: 64}, {Type: unnamed, Offset: 128},
			{Name: "mem", Type: &btf.Array{Index: number, Type: inner, Nelems: 2}, Offset: 192},
		}},
		&btf.Enum{Name: "bpf_func_id", Size: 4, Values: []btf.EnumValue{{Name: "BPF_FUNC_loop", Value: 181}}},
		&btf.Enum{Name: "bpf_map_type", Size: 4, Values: []btf.EnumValue{{Name: "BPF_MAP_TYPE_RINGBUF", Value: 27}}},
	} {
		if _, err := b.Add(typ); err != nil {
			t.Fatal(err)
		}
	}
	raw, err := b.Marshal(nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "vmlinux")
	if err := os.WriteFile(path, raw, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestTypes(t *testing.T) {
	types, err := BTFFrom(writeBTF(t))
	if err != nil {
		t.Fatal(err)
	}
	for what, got := range map[string]bool{
		"func":         types.HasFunc("__x64_sys_openat"),
		"no func":      !types.HasFunc("__x64_sys_getppid"),
		"struct":       !types.HasFunc("task_struct"), // another kind of type
		"field":        types.HasField("task_struct", "__state"),
		"no field":     !types.HasField("task_struct", "state"),
		"no struct":    !types.HasField("nosuch", "state"),
		"helper":       types.HasHelper("loop"),
		"no helper":    !types.HasHelper("bpf_loop"),
		"map type":     types.HasMapType("RINGBUF"),
		"no map type":  !types.HasMapType("ARENA"),
		"empty name":   !types.HasFunc(""),
		"unknown enum": !types.hasEnumerator("nosuch", "X"),
	} {
		if !got {
			t.Errorf("%s: wrong answer", what)
		}
	}
}

func TestBTFFromBadFile(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"empty": "", "cut": "\x9f\xeb\x01\x00\x18", "text": strings.Repeat("no BTF ", 100)} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := BTFFrom(path); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if _, err := BTFFrom(filepath.Join(dir, "missing")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("missing file: %v", err)
	}
}

// BenchmarkBTF is what start-up pays: reading the types once and asking for as
// many functions as there are system calls.
func BenchmarkBTF(b *testing.B) {
	if _, err := os.Stat(btfPath); err != nil {
		b.Skip("this kernel has no BTF")
	}
	for b.Loop() {
		types, err := BTF()
		if err != nil {
			b.Fatal(err)
		}
		for i := range 400 {
			types.HasFunc(fmt.Sprintf("__x64_sys_%d", i))
			types.HasFunc("__x64_sys_openat")
		}
	}
}

func TestOffset(t *testing.T) {
	types, err := BTFFrom(writeBTF(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		path string
		at   uint64
		ok   bool
	}{
		{"module state", 0, true}, {"module mkobj entry", 12, true}, {"module or", 16, true}, {"module or entry", 20, true},
		{"module nosuch", 0, false}, {"module state x", 0, false}, {"nosuch state", 0, false}, {"bpf_func_id x", 0, false},
	} {
		words := strings.Fields(c.path)
		if at, ok := types.Offset(words[0], words[1:]...); at != c.at || ok != c.ok {
			t.Errorf("%s is at %d, %t, want %d, %t", c.path, at, ok, c.at, c.ok)
		}
	}
	if n, size, ok := types.Elements("module", "mem"); n != 2 || size != 8 || !ok {
		t.Errorf("mem has %d elements of %d bytes, %t", n, size, ok)
	}
	for _, member := range []string{"state", "nosuch"} {
		if _, _, ok := types.Elements("module", member); ok {
			t.Errorf("%s is an array", member)
		}
	}
	if _, _, ok := types.Elements("nosuch", "mem"); ok {
		t.Error("a struct that is not there has an array")
	}
}
