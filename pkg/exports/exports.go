// Package exports reads which symbols a shared object offers to programs. Files
// are untrusted: what is read of them is bounded, and it is what the dynamic
// loader reads, found by the program headers. Section headers, which the loader
// ignores and an attacker can leave out, are not looked at.
package exports

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// Limits: far above what real libraries have.
const (
	maxSegments = 1024
	maxDynamic  = 64 << 10 // bytes
	maxSymbols  = 1 << 20
	maxStrings  = 64 << 20 // bytes
	maxName     = 4096
	chunk       = 64 << 10
)

var (
	// ErrNoELF says that a file is no ELF file, or one of another sort of machine
	// altogether.
	ErrNoELF = errors.New("not an ELF file")
	// ErrTooLarge says that a table is larger than any library's is.
	ErrTooLarge = errors.New("a table of it is too large")
)

// Tags of the dynamic section.
const (
	tagEnd         = 0
	tagHash        = 4
	tagStrings     = 5
	tagSymbols     = 6
	tagStringsSize = 10
	tagGNUHash     = 0x6ffffef5
)

type object struct {
	file    io.ReaderAt
	order   binary.ByteOrder
	wide    bool // 64 bits
	loads   []segment
	dynamic segment
	tags    map[uint64]uint64
}

// segment is a part of the file that is mapped at an address.
type segment struct{ address, offset, size uint64 }

// Read calls found with the name of each symbol that the shared object exports.
// A file without any, such as data that is mapped, calls it never; one that is no
// ELF file is ErrNoELF.
func Read(file io.ReaderAt, found func(name []byte)) error {
	o := object{file: file, tags: map[uint64]uint64{}}
	if err := o.segments(); err != nil {
		return err
	}
	if err := o.readDynamic(); err != nil {
		return err
	}
	return o.symbols(found)
}

// segments reads the header and the program headers.
func (o *object) segments() error {
	var head [64]byte
	if err := o.at(head[:52], 0); err != nil {
		return fmt.Errorf("%w: %w", ErrNoELF, err)
	}
	if string(head[:4]) != "\x7fELF" {
		return ErrNoELF
	}
	switch head[5] {
	case 1:
		o.order = binary.LittleEndian
	case 2:
		o.order = binary.BigEndian
	default:
		return ErrNoELF
	}
	var place uint64
	var size, count uint16
	switch head[4] {
	case 1:
		place, size, count = uint64(o.order.Uint32(head[28:])), o.order.Uint16(head[42:]), o.order.Uint16(head[44:])
	case 2:
		o.wide = true
		if err := o.at(head[:], 0); err != nil {
			return fmt.Errorf("read header: %w", err)
		}
		place, size, count = o.order.Uint64(head[32:]), o.order.Uint16(head[54:]), o.order.Uint16(head[56:])
	default:
		return ErrNoELF
	}
	if size != map[bool]uint16{false: 32, true: 56}[o.wide] || count > maxSegments {
		return fmt.Errorf("%w: %d program headers of %d bytes", ErrNoELF, count, size)
	}
	table := make([]byte, int(size)*int(count))
	if err := o.at(table, place); err != nil {
		return fmt.Errorf("read program headers: %w", err)
	}
	for ; len(table) > 0; table = table[size:] {
		o.addSegment(table[:size])
	}
	return nil
}

func (o *object) addSegment(row []byte) {
	var s segment
	if o.wide {
		s = segment{o.order.Uint64(row[16:]), o.order.Uint64(row[8:]), o.order.Uint64(row[32:])}
	} else {
		s = segment{uint64(o.order.Uint32(row[8:])), uint64(o.order.Uint32(row[4:])), uint64(o.order.Uint32(row[16:]))}
	}
	switch o.order.Uint32(row) {
	case 1: // PT_LOAD
		o.loads = append(o.loads, s)
	case 2: // PT_DYNAMIC
		o.dynamic = s
	}
}

func (o *object) readDynamic() error {
	if o.dynamic.size == 0 {
		return nil // a static program, or no code at all
	}
	if o.dynamic.size > maxDynamic {
		return fmt.Errorf("read dynamic section: %w", ErrTooLarge)
	}
	table := make([]byte, o.dynamic.size)
	if err := o.mapped(table, o.dynamic.address); err != nil {
		return fmt.Errorf("read dynamic section: %w", err)
	}
	width := o.width()
	for ; len(table) >= 2*width; table = table[2*width:] {
		tag := o.word(table)
		if tag == tagEnd {
			break
		}
		o.tags[tag] = o.word(table[width:])
	}
	return nil
}

func (o *object) symbols(found func(name []byte)) error {
	start, ok := o.tags[tagSymbols]
	if !ok {
		return nil
	}
	count, err := o.count()
	if err != nil || count == 0 {
		return err
	}
	names, err := o.strings()
	if err != nil {
		return err
	}
	size := uint64(16)
	if o.wide {
		size = 24
	}
	buf := make([]byte, chunk/size*size)
	for left := count * size; left > 0; {
		part := buf[:min(uint64(len(buf)), left)]
		if err := o.mapped(part, start); err != nil {
			return fmt.Errorf("read symbols: %w", err)
		}
		start, left = start+uint64(len(part)), left-uint64(len(part))
		for ; len(part) > 0; part = part[size:] {
			if name := uint64(o.order.Uint32(part)); o.exported(part) && name < uint64(len(names)) {
				text, _, _ := bytes.Cut(names[name:min(name+maxName, uint64(len(names)))], []byte{0})
				found(text)
			}
		}
	}
	return nil
}

// exported: it is defined here, and others can see it.
func (o *object) exported(symbol []byte) bool {
	info, other, section := symbol[12], symbol[13], o.order.Uint16(symbol[14:])
	if o.wide {
		info, other, section = symbol[4], symbol[5], o.order.Uint16(symbol[6:])
	}
	bind, visibility := info>>4, other&3
	return section != 0 && (bind == 1 || bind == 2 || bind == 10) && (visibility == 0 || visibility == 3)
}

func (o *object) strings() ([]byte, error) {
	size := o.tags[tagStringsSize]
	if size > maxStrings {
		return nil, fmt.Errorf("read names: %w", ErrTooLarge)
	}
	// Of a size that the file does not have, only the file's is allocated.
	names, err := io.ReadAll(io.NewSectionReader(o.file, o.offset(o.tags[tagStrings]), int64(size)))
	if err != nil {
		return nil, fmt.Errorf("read names: %w", err)
	}
	return names, nil
}

// width of an address.
func (o *object) width() int {
	if o.wide {
		return 8
	}
	return 4
}

func (o *object) word(b []byte) uint64 {
	if o.wide {
		return o.order.Uint64(b)
	}
	return uint64(o.order.Uint32(b))
}

// offset is where in the file an address is; behind its end for one that is not
// mapped from it.
func (o *object) offset(address uint64) int64 {
	for _, s := range o.loads {
		if address >= s.address && address-s.address < s.size {
			return int64((s.offset + address - s.address) &^ (1 << 63))
		}
	}
	return 1<<63 - 1
}

func (o *object) mapped(to []byte, address uint64) error {
	return o.at(to, uint64(o.offset(address)))
}

func (o *object) at(to []byte, offset uint64) error {
	if offset > 1<<62 {
		return io.ErrUnexpectedEOF
	}
	if n, err := o.file.ReadAt(to, int64(offset)); n < len(to) {
		return errors.Join(io.ErrUnexpectedEOF, err)
	}
	return nil
}
