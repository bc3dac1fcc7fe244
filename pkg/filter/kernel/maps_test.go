package kernel

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tracehound/tracehound/pkg/filter"
	"github.com/tracehound/tracehound/test/cheader"
)

func header(t *testing.T) *cheader.Header {
	t.Helper()
	h, err := cheader.Read("../../../bpf/lib/kernel.h", "../../../bpf/lib/maps.h")
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestFieldsMirrorTheHeader(t *testing.T) {
	fields, err := header(t).Enum("filter_field")
	if err != nil {
		t.Fatal(err)
	}
	want := []cheader.Enumerator{
		{Name: "FIELD_PID", Value: int64(FieldPID)}, {Name: "FIELD_TID", Value: int64(FieldTID)}, {Name: "FIELD_UID", Value: int64(FieldUID)},
		{Name: "FIELD_MNTNS", Value: int64(FieldMntNS)}, {Name: "FIELD_PIDNS", Value: int64(FieldPIDNS)}, {Name: "FIELD_RETVAL", Value: int64(FieldRetval)},
		{Name: "FIELD_COMM", Value: int64(FieldComm)}, {Name: "FIELD_UTS", Value: int64(FieldUTS)}, {Name: "FIELD_BINARY", Value: int64(FieldBinary)},
		{Name: "FIELD_BINARY_HOST", Value: int64(FieldBinaryHost)}, {Name: "FIELD_ARGUMENT", Value: int64(FieldArgument)},
	}
	if diff := cmp.Diff(want, fields); diff != "" {
		t.Errorf("fields (-Go +C):\n%s", diff)
	}
	for name, want := range map[string]int64{
		"MAX_FOLLOW": filter.MaxFollow, "TEXT_MAX": filter.KernelText, "SUFFIX_MAX": filter.KernelSuffix, "ID_LEN": idSize,
		"MAX_ARGUMENT_RULES": filter.KernelArguments, "ARGUMENT_INDEX_MAX": filter.KernelIndex,
		"TASK_COMM_LEN": filter.MaxComm + 1,
	} {
		if got, err := header(t).Number(name); err != nil || got != want {
			t.Errorf("%s is %d, %v, want %d", name, got, err, want)
		}
	}
}

// What goes into the maps has the size and the places of the programs' structs.
func TestMapsMirrorTheHeader(t *testing.T) {
	c := Compile(parse(t, "any.path=/x,*y retval=-2 comm=sh uts=h* container=ab", "event=other"))
	structs := map[string][2]string{
		"number_filter": {"number_key", ""}, "comm_filter": {"comm_key", "verdict"}, "text_filter": {"text_key", "verdict"},
		"container_filter": {"container_key", "verdict"}, "event_rules": {},
	}
	for _, m := range c.Maps() {
		if len(m.Entries) == 0 {
			t.Errorf("map %s is empty", m.Name)
		}
		for i, name := range structs[m.Name] {
			if name == "" {
				continue
			}
			_, size, err := header(t).Layout(name)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range m.Entries {
				if b := [][]byte{e.Key, e.Value}[i]; len(b) != size {
					t.Errorf("%s: %d bytes, struct %s has %d", m.Name, len(b), name, size)
				}
			}
		}
	}
}

func TestRulesMirrorTheHeader(t *testing.T) {
	_, size, err := header(t).Layout("argument_rule")
	if err != nil || size != argumentsSize {
		t.Errorf("struct argument_rule has %d bytes, %v, argumentsSize is %d", size, err, argumentsSize)
	}
	r := Rule{Policies: 1, Retval: 2, Arguments: []ArgumentRule{{Index: 3, Policies: 4, Missing: 5, Reversed: true}}}
	got := r.value()
	want := "\x01\x00\x00\x00\x00\x00\x00\x00\x02\x00\x00\x00\x00\x00\x00\x00" +
		"\x04\x00\x00\x00\x00\x00\x00\x00\x05\x00\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x01"
	if len(got) != 16+4*24 || strings.TrimRight(string(got), "\x00") != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestKeys(t *testing.T) {
	n := Number{Event: 257, Field: FieldRetval, Bits: 64, Value: ordered(-2)}
	if got, want := string(n.key()), "\x60\x00\x00\x00\x01\x01\x06\x00\x7f\xff\xff\xff\xff\xff\xff\xfe"; got != want {
		t.Errorf("number: %q, want %q", got, want)
	}
	x := Text{Event: 257, Field: FieldArgument + 1, Text: "ab\x00"}
	if got, want := string(x.key()), "\x38\x00\x00\x00\x01\x01\x41\x00ab"; strings.TrimRight(got, "\x00") != want {
		t.Errorf("text: %q, want %q", got, want)
	}
	x.Reversed, x.Text = true, "ba"
	if got, want := string(x.key()), "\x30\x00\x00\x00\x01\x01\x41\x01ba"; strings.TrimRight(got, "\x00") != want {
		t.Errorf("reversed: %q, want %q", got, want)
	}
	id := Text{Text: strings.Repeat("a", 64)}
	if got := id.bare(idSize); len(got) != 68 || got[0] != 0 || got[1] != 2 {
		t.Errorf("id: %q", got)
	}
}
