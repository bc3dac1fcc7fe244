package spool

import (
	"bytes"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

// scribble writes random bytes into a file, or zeros.
func scribble(t *testing.T, path string, r *rand.Rand, at int64, n int, zero bool) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	b := make([]byte, n)
	if !zero {
		random(r, b)
	}
	if _, err := f.WriteAt(b, at); err != nil {
		t.Fatal(err)
	}
}

func random(r *rand.Rand, b []byte) {
	for i := range b {
		b[i] = byte(r.Uint32())
	}
}

// fill puts items of many sizes, and takes some, so that the file has pages of all
// kinds.
func fill(t *testing.T, q *Queue) (held []string) {
	t.Helper()
	for i := range 300 {
		id := fmt.Sprintf("f%05d", i)
		size := []int{10, 2000, 5000, 40000}[i%4]
		if err := q.Put(Item{ID: id, Severity: i % 5, Payload: bytes.Repeat([]byte(id), size/len(id)+20)}); err != nil {
			t.Fatal(err)
		}
		held = append(held, id)
		if i%50 == 49 {
			settled(t, q)
		}
	}
	items, err := q.Take(t.Context(), 20, 1<<30)
	if err != nil {
		t.Fatal(err)
	}
	q.Done(items)
	return held[len(items):]
}

// Whatever is written over the file, at rest or in use: no panic, no wrong item,
// what is whole is kept in order, and new items go on.
func TestDamage(t *testing.T) {
	seeds := 40
	if testing.Short() {
		seeds = 10
	}
	for seed := range seeds {
		t.Run(fmt.Sprint(seed), func(t *testing.T) { damageOnce(t, int64(seed)) })
	}
}

func damageOnce(t *testing.T, seed int64) {
	r := rand.New(rand.NewPCG(uint64(seed), 0)) //nolint:gosec // repeatable
	o := options(t)
	var told bytes.Buffer
	o.Log = slog.New(slog.NewTextHandler(&told, nil))
	q := open(t, o)
	held := fill(t, q)
	live := seed%2 == 0
	if !live {
		if err := q.Close(); err != nil {
			t.Fatal(err)
		}
	} else {
		settled(t, q)
		time.Sleep(3 * commitDelay)
	}
	info, err := os.Stat(o.Path)
	if err != nil {
		t.Fatal(err)
	}
	lost := map[string]bool{}
	for range 1 + r.IntN(3) {
		at := r.Int64N(info.Size() - 5000)
		if seed%5 == 0 {
			at = r.Int64N(3 * 4096) // where it begins
		}
		n := 1 + r.IntN(5000)
		for _, id := range hit(t, o.Path, at, n) {
			lost[id] = true
		}
		scribble(t, o.Path, r, at, n, seed%3 == 0)
	}
	if !live {
		q = open(t, o)
	}
	put(t, q, 3, "after")
	got := drainLong(t, q)
	if len(got) == 0 || got[len(got)-1] != "after" {
		t.Fatalf("%d items, the new one is not the last", len(got))
	}
	if !slices.IsSorted(got[:len(got)-1]) {
		t.Errorf("out of order")
	}
	for _, id := range held {
		if !slices.Contains(got, id) && !lost[id] {
			t.Errorf("%s was not touched and is lost (%d of %d are there)\n%s", id, len(got), len(held), told.String())
			break
		}
	}
	if len(got)-1 < len(held) && !strings.Contains(told.String(), "queue was damaged") {
		t.Errorf("%d of %d are there, and nothing was said: %s", len(got)-1, len(held), told.String())
	}
	// And it is a queue as before.
	put(t, q, 3, names(1, 5)...)
	settled(t, q)
	same(t, drain(t, q, 2), names(1, 5))
}

// hit lists the items of which a copy lies there.
func hit(t *testing.T, path string, at int64, n int) (ids []string) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for from := 0; ; {
		i := bytes.Index(b[from:], []byte(magic))
		if i < 0 {
			return ids
		}
		from += i
		if length := frameLength(b[from:]); length > 0 && from+length <= len(b) {
			it, err := readItem(b[from : from+length])
			if err == nil && int64(from) < at+int64(n) && at < int64(from+length) {
				ids = append(ids, it.ID)
			}
		}
		from++
	}
}

func drainLong(t *testing.T, q *Queue) (ids []string) {
	t.Helper()
	for q.Stats().Items > 0 {
		items, err := q.Take(t.Context(), 50, 1<<20)
		if err != nil {
			t.Fatal(err)
		}
		for _, it := range items {
			if !strings.HasPrefix(string(it.Payload), it.ID) && it.ID != "after" {
				t.Errorf("%s has payload %.20q", it.ID, it.Payload)
			}
			ids = append(ids, it.ID)
		}
		q.Done(items)
	}
	return ids
}

// A file that is none at all.
func TestNoQueueAtAll(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 0)) //nolint:gosec // repeatable
	noise := make([]byte, 100_000)
	random(r, noise)
	for name, content := range map[string][]byte{"noise": noise, "short": []byte("x"), "empty": {}, "zeros": make([]byte, 65536)} {
		t.Run(name, func(t *testing.T) {
			o := options(t)
			if err := os.WriteFile(o.Path, content, 0o600); err != nil {
				t.Fatal(err)
			}
			q := open(t, o)
			put(t, q, 1, "one")
			settled(t, q)
			same(t, drain(t, q, 1), []string{"one"})
			if _, err := os.Stat(o.Path + DamagedSuffix); (err == nil) != (len(content) > 0) {
				t.Errorf("set aside: %v", err)
			}
		})
	}
}

func FuzzReadItem(f *testing.F) {
	f.Add(appendItem(nil, &Item{Seq: 1, ID: "id", Severity: -1, Time: time.Unix(1, 1), Payload: []byte("x")}))
	f.Add(appendSent(nil, 7))
	f.Add([]byte(magic))
	f.Add(appendFrame(nil, []byte("I\x00\x00\x00\x00\x00\x00\x00\x01\x03\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\xff\xff")))
	f.Fuzz(func(t *testing.T, b []byte) {
		if it, err := readItem(b); err == nil && !bytes.Equal(appendItem(nil, &it), b) {
			t.Errorf("%q does not come back", b)
		}
		_, _ = readSent(b)
		salvage(bytes.NewReader(b), int64(len(b)))
	})
}
