package codec

import (
	"bufio"
	"errors"
	"fmt"
	"io"
)

// frames passes a gob stream on message by message and checks the length of
// each before gob sees it: gob's own limit, gigabytes, is too much memory.
type frames struct {
	in    *bufio.Reader
	left  int // bytes of the current message not yet passed on
	count int // messages begun
}

// Read never goes beyond the end of a message.
func (f *frames) Read(p []byte) (int, error) {
	if f.left == 0 {
		if err := f.begin(); err != nil {
			return 0, err
		}
	}
	n, err := f.in.Read(p[:min(len(p), f.left)])
	f.left -= n
	return n, err
}

// ReadByte keeps gob from putting a buffer of its own in front, which would
// read ahead.
func (f *frames) ReadByte() (byte, error) {
	var b [1]byte
	_, err := io.ReadFull(f, b[:])
	return b[0], err
}

// begin reads the length of the next message without consuming it: a byte
// below 128 is the length; else the byte is the negative number of bytes that
// hold it, highest first.
func (f *frames) begin() error {
	first, err := f.in.Peek(1)
	if err != nil {
		return err
	}
	f.count++
	size, prefix := uint64(first[0]), 1
	if first[0] >= 0x80 {
		bytes := -int(int8(first[0]))
		if bytes > 8 {
			return errors.New("corrupt message length")
		}
		head, err := f.in.Peek(1 + bytes)
		if errors.Is(err, io.EOF) {
			return io.ErrUnexpectedEOF
		}
		if err != nil {
			return err
		}
		size, prefix = 0, 1+bytes
		for _, b := range head[1:] {
			size = size<<8 | uint64(b)
		}
	}
	if size > MaxSize {
		return fmt.Errorf("message of %d bytes: more than %d MiB", size, MaxSize>>20)
	}
	f.left = prefix + int(size)
	return nil
}
