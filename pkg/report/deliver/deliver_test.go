package deliver

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tracehound/tracehound/pkg/report/spool"
)

// script is a receiver that answers as it is told to.
type script struct {
	mu      sync.Mutex
	answer  func(ids []string) (int, error)
	batches [][]string
	got     []string
}

func (s *script) Send(_ context.Context, items []spool.Item) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ids := make([]string, len(items))
	for i, it := range items {
		ids[i] = it.ID
	}
	n, err := len(items), error(nil)
	if s.answer != nil {
		n, err = s.answer(ids)
	}
	s.batches = append(s.batches, ids)
	s.got = append(s.got, ids[:n]...)
	return n, err
}

func (s *script) Close() error { return nil }

func begin(t *testing.T, s Sender, batch int, change func(*Options)) (*Output, string) {
	t.Helper()
	dir := t.TempDir()
	quiet := slog.New(slog.DiscardHandler)
	q, err := spool.Open(spool.Options{Path: filepath.Join(dir, "q"), Limit: 1 << 30, Memory: 1 << 30, Log: quiet})
	if err != nil {
		t.Fatal(err)
	}
	o := Options{
		Name: "out", Queue: q, Sender: s, Dead: NewDeadLetters(filepath.Join(dir, "dead.jsonl")), Batch: batch, BatchBytes: 1 << 20,
		Linger: 20 * time.Millisecond, Timeout: 100 * time.Millisecond, RetryMin: time.Millisecond, RetryMax: 10 * time.Millisecond, Log: quiet,
	}
	if change != nil {
		change(&o)
	}
	return Start(o), dir
}

func put(t *testing.T, o *Output, payload string, ids ...string) {
	t.Helper()
	for _, id := range ids {
		if err := o.Put(spool.Item{ID: id, Severity: 2, Payload: []byte(payload)}); err != nil {
			t.Fatal(err)
		}
	}
}

func end(t *testing.T, o *Output, patience time.Duration) int {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	left, err := o.Close(ctx)
	if err != nil {
		t.Error(err)
	}
	return left
}

func letters(t *testing.T, dir string) (all []letter) {
	t.Helper()
	f, err := os.Open(filepath.Join(dir, "dead.jsonl"))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var l letter
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			t.Fatal(err)
		}
		if _, err := time.Parse(time.RFC3339Nano, l.Time); err != nil {
			t.Error(err)
		}
		l.Time = ""
		all = append(all, l)
	}
	return all
}

// One that is refused goes to the dead letters; those beside it in its batch do not suffer.
func TestRefused(t *testing.T) {
	s := &script{answer: func(ids []string) (int, error) {
		for _, id := range ids {
			if strings.HasPrefix(id, "bad") {
				return 0, &RefusedError{errors.New("answer 400: " + id)}
			}
		}
		return len(ids), nil
	}}
	o, dir := begin(t, s, 4, nil)
	put(t, o, "text", "a", "bad1", "b", "c", "d")
	put(t, o, "\xff\x00", "bad2")
	if left := end(t, o, 10*time.Second); left != 0 {
		t.Errorf("%d are left", left)
	}
	if diff := cmp.Diff([]string{"a", "b", "c", "d"}, s.got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	want := []letter{
		{Output: "out", Finding: "bad1", Reason: "answer 400: bad1", Text: "text"},
		{Output: "out", Finding: "bad2", Reason: "answer 400: bad2", Bytes: []byte("\xff\x00")},
	}
	if diff := cmp.Diff(want, letters(t, dir)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if st := o.Stats(); st.Sent != 4 || st.Dead != 2 || st.Queued != 6 || st.Down != nil {
		t.Errorf("stats %+v", st)
	}
}

// What passes is tried until it has passed, from where the receiver had got to.
// Of a long batch with one at fault, the others arrive with few attempts more.
func TestRefusedOfMany(t *testing.T) {
	for _, bad := range []int{0, 100, 255} {
		stored := 0
		s := &script{answer: func(ids []string) (int, error) {
			if slices.Contains(ids, fmt.Sprint(bad)) { // as OTLP does, which takes the others
				stored += len(ids) - 1
				return 0, &RefusedError{errors.New("answer 400")}
			}
			stored += len(ids)
			return len(ids), nil
		}}
		o, dir := begin(t, s, 256, nil)
		var want []string
		for i := range 256 {
			put(t, o, "text", fmt.Sprint(i))
			if i != bad {
				want = append(want, fmt.Sprint(i))
			}
		}
		if left := end(t, o, 10*time.Second); left != 0 {
			t.Errorf("%d are left", left)
		}
		if diff := cmp.Diff(want, s.got); diff != "" {
			t.Errorf("%d: (-want +got):\n%s", bad, diff)
		}
		if all := letters(t, dir); len(all) != 1 || all[0].Finding != fmt.Sprint(bad) {
			t.Errorf("%d: dead letters %v", bad, all)
		}
		if len(s.batches) > 40 || stored > 4*256 {
			t.Errorf("%d: %d attempts, %d stored", bad, len(s.batches), stored)
		}
	}
}

func TestRetries(t *testing.T) {
	n := 0
	s := &script{}
	s.answer = func(ids []string) (int, error) {
		if n++; n%3 != 0 {
			return min(1, len(ids)-1), fmt.Errorf("try %d", n)
		}
		return len(ids), nil
	}
	o, dir := begin(t, s, 5, nil)
	var want []string
	for i := range 40 {
		want = append(want, fmt.Sprint(i))
	}
	put(t, o, "x", want...)
	if left := end(t, o, 10*time.Second); left != 0 {
		t.Errorf("%d are left", left)
	}
	if diff := cmp.Diff(want, s.got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if st := o.Stats(); st.Sent != 40 || st.Retried == 0 || letters(t, dir) != nil {
		t.Errorf("stats %+v", st)
	}
}

// A receiver that asks for time gets it, but not for ever.
func TestLater(t *testing.T) {
	var calls []time.Time
	s := &script{answer: func(ids []string) (int, error) {
		calls = append(calls, time.Now())
		if len(calls) == 1 {
			return 0, &LaterError{After: 300 * time.Millisecond, Err: errors.New("slower")}
		}
		return len(ids), nil
	}}
	o, _ := begin(t, s, 1, nil)
	put(t, o, "x", "a")
	end(t, o, 10*time.Second)
	if len(calls) != 2 || calls[1].Sub(calls[0]) < 290*time.Millisecond {
		t.Errorf("calls %v", calls)
	}
	for after, want := range map[time.Duration]time.Duration{time.Hour * 1000: pauseMax, -time.Hour: time.Second, 0: time.Second, time.Minute: time.Minute} {
		if got := pause(&LaterError{After: after}, time.Second, time.Second); got != want {
			t.Errorf("pause of %s is %s, want %s", after, got, want)
		}
	}
	if got := pause(errors.New("x"), time.Hour, time.Minute); got != time.Minute {
		t.Errorf("the longest pause is %s", got)
	}
}

// A receiver that is dead keeps nothing from ending, and its findings stay.
func TestDead(t *testing.T) {
	s := &script{answer: func([]string) (int, error) { return 0, errors.New("no route to host") }}
	o, dir := begin(t, s, 2, nil)
	put(t, o, "x", "a", "b", "c")
	began := time.Now()
	if left := end(t, o, 100*time.Millisecond); left != 3 || time.Since(began) > 5*time.Second {
		t.Errorf("%d are left after %s", left, time.Since(began))
	}
	if st := o.Stats(); st.Down == nil || st.DownSince.IsZero() || st.Retried < 2 {
		t.Errorf("stats %+v", st)
	}
	quiet := slog.New(slog.DiscardHandler)
	q, err := spool.Open(spool.Options{Path: filepath.Join(dir, "q"), Limit: 1 << 30, Memory: 1 << 30, Log: quiet})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = q.Close() }()
	if items, err := q.Take(t.Context(), 10, 1<<20); err != nil || len(items) != 3 || items[0].ID != "a" {
		t.Errorf("%v, %v", items, err)
	}
}

// When not even the dead letters can be written the finding stays where it is.
func TestNoDeadLetters(t *testing.T) {
	s := &script{answer: func([]string) (int, error) { return 0, &RefusedError{errors.New("no")} }}
	o, dir := begin(t, s, 1, func(o *Options) { o.Dead = NewDeadLetters(filepath.Join(filepath.Dir(o.Dead.Path()), "q", "dead")) })
	put(t, o, "x", "a")
	if left := end(t, o, 200*time.Millisecond); left != 1 {
		t.Errorf("%d are left, in %s", left, dir)
	}
	if st := o.Stats(); st.Down == nil || !strings.Contains(st.Down.Error(), "write it to the dead letters") {
		t.Errorf("stats %+v", st)
	}
}

// A batch waits for more, but not long, and not when all is over.
func TestBatches(t *testing.T) {
	s := &script{}
	o, _ := begin(t, s, 3, func(o *Options) { o.Linger = 200 * time.Millisecond })
	put(t, o, "x", "a")
	time.Sleep(20 * time.Millisecond)
	put(t, o, "x", "b", "c", "d")
	for deadline := time.Now().Add(5 * time.Second); o.Stats().Sent < 4; {
		if time.Now().After(deadline) {
			t.Fatalf("stats %+v", o.Stats())
		}
		time.Sleep(time.Millisecond)
	}
	end(t, o, time.Second)
	if diff := cmp.Diff([][]string{{"a", "b", "c"}, {"d"}}, s.batches); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Dead letters go behind those of an earlier run, whatever its end was.
func TestDeadLettersAppend(t *testing.T) {
	path := filepath.Join(t.TempDir(), "dead.jsonl")
	for i, id := range []string{"a", "b"} {
		if i == 1 {
			f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := f.WriteString(`{"half":`); err != nil || f.Close() != nil {
				t.Fatal(err)
			}
		}
		d := NewDeadLetters(path)
		if _, err := d.add("o", spool.Item{ID: id}, errors.New("no")); err != nil {
			t.Fatal(err)
		}
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(path)
	lines := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	if err != nil || len(lines) != 3 || lines[1] != `{"half":` || !strings.Contains(lines[2], `"finding":"b"`) {
		t.Errorf("%q, %v", lines, err)
	}
}

// When the oldest of the dead letters go, that is said.
func TestDeadLettersFull(t *testing.T) {
	var log bytes.Buffer
	s := &script{answer: func([]string) (int, error) { return 0, &RefusedError{errors.New("no")} }}
	o, dir := begin(t, s, 1, func(o *Options) { o.Log = slog.New(slog.NewTextHandler(&log, nil)) })
	path := filepath.Join(dir, "dead.jsonl")
	for _, name := range []string{path, path + ".3"} {
		if err := os.WriteFile(name, []byte("{}\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Truncate(path, deadSize); err != nil {
		t.Fatal(err)
	}
	put(t, o, "text", "a", "b")
	if left := end(t, o, 10*time.Second); left != 0 {
		t.Errorf("%d are left", left)
	}
	if n := strings.Count(log.String(), "dead letters are full"); n != 1 {
		t.Errorf("said %d times: %s", n, &log)
	}
}

// stuck is a receiver that never comes back.
type stuck struct{}

func (stuck) Send(context.Context, []spool.Item) (int, error) { select {} }
func (stuck) Close() error                                    { return nil }

func TestStuck(t *testing.T) {
	o, dir := begin(t, stuck{}, 1, nil)
	put(t, o, "text", "a", "b")
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if left, err := o.Close(ctx); left != 2 || !errors.Is(err, ErrStuck) {
		t.Errorf("%d, %v", left, err)
	}
	if n := spool.Count(filepath.Join(dir, "q")); n != 2 {
		t.Errorf("%d are on disk", n)
	}
}
