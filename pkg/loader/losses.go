package loader

import (
	"encoding/binary"
	"fmt"
	"unsafe"
)

// buffers names the places where records get lost, in the order of enum loss.
var buffers = []string{"events", "lifecycle", "scratch", "processes"}

// lossSize is sizeof(struct losses) in bpf/lib/maps.h.
const lossSize = 16

// Loss is how many records one cpu dropped at one place since the start.
type Loss struct {
	Buffer string
	CPU    int
	Count  uint64
	Last   uint64 // ns since boot
}

// Losses reads the counters that are not zero.
func (l *Loader) Losses() ([]Loss, error) {
	m, err := l.module.GetMap("losses")
	if err != nil {
		return nil, fmt.Errorf("find map losses: %w", err)
	}
	var all []Loss
	for i, buffer := range buffers {
		key := uint32(i)
		perCPU, err := m.GetValue(unsafe.Pointer(&key))
		if err != nil {
			return nil, fmt.Errorf("read losses of %s: %w", buffer, err)
		}
		all = appendLosses(all, buffer, perCPU)
	}
	return all, nil
}

// appendLosses reads the counters of one place, one struct losses per cpu.
func appendLosses(all []Loss, buffer string, perCPU []byte) []Loss {
	for cpu := 0; len(perCPU) >= lossSize; cpu++ {
		count, last := binary.NativeEndian.Uint64(perCPU), binary.NativeEndian.Uint64(perCPU[8:])
		if count > 0 {
			all = append(all, Loss{buffer, cpu, count, last})
		}
		perCPU = perCPU[lossSize:]
	}
	return all
}
