package event

import (
	"encoding/json"
	"fmt"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tracehound/tracehound/pkg/schema"
)

func TestNormalize(t *testing.T) {
	tests := []struct {
		name  string
		field schema.Field
		in    Argument
		want  Argument
	}{
		{"names", schema.Field{Kind: schema.OpenFlags}, Argument{Type: "string", Value: "O_WRONLY|O_CREAT"}, Argument{Type: "int", Value: int32(0o101)}},
		{"open flags 0 as Tracee writes them", schema.Field{Kind: schema.OpenFlags}, Argument{Type: "string", Value: ""}, Argument{Type: "int", Value: int32(0)}},
		{"name of 64 bits", schema.Field{Kind: schema.PtraceRequest}, Argument{Type: "string", Value: "PTRACE_TRACEME"}, Argument{Type: "long", Value: int64(0)}},
		{"unknown name stays", schema.Field{Kind: schema.PtraceRequest}, Argument{Type: "string", Value: "PTRACE_NEW"}, Argument{Type: "string", Value: "PTRACE_NEW"}},
		{"pointer", schema.Field{Kind: schema.Pointer, Type: "struct x*"}, Argument{Type: "string", Value: "0xffffffffffffffff"}, Argument{Type: "struct x*", Value: uint64(math.MaxUint64)}},
		{"own type", schema.Field{Kind: schema.OpenFlags}, Argument{Type: "int", Value: int32(-1)}, Argument{Type: "int", Value: int32(-1)}},
		{"own type under another C type", schema.Field{Kind: schema.PID}, Argument{Type: "int", Value: int32(1)}, Argument{Type: "int", Value: int32(1)}},
		{"signed to unsigned", schema.Field{Kind: schema.UID}, Argument{Type: "int", Value: int32(-1)}, Argument{Type: "uid_t", Value: uint32(math.MaxUint32)}},
		{"unsigned to signed", schema.Field{Kind: schema.Off}, Argument{Type: "size_t", Value: uint64(math.MaxUint64)}, Argument{Type: "off_t", Value: int64(-1)}},
		{"unsigned int to int", schema.Field{Kind: schema.Int}, Argument{Type: "unsigned int", Value: uint32(math.MaxUint32)}, Argument{Type: "int", Value: int32(-1)}},
		{"too wide stays", schema.Field{Kind: schema.Int}, Argument{Type: "long", Value: int64(1 << 40)}, Argument{Type: "long", Value: int64(1 << 40)}},
		{"too wide for 16 bits stays", schema.Field{Kind: schema.Mode}, Argument{Type: "int", Value: int32(70000)}, Argument{Type: "int", Value: int32(70000)}},
		{"mode", schema.Field{Kind: schema.Mode, Type: "mode_t"}, Argument{Type: "mode_t", Value: uint32(0o644)}, Argument{Type: "mode_t", Value: uint16(0o644)}},
		{"json number", schema.Field{Kind: schema.Inode}, Argument{Type: "ino_t", Value: json.Number("18446744073709551615")}, Argument{Type: "unsigned long", Value: uint64(math.MaxUint64)}},
		{"fraction stays", schema.Field{Kind: schema.Inode}, Argument{Type: "x", Value: json.Number("1.5")}, Argument{Type: "x", Value: json.Number("1.5")}},
		{"number as bool", schema.Field{Kind: schema.Bool}, Argument{Type: "int", Value: int32(1)}, Argument{Type: "bool", Value: true}},
		{"number that is no bool stays", schema.Field{Kind: schema.Bool}, Argument{Type: "int", Value: int32(2)}, Argument{Type: "int", Value: int32(2)}},
		{"text keeps its type", schema.Field{Kind: schema.Path}, Argument{Type: "char*", Value: "/x"}, Argument{Type: "char*", Value: "/x"}},
		{"number where text belongs stays", schema.Field{Kind: schema.Path}, Argument{Type: "int", Value: int32(7)}, Argument{Type: "int", Value: int32(7)}},
		{"list", schema.Field{Kind: schema.Strings, Type: "const char**"}, Argument{Type: "[]string", Value: []any{"a", "b"}}, Argument{Type: "const char**", Value: []string{"a", "b"}}},
		{"mixed list stays", schema.Field{Kind: schema.Strings}, Argument{Type: "x", Value: []any{"a", true}}, Argument{Type: "x", Value: []any{"a", true}}},
		{"pair", schema.Field{Kind: schema.FDPair}, Argument{Type: "x", Value: []any{json.Number("3"), json.Number("-4")}}, Argument{Type: "int[2]", Value: []int32{3, -4}}},
		{"pair too wide stays", schema.Field{Kind: schema.FDPair}, Argument{Type: "x", Value: []any{json.Number("3000000000")}}, Argument{Type: "x", Value: []any{json.Number("3000000000")}}},
		{"bytes", schema.Field{Kind: schema.Bytes}, Argument{Type: "x", Value: "f0U="}, Argument{Type: "bytes", Value: []byte{0x7f, 'E'}}},
		{"address", schema.Field{Kind: schema.Sockaddr}, Argument{Type: "x", Value: map[string]any{"sa_family": "AF_INET", "sin_port": "80"}}, Argument{Type: "struct sockaddr*", Value: Sockaddr{Family: "AF_INET", Port: 80}}},
		{"strange address stays", schema.Field{Kind: schema.Sockaddr}, Argument{Type: "x", Value: map[string]any{"sa_family": 2}}, Argument{Type: "x", Value: map[string]any{"sa_family": 2}}},
		{"null stays", schema.Field{Kind: schema.Int}, Argument{Type: "int"}, Argument{Type: "int"}},
	}
	for _, tt := range tests {
		tt.field.Name, tt.in.Name, tt.want.Name = "x", "x", "x"
		def := &schema.Event{Fields: []schema.Field{{Name: "first", Kind: schema.Int}, tt.field}}
		unknown := Argument{Name: "unknown", Type: "string", Value: "O_RDONLY"}
		e := &Event{Args: []Argument{unknown, tt.in}}
		for range 2 { // a second call changes nothing
			Normalize(e, def)
			if diff := cmp.Diff([]Argument{unknown, tt.want}, e.Args); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.name, diff)
			}
		}
	}
	e := sample()
	Normalize(e, nil)
	if diff := cmp.Diff(sample(), e); diff != "" {
		t.Errorf("without a definition (-want +got):\n%s", diff)
	}
}

// Every kind that has names reads its own back as the number it was.
func TestNormalizeNamesOfAllKinds(t *testing.T) {
	def, want := &schema.Event{}, &Event{}
	named := &Event{}
	for _, k := range schema.Kinds() {
		info := k.Info()
		if info.Format == nil {
			continue
		}
		for _, n := range []int64{0, 1, 2, 0x41, 0x7fff} {
			v, ok := narrow(n, info.Enc)
			if !ok {
				t.Fatalf("%d does not fit kind %s", n, k)
			}
			name := fmt.Sprint(info.Name, n)
			def.Fields = append(def.Fields, schema.Field{Name: name, Kind: k})
			want.Args = append(want.Args, Argument{Name: name, Type: info.Type, Value: v})
			named.Args = append(named.Args, Argument{Name: name, Type: "string", Value: info.Format(n)})
		}
	}
	Normalize(named, def)
	if diff := cmp.Diff(want, named); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
