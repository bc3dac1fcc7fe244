package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// supervised is rules that is started again whenever it was killed.
type supervised struct {
	t       *testing.T
	args    []string
	metrics string
	program *program
	killed  atomic.Bool // and not waited for yet
	kills   int
	slowest time.Duration // from writing events to its having looked at them
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

func supervise(t *testing.T, args ...string) *supervised {
	t.Helper()
	s := &supervised{t: t, metrics: freePort(t)}
	s.args = append([]string{"--rules", "TRC-2", "--metrics", "--healthz", "--listen-addr", s.metrics}, args...)
	s.start()
	return s
}

func (s *supervised) start() {
	s.t.Helper()
	s.program = start(s.t, s.args...)
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		if body, err := s.get("/healthz"); err == nil && body == "OK\n" {
			return
		}
		if time.Now().After(deadline) {
			s.t.Fatalf("rules is not ready: %s", s.program.stderr.String())
		}
	}
}

// kill ends the program without a word.
func (s *supervised) kill() {
	s.killed.Store(true)
	_ = s.program.cmd.Process.Signal(syscall.SIGKILL)
}

// restart begins anew after a kill.
func (s *supervised) restart() {
	s.kills++
	_ = s.program.cmd.Wait()
	s.killed.Store(false)
	s.start()
}

func (s *supervised) get(path string) (string, error) {
	req, err := http.NewRequestWithContext(s.t.Context(), http.MethodGet, "http://"+s.metrics+path, nil)
	if err != nil {
		return "", err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	return string(body), err
}

// number is a metric of an output, in what /metrics said; -1 when it is not there.
func number(metrics, name, output string) int {
	m := regexp.MustCompile(fmt.Sprintf(`(?m)^tracehound_rules_output_%s\{.*output=%q\} (\S+)$`, name, output)).FindStringSubmatch(metrics)
	if m == nil {
		return -1
	}
	n, err := strconv.ParseFloat(m[1], 64)
	if err != nil {
		return -1
	}
	return int(n)
}

// feed writes events and waits until the outputs have taken over for what they
// made. It reports whether they did before the program ended.
func (s *supervised) feed(events string, total int, outputs ...string) bool {
	began := time.Now()
	if _, err := io.WriteString(s.program.stdin, events); err != nil {
		return false
	}
	took := time.Duration(0)
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(2 * time.Millisecond) {
		metrics, err := s.get("/metrics")
		seen, done := err == nil, err == nil
		for _, o := range outputs {
			seen = seen && number(metrics, "queued_total", o) == total
			done = done && seen && number(metrics, "unsaved", o) == 0
		}
		if seen && took == 0 {
			took = time.Since(began)
			s.slowest = max(s.slowest, took)
		}
		if done {
			return true
		}
		if s.killed.Load() {
			return false
		}
	}
	s.t.Fatalf("findings are not kept: %s", s.program.stderr.String())
	return false
}

// numbered is an event that TRC-2 reports, one of its own for each number.
func numbered(n int) string {
	return strings.Replace(traceme, "1659680400000000001", strconv.Itoa(1_700_000_000_000_000_000+n), 1)
}

func writeFile(t *testing.T, path, text string) string {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// 10,000 findings, a receiver that goes up and down, hangs, resets and refuses for
// a while, and rules that is killed 20 times: every finding that rules had taken
// over for arrives, at a receiver that is well also in order, and the pipe never
// stands still.
func TestEveryFindingArrives(t *testing.T) {
	const findings, kills, chunk = 10_000, 20, 125
	faulty, well := newReceiver(t, true), newReceiver(t, false)
	dir := t.TempDir()
	config := writeFile(t, filepath.Join(dir, "c.yaml"), fmt.Sprintf(`
spool-dir: %s/spool
flush-timeout: 20s
outputs:
  - {kind: webhook, name: faulty, url: "http://%s/", batch: 8, batch-wait: 1ms, timeout: 300ms, retry-min: 10ms, retry-max: 200ms}
  - {kind: webhook, name: well, url: "http://%s/", batch: 20, batch-wait: 1ms, retry-min: 10ms, retry-max: 200ms}
`, dir, faulty.addr, well.addr))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go faulty.waver(ctx)
	s := supervise(t, "--config", config)
	r := rand.New(rand.NewPCG(3, 0)) //nolint:gosec // repeatable
	fed := 0
	for from := 0; from < findings; {
		var events strings.Builder
		for i := range chunk {
			events.WriteString(numbered(from + i))
		}
		over := make(chan struct{}) // the kill
		if s.kills < kills && r.IntN(findings/chunk/kills) < 2 {
			wait := time.Duration(r.IntN(60)) * time.Millisecond
			go func() {
				time.Sleep(wait)
				s.kill()
				close(over)
			}()
		} else {
			close(over)
		}
		if s.feed(events.String(), fed+chunk, "faulty", "well") {
			fed += chunk
			from += chunk
		}
		<-over
		if s.killed.Load() {
			s.restart() // what was not taken over for is fed again
			fed = 0
		}
	}
	for s.kills < kills {
		s.kill()
		s.restart()
		time.Sleep(time.Duration(r.IntN(50)) * time.Millisecond)
	}
	for deadline := time.Now().Add(time.Minute); faulty.count() < findings || well.count() < findings; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d and %d of %d findings arrived: %s", faulty.count(), well.count(), findings, s.program.stderr.String())
		}
	}
	cancel()
	_ = s.program.stdin.Close()
	if code := s.program.end(t); code != 0 {
		t.Errorf("exit code %d: %s", code, s.program.stderr.String())
	}
	t.Logf("%d kills; faults %v; came more than once: %d and %d; slowest reading of %d events %s", s.kills, faulty.faults,
		repeated(faulty), repeated(well), chunk, s.slowest)
	if s.slowest > time.Second {
		t.Errorf("the pipe stood still for %s", s.slowest)
	}
	if !slices.IsSorted(well.stamps) || len(well.first) != findings {
		t.Errorf("%d findings arrived, or out of order", len(well.first))
	}
	if !slices.Equal(sorted(well.first), sorted(faulty.first)) {
		t.Error("both receivers do not have the same")
	}
}

func repeated(r *receiver) (n int) {
	for _, times := range r.times {
		if times > 1 {
			n++
		}
	}
	return n
}

func sorted(ids []string) []string { return slices.Sorted(slices.Values(ids)) }

func readFile(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
