package decode

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"

	"github.com/tracehound/tracehound/pkg/catalog"
	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/schema"
)

// Decoder holds what records leave out because it is the same in all of them.
type Decoder struct {
	// BootTime is added to times since boot to make them wall-clock times; ns.
	BootTime int64
	// Boot names this boot of the machine in exec ids.
	Boot string
}

// Record says of a decoded record what its event does not.
type Record struct {
	// ContextOnly marks a record for the tracer's own books: the event was not
	// selected.
	ContextOnly bool
	// Policies are those that want the event as far as the kernel side can tell,
	// a bit each.
	Policies uint64
	// Fault says that an argument could not be read in the kernel, and so is not
	// there or not whole.
	Fault bool
}

// ErrUnknownEvent is returned for a record of an id that the catalogue lacks.
var ErrUnknownEvent = errors.New("unknown event id")

// errShort is returned for a record that ends inside a value.
var errShort = errors.New("record ends inside a value")

// Decode reads one record into e, overwriting it.
func (d *Decoder) Decode(record []byte, e *event.Event) (Record, error) {
	c, err := readContext(record)
	if err != nil {
		return Record{}, err
	}
	def := catalog.ByID(c.event)
	if def == nil {
		return Record{}, fmt.Errorf("decode event %d: %w", c.event, ErrUnknownEvent)
	}
	d.fill(e, &c)
	e.EventName = def.Name
	if c.flags&recordI386 != 0 {
		e.ABI = i386
	}
	rest := record[contextSize:]
	if len(rest) < int(c.exeLen) {
		return Record{}, fmt.Errorf("decode event %s: executable: %w", def.Name, errShort)
	}
	e.Executable = string(rest[:c.exeLen])
	if c.flags&exeCut != 0 {
		e.Executable = CutMark + e.Executable
	}
	if err := arguments(rest[c.exeLen:], def, int(c.args), e); err != nil {
		return Record{}, fmt.Errorf("decode event %s: %w", def.Name, err)
	}
	if n := len(e.Args); n > 0 && c.flags&recordFull != 0 {
		e.Args[n-1].Truncated = true
	}
	return Record{ContextOnly: c.flags&contextOnly != 0, Policies: c.policies, Fault: c.flags&recordFault != 0}, nil
}

// CutMark stands before the end of a path that was too long.
const CutMark = "…"

// ExecID makes the stable key of one executed program. "" for an unknown
// process.
func (d *Decoder) ExecID(pid uint32, start, execs uint64) string {
	if pid == 0 {
		return ""
	}
	b := make([]byte, 0, len(d.Boot)+48)
	b = append(b, d.Boot...)
	b = strconv.AppendUint(append(b, '-'), uint64(pid), 10)
	b = strconv.AppendUint(append(b, '-'), start, 10)
	b = strconv.AppendUint(append(b, '-'), execs, 10)
	return string(b)
}

// What stands in place of an argument's index, as in bpf/lib/stack.h and fd.h.
const (
	indexStack = 0xff // the user stack: u8 count, addresses
	indexPath  = 0x80 // with the index of the argument before: what it is open on
)

// arguments reads n values, each behind the index of its field, into the event
// in the order of the definition.
func arguments(b []byte, def *schema.Event, n int, e *event.Event) error {
	e.Args = make([]event.Argument, 0, min(n, len(def.Fields)))
	last := -1
	for range n {
		if len(b) == 0 {
			return errShort
		}
		index := int(b[0])
		b = b[1:]
		var used int
		var err error
		switch {
		case index == indexStack:
			used, err = stack(b, e)
		case index&indexPath != 0:
			if index&^indexPath != last || len(e.Args) == 0 {
				return fmt.Errorf("path of argument %d after argument %d", index&^indexPath, last)
			}
			used, err = path(b, &e.Args[len(e.Args)-1])
		case index >= len(def.Fields) || index <= last:
			return fmt.Errorf("argument index %d after %d, definition has %d fields", index, last, len(def.Fields))
		default:
			last = index
			f := &def.Fields[index]
			arg := event.Argument{Name: f.Name, Type: f.WireType()}
			info := f.Kind.Info()
			if used, err = value(b, info.InRecord(), &arg); err != nil {
				return fmt.Errorf("argument %s: %w", f.Name, err)
			}
			switch v := arg.Value.(type) {
			case []byte:
				if info.Text != nil {
					arg.Value = info.Text(v)
				}
			case int32:
				if f.Kind == schema.SyscallNumber && e.ABI == i386 {
					arg.Value = callOf386(v)
				}
			}
			e.Args = append(e.Args, arg)
		}
		if err != nil {
			return err
		}
		b = b[used:]
	}
	if len(b) != 0 {
		return fmt.Errorf("%d bytes after the last argument", len(b))
	}
	return nil
}

// callOf386 is the number that a call of a 32-bit program has here, which gives it
// its name; -1 for one that the catalogue lacks.
func callOf386(number int32) int32 {
	if e := catalog.ByI386(schema.ID(number)); e != nil {
		return int32(e.ID)
	}
	return -1
}

// path reads what a descriptor is open on.
func path(b []byte, a *event.Argument) (int, error) {
	var text event.Argument
	used, err := value(b, schema.EncString, &text)
	if err != nil {
		return 0, fmt.Errorf("path of argument %s: %w", a.Name, err)
	}
	a.Path, _ = text.Value.(string)
	if text.Truncated {
		a.Path = CutMark + a.Path
	}
	return used, nil
}

// stack reads the addresses of the user stack.
func stack(b []byte, e *event.Event) (int, error) {
	if len(b) == 0 || len(b) < 1+8*int(b[0]) {
		return 0, fmt.Errorf("stack: %w", errShort)
	}
	count := int(b[0])
	e.StackAddresses = make([]uint64, count)
	for i := range e.StackAddresses {
		e.StackAddresses[i] = binary.NativeEndian.Uint64(b[1+8*i:])
	}
	return 1 + 8*count, nil
}

// value reads one value and reports how many bytes it took.
func value(b []byte, enc schema.Encoding, arg *event.Argument) (int, error) {
	if size := fixedSize(enc); size > 0 {
		if len(b) < size {
			return 0, errShort
		}
		arg.Value = fixed(b, enc)
		return size, nil
	}
	if len(b) < 2 {
		return 0, errShort
	}
	head := binary.NativeEndian.Uint16(b)
	size := int(head &^ cut)
	if len(b) < 2+size {
		return 0, errShort
	}
	arg.Truncated = head&cut != 0
	arg.Value = variable(b[2:2+size], enc)
	return 2 + size, nil
}

// cut is the top bit of a length: the value was longer.
const cut = 0x8000

func fixedSize(enc schema.Encoding) int {
	switch enc {
	case schema.EncBool:
		return 1
	case schema.EncU16:
		return 2
	case schema.EncI32, schema.EncU32:
		return 4
	case schema.EncI64, schema.EncU64, schema.EncI32Pair:
		return 8
	case schema.EncCred:
		return credSize
	}
	return 0
}

func fixed(b []byte, enc schema.Encoding) any {
	order := binary.NativeEndian
	switch enc {
	case schema.EncBool:
		return b[0] != 0
	case schema.EncU16:
		return order.Uint16(b)
	case schema.EncI32:
		return int32(order.Uint32(b))
	case schema.EncU32:
		return order.Uint32(b)
	case schema.EncI64:
		return int64(order.Uint64(b))
	case schema.EncI32Pair:
		return []int32{int32(order.Uint32(b)), int32(order.Uint32(b[4:]))}
	case schema.EncCred:
		return cred(b)
	}
	return order.Uint64(b)
}

func variable(b []byte, enc schema.Encoding) any {
	switch enc {
	case schema.EncString:
		return string(b)
	case schema.EncStrings:
		return texts(b)
	case schema.EncSockaddr:
		return sockaddr(b)
	case schema.EncHooks:
		return hooks(b)
	}
	return append([]byte(nil), b...)
}

// texts splits a block of texts, each with its NUL. A cut block lacks the last.
func texts(b []byte) []string {
	list := []string{}
	start := 0
	for i, c := range b {
		if c == 0 {
			list = append(list, string(b[start:i]))
			start = i + 1
		}
	}
	if start < len(b) {
		list = append(list, string(b[start:]))
	}
	return list
}

// hooks reads addresses of functions, which stand in place of the names that are
// for others to find. Bytes behind the last whole address are dropped.
func hooks(b []byte) []event.HookedSymbol {
	list := make([]event.HookedSymbol, 0, len(b)/8)
	for ; len(b) >= 8; b = b[8:] {
		list = append(list, event.HookedSymbol{SymbolName: event.AddressName(binary.NativeEndian.Uint64(b))})
	}
	return list
}
