package stream

import (
	"bytes"
	"testing"

	"github.com/tracehound/tracehound/pkg/codec"
)

// The same seed makes the same stream, whose events have the size of real ones.
func TestWrite(t *testing.T) {
	for _, s := range []Stream{{Events: 12_000, Seed: 1}, {Events: 12_000, Seed: 1, Firehose: true}} {
		var a, b bytes.Buffer
		found, err := s.Write(&a, codec.JSON)
		if err != nil || found != 1 {
			t.Fatalf("%d findings, %v", found, err)
		}
		if _, err := s.Write(&b, codec.JSON); err != nil || !bytes.Equal(a.Bytes(), b.Bytes()) {
			t.Errorf("another stream of the same seed: %v", err)
		}
		if size := a.Len() / s.Events; size < 700 || size > 1100 {
			t.Errorf("firehose %v: %d bytes for an event", s.Firehose, size)
		}
	}
}
