package main

import (
	"context"
	"encoding/json"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// receiver takes findings over HTTP as strictly as it can: JSON, with an id, as
// the header says. It can be made faulty.
type receiver struct {
	t       *testing.T
	addr    string
	faulty  bool
	release chan struct{} // ends requests that hang

	mu     sync.Mutex
	rand   *rand.Rand
	server *http.Server
	first  []string       // ids, as they came for the first time
	stamps []int64        // of their events
	times  map[string]int // how often each came
	faults map[string]int
}

func newReceiver(t *testing.T, faulty bool) *receiver {
	t.Helper()
	r := &receiver{
		t: t, faulty: faulty, release: make(chan struct{}), times: map[string]int{}, faults: map[string]int{},
		rand: rand.New(rand.NewPCG(7, 0)), //nolint:gosec // repeatable
	}
	r.up()
	t.Cleanup(func() {
		close(r.release)
		r.down()
	})
	return r
}

func (r *receiver) up() {
	addr := r.addr
	if addr == "" {
		addr = "127.0.0.1:0"
	}
	l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", addr)
	if err != nil {
		r.t.Error(err)
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.addr = l.Addr().String()
	r.server = &http.Server{Handler: http.HandlerFunc(r.serve), ReadHeaderTimeout: time.Second}
	go func(s *http.Server) { _ = s.Serve(l) }(r.server)
}

// down closes everything at once: requests under way see a reset.
func (r *receiver) down() {
	r.mu.Lock()
	defer r.mu.Unlock()
	_ = r.server.Close()
}

// fault picks what goes wrong with a request, mostly nothing.
func (r *receiver) fault() string {
	if !r.faulty {
		return ""
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	what := ""
	switch n := r.rand.IntN(1000); {
	case n < 15:
		what = "hang"
	case n < 40:
		what = "500"
	case n < 55:
		what = "429"
	case n < 75:
		what = "reset before"
	case n < 95:
		what = "reset after"
	}
	r.faults[what]++
	return what
}

func (r *receiver) serve(w http.ResponseWriter, req *http.Request) {
	fault := r.fault()
	switch fault {
	case "hang":
		select {
		case <-req.Context().Done():
		case <-r.release:
		}
		return
	case "500":
		http.Error(w, "try again", http.StatusInternalServerError)
		return
	case "429":
		w.Header().Set("Retry-After", "0")
		http.Error(w, "slower", http.StatusTooManyRequests)
		return
	case "reset before":
		reset(w)
		return
	}
	ids, stamps, err := r.read(req)
	if err != nil {
		r.t.Errorf("bad request: %v", err)
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	r.mu.Lock()
	for i, id := range ids {
		if r.times[id]++; r.times[id] == 1 {
			r.first, r.stamps = append(r.first, id), append(r.stamps, stamps[i])
		}
	}
	r.mu.Unlock()
	if fault == "reset after" {
		reset(w)
	}
}

// read checks a request as a receiver should.
func (r *receiver) read(req *http.Request) (ids []string, stamps []int64, err error) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, nil, nil //nolint:nilerr // the program was killed while it sent
	}
	var findings []struct {
		ID          string `json:"id"`
		SigMetadata struct{ ID string }
		Context     struct {
			ProcessName string `json:"processName"`
			Timestamp   int64  `json:"timestamp"`
		}
	}
	if err := json.Unmarshal(body, &findings); err != nil {
		return nil, nil, err
	}
	for _, f := range findings {
		if len(f.ID) != 32 || f.SigMetadata.ID != "TRC-2" || f.Context.ProcessName != "strace" {
			r.t.Errorf("finding %+v", f)
		}
		ids, stamps = append(ids, f.ID), append(stamps, f.Context.Timestamp)
	}
	if got := req.Header.Get("X-Finding-Id"); got != strings.Join(ids, ",") {
		r.t.Errorf("header has ids %s, body %s", got, ids)
	}
	if got := req.Header.Get("Content-Type"); got != "application/json" {
		r.t.Errorf("content type %s", got)
	}
	return ids, stamps, nil
}

// reset closes the connection without a word.
func reset(w http.ResponseWriter) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		return // it is gone already
	}
	if c, ok := conn.(*net.TCPConn); ok {
		_ = c.SetLinger(0)
	}
	_ = conn.Close()
}

func (r *receiver) count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.first)
}

// waver goes up and down until ctx ends, and is up then.
func (r *receiver) waver(ctx context.Context) {
	for ctx.Err() == nil {
		r.mu.Lock()
		on, off := time.Duration(r.rand.IntN(2000))*time.Millisecond, time.Duration(r.rand.IntN(600))*time.Millisecond
		r.mu.Unlock()
		select {
		case <-ctx.Done():
			return
		case <-time.After(on):
		}
		r.down()
		time.Sleep(off)
		r.up()
	}
}
