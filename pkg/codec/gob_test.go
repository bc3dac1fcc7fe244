package codec

import (
	"bufio"
	"bytes"
	"encoding/gob"
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tracehound/tracehound/pkg/event"
)

func newBuffered(data []byte) *bufio.Reader { return bufio.NewReader(bytes.NewReader(data)) }

// A gob stream cut at any byte gives the whole events before the cut, then one
// permanent error, or the end if the cut was between two events.
func TestReadGobCutOff(t *testing.T) {
	events := samples()
	text := encode(t, Gob, events...)
	ends := map[int]int{0: 0} // length of the stream after each number of events
	for i := range events {
		ends[len(encode(t, Gob, events[:i+1]...))] = i + 1
	}
	whole := 0
	for cut := range len(text) + 1 {
		n, boundary := ends[cut]
		if boundary {
			whole = n
		}
		got, errs, _ := readAll(t, bytes.NewReader(text[:cut]))
		if diff := cmp.Diff(names(events[:whole]), names(got)); diff != "" {
			t.Fatalf("cut at %d (-want +got):\n%s", cut, diff)
		}
		if boundary {
			if errs != nil {
				t.Fatalf("cut at %d, between events: %v", cut, errs)
			}
			continue
		}
		var stream *StreamError
		if len(errs) != 1 || !errors.As(errs[0], &stream) || stream.Events != whole || !errors.Is(stream, io.ErrUnexpectedEOF) {
			t.Fatalf("cut at %d of %d: errors %v after %d events", cut, len(text), errs, whole)
		}
	}
}

func TestReadGobCorrupt(t *testing.T) {
	good := encode(t, Gob, samples()[1])
	var other bytes.Buffer
	if err := gob.NewEncoder(&other).Encode(struct{ VeryLongFieldNameSoThatTheTypeNeedsTwoLengthBytes, AndAnotherOneThatMakesItLongerStill, AndOneMoreOfThemForGoodMeasure string }{"a", "b", "c"}); err != nil {
		t.Fatal(err)
	}
	tests := []struct{ name, text, want string }{
		{"huge message", string(good) + "\xf8\x7f\xff\xff\xff\xff\xff\xff\xff", "read gob stream after 1 events: message of 9223372036854775807 bytes: more than 16 MiB"},
		{"within the limit", string(good) + "\xfc\x01\x00\x00\x00", "read gob stream after 1 events: unexpected EOF: the stream was cut off"},
		{"over the limit", string(good) + "\xfc\x01\x00\x00\x01", "read gob stream after 1 events: message of 16777217 bytes: more than 16 MiB"},
		{"bad prefix", string(good) + "\x80", "read gob stream after 1 events: corrupt message length"},
		{"cut prefix", string(good) + "\xfe", "read gob stream after 1 events: unexpected EOF: the stream was cut off"},
		{"other struct", other.String(), "read gob stream after 0 events: gob: type mismatch"},
		{"garbage", "\xff\x80" + strings.Repeat("\x7f", 128), "read gob stream after 0 events: "},
		{"control bytes", "\x01\x02\x03", "read gob stream after 0 events: "},
	}
	for _, tt := range tests {
		_, errs, f := readAll(t, strings.NewReader(tt.text))
		if f != Gob || len(errs) != 1 || !strings.HasPrefix(errs[0].Error(), tt.want) {
			t.Errorf("%s: format %q, errors %v; want %q", tt.name, f, errs, tt.want)
		}
	}
}

// A length that the input does not have must not be allocated.
func TestReadGobMemory(t *testing.T) {
	good := encode(t, Gob, samples()[1])
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range 10 {
		readAll(t, bytes.NewReader(append(good[:len(good):len(good)], "\xfc\x01\x00\x00\x00"...)))
	}
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; used > 10*4*MaxSize {
		t.Errorf("ten streams that promise 16 MiB used %d MiB", used>>20)
	}
}

func FuzzReadGob(f *testing.F) {
	text := encode(f, Gob, samples()...)
	f.Add(text)
	f.Add(text[:len(text)/2])
	f.Add(encode(f, Gob, samples()[2]))
	f.Add([]byte("\xfc\x01\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		r := newGobReader(newBuffered(data))
		var events []*event.Event
		for {
			e, err := r.Read()
			if err != nil {
				var stream *StreamError
				if !errors.Is(err, io.EOF) && !errors.As(err, &stream) {
					t.Fatalf("error %T %v", err, err)
				}
				break
			}
			events = append(events, e)
		}
		for _, e := range events {
			e.AppendJSON(nil)
		}
		encode(t, Gob, events...)
	})
}
