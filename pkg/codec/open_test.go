package codec

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

func TestOpenEmpty(t *testing.T) {
	for _, text := range []string{"", "\n", " \r\n\t\n", utf8BOM} {
		r, f, err := Open(strings.NewReader(text))
		if err != nil || f != None {
			t.Errorf("Open(%q) = %q, %v", text, f, err)
			continue
		}
		if e, err := r.Read(); e != nil || !errors.Is(err, io.EOF) {
			t.Errorf("%q: Read = %v, %v; want the end", text, e, err)
		}
		if r.Skipped() != 0 {
			t.Errorf("%q: %d lines skipped", text, r.Skipped())
		}
	}
}

func TestOpenInputFails(t *testing.T) {
	broken := errors.New("device gone")
	if _, _, err := Open(iotest.ErrReader(broken)); !errors.Is(err, broken) {
		t.Errorf("Open = %v; want %v", err, broken)
	}
}

// Open must not wait for more than the first byte, nor Read for more than one
// event: the pipe may stay silent for hours afterwards.
func TestOpenSlowPipe(t *testing.T) {
	for _, f := range []Format{JSON, Gob, Protobuf} {
		text := encode(t, f, samples()[0])
		in, out := io.Pipe()
		go func() {
			for i := range text {
				if _, err := out.Write(text[i : i+1]); err != nil {
					return
				}
			} // and then silence
		}()
		r, got, err := Open(in)
		if err != nil || got != f {
			t.Fatalf("Open = %q, %v; want %q", got, err, f)
		}
		if e, err := r.Read(); err != nil || e.EventName != samples()[0].EventName {
			t.Errorf("%s: Read = %v, %v", f, e, err)
		}
		_ = in.Close()
	}
}
