package codec

import (
	"bufio"
	"errors"
	"fmt"
	"io"
)

// bufferSize is that of a pipe in the kernel.
const bufferSize = 64 << 10

// utf8BOM is what some editors put before the text.
const utf8BOM = "\xef\xbb\xbf"

// Open finds out the format of a stream from its first byte that is not white
// space, for which it waits, and returns a Reader for it. A stream without one
// is not an error: its first Read returns io.EOF.
func Open(r io.Reader) (Reader, Format, error) {
	in := bufio.NewReaderSize(r, bufferSize)
	lines := 0
	for {
		first, err := in.Peek(1)
		switch {
		case errors.Is(err, io.EOF):
			return newJSONReader(in, lines), None, nil
		case err != nil:
			return nil, None, fmt.Errorf("read the first event: %w", err)
		}
		switch c := first[0]; {
		case c == '\n':
			lines++
			fallthrough
		case c == ' ', c == '\t', c == '\r':
			_, _ = in.Discard(1)
		case c == utf8BOM[0]:
			if bom, err := in.Peek(len(utf8BOM)); err != nil || string(bom) != utf8BOM {
				return newJSONReader(in, lines), JSON, nil //nolint:nilerr // the reader meets the error again
			}
			_, _ = in.Discard(len(utf8BOM))
		case isProto(c):
			return newProtoReader(in), Protobuf, nil
		case isGob(c):
			return newGobReader(in), Gob, nil
		default:
			return newJSONReader(in, lines), JSON, nil
		}
	}
}

// OpenJSON returns a Reader for a stream of JSON lines, whatever it begins with.
func OpenJSON(r io.Reader) Reader { return newJSONReader(bufio.NewReaderSize(r, bufferSize), 0) }

// isGob tells gob from text. A gob stream begins with the type of an event,
// whose length needs more than one byte; the first byte is then the negative
// number of length bytes. Bytes that no text has are gob's to refuse.
func isGob(c byte) bool { return c >= 0xf8 || c < ' ' }

// isProto tells the length of a protobuf stream's header, which no gob and no
// text begins with.
func isProto(c byte) bool { return c >= 0x10 && c < ' ' }
