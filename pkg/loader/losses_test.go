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

func TestFdinfoNumber(t *testing.T) {
	const text = "pos:\t0\nprog_id:\t7\nrun_cnt:\t12\nrecursion_misses:\t345\nverified_insns:\t9\n"
	for key, want := range map[string]uint64{"recursion_misses:": 345, "verified_insns:": 9, "nothing:": 0} {
		if got := fdinfoNumber([]byte(text), key); got != want {
			t.Errorf("%s is %d, want %d", key, got, want)
		}
	}
	for _, text := range []string{"", "recursion_misses:", "recursion_misses:\t-1\n", "recursion_misses:\tx\n"} {
		if got := fdinfoNumber([]byte(text), "recursion_misses:"); got != 0 {
			t.Errorf("%q says %d", text, got)
		}
	}
}
