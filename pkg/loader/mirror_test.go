package loader

import (
	"encoding/binary"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tracehound/tracehound/pkg/catalog"
	"github.com/tracehound/tracehound/pkg/filter"
	"github.com/tracehound/tracehound/pkg/schema"
	"github.com/tracehound/tracehound/test/cheader"
)

func headers(t *testing.T) *cheader.Header {
	t.Helper()
	h, err := cheader.Read("../../bpf/lib/kernel.h", "../../bpf/lib/maps.h")
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// members lays out a Go struct as cheader does a C one, names without case
// and underscores.
func members(typ reflect.Type, prefix string, at int) []cheader.Member {
	var list []cheader.Member
	for f := range typ.Fields() {
		name, offset := prefix+plain(f.Name), at+int(f.Offset)
		switch f.Type.Kind() {
		case reflect.Struct:
			list = append(list, members(f.Type, name+".", offset)...)
		case reflect.Array:
			list = append(list, cheader.Member{Name: name, Offset: offset, Size: int(f.Type.Elem().Size()), Count: f.Type.Len()})
		default:
			list = append(list, cheader.Member{Name: name, Offset: offset, Size: int(f.Type.Size()), Count: 1})
		}
	}
	return list
}

func plain(name string) string { return strings.ToLower(strings.ReplaceAll(name, "_", "")) }

func mirrors(t *testing.T, c string, typ reflect.Type) {
	t.Helper()
	want, size, err := headers(t).Layout(c)
	if err != nil {
		t.Fatal(err)
	}
	for i := range want {
		want[i].Name = plain(want[i].Name)
	}
	if diff := cmp.Diff(want, members(typ, "", 0)); diff != "" {
		t.Errorf("struct %s (-C +Go):\n%s", c, diff)
	}
	if int(typ.Size()) != size {
		t.Errorf("struct %s has %d bytes, %s %d", c, size, typ, typ.Size())
	}
}

func TestConfigMirrorsTheHeader(t *testing.T) {
	mirrors(t, "config", reflect.TypeFor[Config]())
	// It is written without the padding that a compiler adds: there may be none
	// but behind the last member.
	all := members(reflect.TypeFor[Config](), "", 0)
	last := all[len(all)-1]
	if written := binary.Size(Config{}); written != last.Offset+last.Size {
		t.Errorf("%d bytes are written, the last member ends at %d", written, last.Offset+last.Size)
	}
}

func TestContainerMirrorsTheHeader(t *testing.T) {
	// There the two words are a struct of their own.
	got := members(reflect.TypeFor[Container](), "", 0)
	want, size, err := headers(t).Layout("container")
	if err != nil {
		t.Fatal(err)
	}
	for i := range want {
		if want[i].Offset != got[i].Offset || want[i].Size != got[i].Size {
			t.Errorf("%+v in C, %+v in Go", want[i], got[i])
		}
	}
	if len(want) != len(got) || size != int(reflect.TypeFor[Container]().Size()) {
		t.Errorf("struct container has %d members, %d bytes", len(want), size)
	}
}

func TestSyscallParamsMirrorTheHeader(t *testing.T) {
	mirrors(t, "syscall_params", reflect.TypeFor[syscallParams]())
}

func TestI386CallMirrorsTheHeader(t *testing.T) {
	mirrors(t, "i386_call", reflect.TypeFor[i386Call]())
	h, err := cheader.Read("../../bpf/lib/params.h", "../../bpf/lib/i386.h")
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]int64{
		"ENCODING_STRINGS32": encStrings32, "I386_PAIR": int64(schema.I386Pair), "I386_BLOCK": int64(schema.I386Block),
	} {
		if got, err := h.Number(name); err != nil || got != want {
			t.Errorf("%s is %d, %v, want %d", name, got, err, want)
		}
	}
}

func TestSyscallFlagsMirrorTheHeader(t *testing.T) {
	got, err := headers(t).Enum("syscall_flags")
	if err != nil {
		t.Fatal(err)
	}
	want := []cheader.Enumerator{
		{Name: "SYSCALL_ENTER_ONLY", Value: syscallEnterOnly},
		{Name: "SYSCALL_EXEC", Value: syscallExec},
		{Name: "SYSCALL_RAW", Value: syscallRaw},
		{Name: "SYSCALL_SELECTED", Value: syscallSelected},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("flags (-Go +C):\n%s", diff)
	}
}

func TestBuffersMirrorTheHeader(t *testing.T) {
	names, err := headers(t).Enum("loss")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for i, n := range names {
		if n.Value != int64(i) {
			t.Errorf("%s is %d, want %d", n.Name, n.Value, i)
		}
		got = append(got, strings.ToLower(strings.TrimPrefix(n.Name, "LOSS_")))
	}
	if diff := cmp.Diff(slices.Concat(buffers, []string{"max"}), got); diff != "" {
		t.Errorf("places of loss (-Go +C):\n%s", diff)
	}
	doc := catalog.ByName("lost_events").Field("buffer").Doc
	for _, b := range append(slices.Clone(buffers), Busy) {
		if !strings.Contains(doc, b) {
			t.Errorf("the catalogue does not tell of buffer %s: %q", b, doc)
		}
	}
	layout, size, err := headers(t).Layout("losses")
	if err != nil {
		t.Fatal(err)
	}
	want := []cheader.Member{{Name: "count", Offset: 0, Size: 8, Count: 1}, {Name: "last", Offset: 8, Size: 8, Count: 1}}
	if diff := cmp.Diff(want, layout); diff != "" || size != lossSize {
		t.Errorf("struct losses has %d bytes, lossSize is %d (-Go +C):\n%s", size, lossSize, diff)
	}
}

func TestNumbersMirrorTheHeader(t *testing.T) {
	h := headers(t)
	for name, want := range map[string]int64{
		"MAX_EVENTS": maxEvents, "ENCODING_WITH_PATH": withPath, "SCRATCH_SLOTS": scratchSlots, "MAX_PARAMS": int64(len(syscallParams{}.encoding)),
		"TASK_COMM_LEN": filter.MaxComm + 1,
	} {
		if got, err := h.Number(name); err != nil || got != want {
			t.Errorf("%s is %d, %v, want %d", name, got, err, want)
		}
	}
	calls, err := h.MapEntries("syscall_params")
	if err != nil {
		t.Fatal(err)
	}
	for _, arch := range []string{"amd64", "arm64"} {
		for _, e := range catalog.Syscalls(arch) {
			if int64(e.ID) >= calls {
				t.Errorf("%s: call %s has number %d, the map %d entries", arch, e.Name, e.ID, calls)
			}
		}
	}
}
