package spool

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"time"
)

// Item is one finding on its way to one receiver.
type Item struct {
	// Seq counts the items of a queue, from 1; Put gives it.
	Seq uint64
	// ID is the finding's, the same whenever it is found again.
	ID string
	// Severity is from 0 to 4; -1 says that the signature has none.
	Severity int
	// Time is the finding's, Queued when it came here.
	Time, Queued time.Time
	// Payload is the finding in the form that the receiver takes.
	Payload []byte
}

// MaxPayload is the longest payload that a queue takes.
const MaxPayload = 16 << 20

// An item is kept as a frame that can be told from anything else and checked by
// itself, so that the sound ones can be taken out of a damaged file:
//
//	magic, CRC-32C of what follows, length of the body, body
//
// The body begins with what it is and a sequence number.
const (
	magic       = "\xf7THq1\x92"
	frameHeader = len(magic) + 4 + 4
	itemHeader  = 1 + 8 + 1 + 8 + 8 + 2
	maxBody     = itemHeader + maxID + MaxPayload
	maxID       = 1 << 10

	frameItem = 'I'
	frameSent = 'S' // all items up to this sequence number are done with
)

var (
	castagnoli = crc32.MakeTable(crc32.Castagnoli)
	errFrame   = errors.New("checksum does not fit")
)

// frameSize is how long the frame of an item is.
func frameSize(it *Item) int { return frameHeader + itemHeader + len(it.ID) + len(it.Payload) }

func appendItem(to []byte, it *Item) []byte {
	body := make([]byte, 0, itemHeader+len(it.ID)+len(it.Payload))
	body = append(body, frameItem)
	body = binary.BigEndian.AppendUint64(body, it.Seq)
	body = append(body, byte(int8(it.Severity)))
	body = binary.BigEndian.AppendUint64(body, uint64(it.Time.UnixNano()))
	body = binary.BigEndian.AppendUint64(body, uint64(it.Queued.UnixNano()))
	body = binary.BigEndian.AppendUint16(body, uint16(len(it.ID)))
	body = append(body, it.ID...)
	body = append(body, it.Payload...)
	return appendFrame(to, body)
}

func appendSent(to []byte, seq uint64) []byte {
	return appendFrame(to, binary.BigEndian.AppendUint64([]byte{frameSent}, seq))
}

func appendFrame(to, body []byte) []byte {
	length := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	sum := crc32.Update(crc32.Checksum(length, castagnoli), castagnoli, body)
	to = append(to, magic...)
	to = binary.BigEndian.AppendUint32(to, sum)
	to = append(to, length...)
	return append(to, body...)
}

// frameLength is the length of the frame whose header b begins with; 0 when it
// is none.
func frameLength(b []byte) int {
	if len(b) < frameHeader || string(b[:len(magic)]) != magic {
		return 0
	}
	n := binary.BigEndian.Uint32(b[len(magic)+4:])
	if n == 0 || n > uint32(maxBody) {
		return 0
	}
	return frameHeader + int(n)
}

// body checks a whole frame and returns what it holds.
func body(frame []byte) ([]byte, error) {
	if n := frameLength(frame); n == 0 || n != len(frame) {
		return nil, errFrame
	}
	sum := binary.BigEndian.Uint32(frame[len(magic):])
	if crc32.Checksum(frame[len(magic)+4:], castagnoli) != sum {
		return nil, errFrame
	}
	return frame[frameHeader:], nil
}

// readItem reads an item's frame. The item shares no memory with it.
func readItem(frame []byte) (Item, error) {
	b, err := body(frame)
	if err != nil {
		return Item{}, err
	}
	if len(b) < itemHeader || b[0] != frameItem {
		return Item{}, errFrame
	}
	n := int(binary.BigEndian.Uint16(b[itemHeader-2:]))
	if n > len(b)-itemHeader {
		return Item{}, errFrame
	}
	return Item{
		Seq:      binary.BigEndian.Uint64(b[1:]),
		Severity: int(int8(b[9])),
		Time:     time.Unix(0, int64(binary.BigEndian.Uint64(b[10:]))),
		Queued:   time.Unix(0, int64(binary.BigEndian.Uint64(b[18:]))),
		ID:       string(b[itemHeader : itemHeader+n]),
		Payload:  append([]byte{}, b[itemHeader+n:]...),
	}, nil
}

func readSent(frame []byte) (uint64, error) {
	b, err := body(frame)
	if err != nil {
		return 0, err
	}
	if len(b) != 9 || b[0] != frameSent {
		return 0, errFrame
	}
	return binary.BigEndian.Uint64(b[1:]), nil
}
