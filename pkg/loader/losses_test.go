package loader

import (
	"encoding/binary"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAppendLosses(t *testing.T) {
	var perCPU []byte
	for _, v := range []uint64{0, 0, 5, 100, 0, 90, 1 << 40, 200} {
		perCPU = binary.NativeEndian.AppendUint64(perCPU, v)
	}
	got := appendLosses([]Loss{{"events", 0, 1, 2}}, "scratch", perCPU)
	want := []Loss{{"events", 0, 1, 2}, {"scratch", 1, 5, 100}, {"scratch", 3, 1 << 40, 200}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("losses (-want +got):\n%s", diff)
	}
	if got := appendLosses(nil, "events", perCPU[:lossSize-1]); got != nil {
		t.Errorf("half a counter is %v", got)
	}
}
