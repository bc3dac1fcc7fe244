package decode

import (
	"encoding/binary"
	"strings"
	"testing"

	"github.com/tracehound/tracehound/pkg/catalog"
	"github.com/tracehound/tracehound/pkg/schema"
)

// record builds what the BPF programs write: context, executable, arguments.
type record struct {
	ctx  [contextSize]byte
	exe  string
	tail []byte
	args uint16
}

func newRecord(tb testing.TB, event string) *record {
	tb.Helper()
	def := catalog.ByName(event)
	if def == nil {
		tb.Fatalf("no event %s", event)
	}
	return recordOf(def.ID)
}

func recordOf(id schema.ID) *record {
	r := &record{}
	r.word(64, uint32(id))
	return r
}

func (r *record) word(offset int, v uint32) *record {
	binary.NativeEndian.PutUint32(r.ctx[offset:], v)
	return r
}

func (r *record) long(offset int, v uint64) *record {
	binary.NativeEndian.PutUint64(r.ctx[offset:], v)
	return r
}

func (r *record) flags(f uint32) *record { return r.word(112, f) }

// raw appends an argument: the index of its field and the bytes of its value.
func (r *record) raw(index byte, value ...byte) *record {
	r.tail = append(append(r.tail, index), value...)
	r.args++
	return r
}

func (r *record) u16(index byte, v uint16) *record {
	return r.raw(index, binary.NativeEndian.AppendUint16(nil, v)...)
}

func (r *record) u32(index byte, v uint32) *record {
	return r.raw(index, binary.NativeEndian.AppendUint32(nil, v)...)
}

func (r *record) u64(index byte, v uint64) *record {
	return r.raw(index, binary.NativeEndian.AppendUint64(nil, v)...)
}

// sized appends an argument with its length before it, head's top bit set when
// it was cut.
func (r *record) sized(index byte, isCut bool, value string) *record {
	head := uint16(len(value))
	if isCut {
		head |= cut
	}
	return r.raw(index, append(binary.NativeEndian.AppendUint16(nil, head), value...)...)
}

func (r *record) text(index byte, value string) *record { return r.sized(index, false, value) }

func (r *record) texts(index byte, values ...string) *record {
	return r.text(index, strings.Join(values, "\x00")+"\x00")
}

// extra appends bytes that belong to no argument.
func (r *record) extra(b ...byte) *record {
	r.tail = append(r.tail, b...)
	return r
}

// bytes is the record, with counts in its context that are right.
func (r *record) bytes() []byte {
	binary.NativeEndian.PutUint16(r.ctx[116:], r.args)
	binary.NativeEndian.PutUint16(r.ctx[118:], uint16(len(r.exe)))
	return append(append(r.ctx[:len(r.ctx):len(r.ctx)], r.exe...), r.tail...)
}

// execRecord is a record such as the program sched_process_exec makes.
func execRecord(tb testing.TB) *record {
	r := newRecord(tb, "sched_process_exec")
	r.exe = "/usr/bin/ls"
	for offset, v := range map[int]uint64{
		0: 5_000_000_007, 8: 4_000_000_001, 16: 77, 24: 4_000_000_000, 32: 2, 40: 1_000_000_000, 48: 1,
	} {
		r.long(offset, v)
	}
	for offset, v := range map[int]uint32{
		68: 3, 72: 1235, 76: 1234, 80: 1000, 84: 12, 88: 11, 92: 1, 96: 999, 100: 65534, 104: 4026531840, 108: 4026531836,
	} {
		r.word(offset, v)
	}
	copy(r.ctx[120:], "ls\x00leftover")
	copy(r.ctx[136:], "host-1\x00")
	return r.text(0, "./ls").text(1, "/usr/bin/ls").texts(2, "ls", "", "-l").
		u32(4, 0x800001).u64(5, 1<<40).u32(6, 0).u64(7, 1659680400000000001).
		u16(8, 0o020000).u16(9, 0o100755).text(10, "/usr/bin/ls")
}
