package spool

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var quiet = slog.New(slog.DiscardHandler)

func options(t *testing.T) Options {
	t.Helper()
	return Options{Path: filepath.Join(t.TempDir(), "q.db"), Limit: 1 << 30, Memory: 1 << 30, Log: quiet}
}

func open(t *testing.T, o Options) *Queue {
	t.Helper()
	q, err := Open(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = q.Close() })
	return q
}

func put(t *testing.T, q *Queue, severity int, ids ...string) {
	t.Helper()
	for _, id := range ids {
		if err := q.Put(Item{ID: id, Severity: severity, Time: time.Unix(1, 2), Payload: []byte("payload of " + id)}); err != nil {
			t.Fatal(err)
		}
	}
}

func settled(t *testing.T, q *Queue) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := q.Sync(ctx); err != nil {
		t.Fatal(err)
	}
}

// drain takes all there is, count at once.
func drain(t *testing.T, q *Queue, count int) (ids []string) {
	t.Helper()
	for q.Stats().Items > 0 {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		items, err := q.Take(ctx, count, 1<<20)
		cancel()
		if err != nil {
			t.Fatal(err)
		}
		for _, it := range items {
			if string(it.Payload) != "payload of "+it.ID && len(it.Payload) < 100 {
				t.Errorf("%s has payload %q", it.ID, it.Payload)
			}
			ids = append(ids, it.ID)
		}
		q.Done(items)
	}
	return ids
}

func names(from, to int) (ids []string) {
	for i := from; i <= to; i++ {
		ids = append(ids, fmt.Sprintf("f%05d", i))
	}
	return ids
}

func same(t *testing.T, got, want []string) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%.2000s", diff)
	}
}

func TestOrderIsKept(t *testing.T) {
	for _, where := range []string{"file", "memory"} {
		t.Run(where, func(t *testing.T) {
			o := options(t)
			if where == "memory" {
				o.Path = ""
			}
			q := open(t, o)
			put(t, q, 3, names(1, 10)...)
			settled(t, q)
			put(t, q, 1, names(11, 20)...)
			same(t, drain(t, q, 7), names(1, 20))
			if s := q.Stats(); s.Queued != 20 || s.Bytes != 0 || s.Dropped != 0 || !s.Oldest.IsZero() {
				t.Errorf("stats %+v", s)
			}
		})
	}
}

// What the file holds comes again, and what was done with does not.
func TestReopen(t *testing.T) {
	o := options(t)
	q := open(t, o)
	put(t, q, 3, names(1, 100)...)
	settled(t, q)
	items, err := q.Take(t.Context(), 30, 1<<20)
	if err != nil || len(items) != 30 {
		t.Fatal(len(items), err)
	}
	q.Done(items)
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
	if err := q.Put(Item{}); !errors.Is(err, ErrClosed) {
		t.Errorf("put: %v", err)
	}
	q = open(t, o)
	if s := q.Stats(); s.Found != 70 || s.Items != 70 {
		t.Errorf("stats %+v", s)
	}
	put(t, q, 3, names(101, 110)...)
	first, err := q.Take(t.Context(), 1, 1)
	if err != nil || first[0].ID != "f00031" || first[0].Severity != 3 || !first[0].Time.Equal(time.Unix(1, 2)) || first[0].Queued.IsZero() {
		t.Errorf("got %+v, %v", first, err)
	}
	same(t, drain(t, q, 1000), names(31, 110))
}

// At the limit the oldest of the least severity go, but not what is under way.
func TestLimit(t *testing.T) {
	size := int64(frameSize(&Item{ID: "f00001", Payload: []byte("payload of f00001")}))
	for _, where := range []string{"file", "memory"} {
		t.Run(where, func(t *testing.T) {
			o := options(t)
			var told bytes.Buffer
			o.Limit, o.Log = 10*size, slog.New(slog.NewTextHandler(&told, nil))
			if where == "memory" {
				o.Path = ""
			}
			q := open(t, o)
			put(t, q, 1, names(1, 4)...)
			put(t, q, 4, names(5, 8)...)
			put(t, q, -1, names(9, 10)...)
			settled(t, q)
			under, err := q.Take(t.Context(), 1, 1)
			if err != nil || under[0].ID != "f00001" {
				t.Fatal(under, err)
			}
			put(t, q, 2, names(11, 14)...)
			put(t, q, 0, names(15, 15)...)
			want := slices.Concat(names(1, 1), names(5, 8), names(10, 14))
			same(t, drain(t, q, 100), want)
			if s := q.Stats(); s.Dropped != 5 || s.Queued != 15 {
				t.Errorf("stats %+v", s)
			}
			if err := q.Close(); err != nil {
				t.Fatal(err)
			}
			if n := strings.Count(told.String(), "queue is full"); n != 1 {
				t.Errorf("said %d times: %s", n, told.String())
			}
			if s := open(t, o).Stats(); s.Found != 0 {
				t.Errorf("dropped items are in the file: %+v", s)
			}
		})
	}
}

// What is done with or dropped leaves nothing behind, whatever stays in front.
func TestNothingStays(t *testing.T) {
	size := int64(frameSize(&Item{ID: "f00001", Payload: []byte("payload of f00001")}))
	for name, delivered := range map[string]bool{"delivered": true, "dropped": false} {
		t.Run(name, func(t *testing.T) {
			o := options(t)
			o.Path, o.Limit = "", 100*size
			q := open(t, o)
			put(t, q, 3, "f00000")
			if _, err := q.Take(t.Context(), 1, 1); err != nil {
				t.Fatal(err)
			}
			for i := range 20 {
				put(t, q, 3, names(1+i*500, 50+i*500)...)
				if delivered {
					drain(t, q, 10)
				} else {
					put(t, q, 3, names(51+i*500, 500+i*500)...)
				}
			}
			for _, l := range []*line{&q.entries, &q.waiting} {
				if n := len(l.inOrder) + len(l.byClass[3]); n > 4*(100+slack) {
					t.Errorf("%d entries for %d items", n, l.live)
				}
			}
		})
	}
}

func TestTooLong(t *testing.T) {
	q := open(t, options(t))
	if err := q.Put(Item{Payload: make([]byte, MaxPayload+1)}); err == nil || q.Stats().Dropped != 1 {
		t.Errorf("got %v, %+v", err, q.Stats())
	}
	if err := q.Put(Item{ID: "big", Payload: make([]byte, MaxPayload)}); err != nil {
		t.Fatal(err)
	}
	settled(t, q)
	same(t, drain(t, q, 10), []string{"big"})
}

func TestTakeWaits(t *testing.T) {
	q := open(t, options(t))
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := q.Take(ctx, 1, 1); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	time.AfterFunc(20*time.Millisecond, func() { _ = q.Put(Item{ID: "late"}) })
	if items, err := q.Take(t.Context(), 1, 1); err != nil || len(items) != 1 || items[0].ID != "late" {
		t.Errorf("got %v, %v", items, err)
	}
}

func TestOneFileOneUser(t *testing.T) {
	o := options(t)
	open(t, o)
	if _, err := Open(o); err == nil || !strings.Contains(err.Error(), "another program has it open") {
		t.Errorf("got %v", err)
	}
}

func BenchmarkPut(b *testing.B) {
	q, err := Open(Options{Path: filepath.Join(b.TempDir(), "q.db"), Limit: 1 << 40, Memory: 1 << 40, Log: quiet})
	if err != nil {
		b.Fatal(err)
	}
	payload := make([]byte, 2048)
	for b.Loop() {
		_ = q.Put(Item{ID: "0123456789abcdef", Payload: payload})
	}
	if err := q.Sync(context.Background()); err != nil {
		b.Fatal(err)
	}
	_ = q.Close()
}
