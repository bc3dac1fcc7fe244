package exports

import "fmt"

// count says how many symbols there are. No header does: it is in the tables by
// which the loader finds them.
func (o *object) count() (uint64, error) {
	var count uint64
	if at, ok := o.tags[tagHash]; ok {
		var head [8]byte
		if err := o.mapped(head[:], at); err != nil {
			return 0, fmt.Errorf("read hash table: %w", err)
		}
		count = uint64(o.order.Uint32(head[4:]))
	}
	if at, ok := o.tags[tagGNUHash]; ok {
		n, err := o.countGNU(at)
		if err != nil {
			return 0, fmt.Errorf("read GNU hash table: %w", err)
		}
		count = max(count, n)
	}
	if count > maxSymbols {
		return 0, fmt.Errorf("count symbols: %w", ErrTooLarge)
	}
	return count, nil
}

// countGNU finds the end of the last chain: it is that of the bucket with the
// highest first symbol.
func (o *object) countGNU(at uint64) (uint64, error) {
	var head [16]byte
	if err := o.mapped(head[:], at); err != nil {
		return 0, err
	}
	buckets, first, bloom := uint64(o.order.Uint32(head[:])), uint64(o.order.Uint32(head[4:])), uint64(o.order.Uint32(head[8:]))
	if buckets > maxSymbols || bloom > maxSymbols {
		return 0, ErrTooLarge
	}
	at += 16 + bloom*uint64(o.width())
	var last uint64
	err := o.each32(at, buckets, func(v uint32) bool {
		last = max(last, uint64(v))
		return true
	})
	if err != nil || last < first {
		return 0, err
	}
	ended := false
	at += 4*buckets + 4*(last-first)
	err = o.each32(at, maxSymbols, func(v uint32) bool {
		last++
		ended = v&1 == 1
		return !ended
	})
	if err == nil && !ended {
		err = ErrTooLarge
	}
	return last, err
}

// each32 goes through an array of numbers until next is false.
func (o *object) each32(at, count uint64, next func(uint32) bool) error {
	var buf [1024]byte
	for count > 0 {
		part := buf[:min(uint64(len(buf)), 4*count)]
		// What follows the array need not be mapped: take as much as there is.
		for o.mapped(part, at) != nil {
			if len(part) == 4 {
				return fmt.Errorf("no number at %#x", at)
			}
			part = part[:max(4, len(part)/8*4)]
		}
		at, count = at+uint64(len(part)), count-uint64(len(part)/4)
		for ; len(part) > 0; part = part[4:] {
			if !next(o.order.Uint32(part)) {
				return nil
			}
		}
	}
	return nil
}
