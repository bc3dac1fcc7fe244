package metrics

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/spf13/pflag"
)

func serve(t *testing.T, o Options) *Server {
	t.Helper()
	o.Addr = "127.0.0.1:0"
	s, err := Serve(o, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func get(t *testing.T, s *Server, path string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, "http://"+s.Addr.String()+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(body)
}

func TestServe(t *testing.T) {
	var wrong error
	ours := prometheus.NewCounterFunc(prometheus.CounterOpts{Namespace: Namespace, Name: "things_total"}, func() float64 { return 7 })
	s := serve(t, Options{
		Metrics: true, Health: true, Pprof: true, Collectors: []prometheus.Collector{ours}, Healthy: func() error { return wrong },
	})
	status, body := get(t, s, "/metrics")
	for _, want := range []string{"tracehound_things_total 7", "process_resident_memory_bytes", "go_goroutines"} {
		if status != 200 || !strings.Contains(body, want) {
			t.Errorf("/metrics: status %d without %s", status, want)
		}
	}
	if status, body := get(t, s, "/healthz"); status != 200 || body != "OK\n" {
		t.Errorf("/healthz: %d %s", status, body)
	}
	wrong = errors.New("output is stuck")
	if status, body := get(t, s, "/healthz"); status != 503 || body != "output is stuck\n" {
		t.Errorf("/healthz: %d %s", status, body)
	}
	if status, body := get(t, s, "/debug/pprof/goroutine?debug=1"); status != 200 || !strings.Contains(body, "goroutine profile") {
		t.Errorf("/debug/pprof: %d %.100s", status, body)
	}
}

// What was not asked for is not there.
func TestServeNoMore(t *testing.T) {
	s := serve(t, Options{Health: true, Healthy: func() error { return nil }})
	for _, path := range []string{"/metrics", "/debug/pprof/", "/"} {
		if status, _ := get(t, s, path); status != 404 {
			t.Errorf("%s: status %d", path, status)
		}
	}
}

func TestServeWhereSomebodyIs(t *testing.T) {
	s := serve(t, Options{Health: true})
	if _, err := Serve(Options{Addr: s.Addr.String(), Health: true}, slog.Default()); err == nil ||
		!strings.HasPrefix(err.Error(), "serve metrics: listen tcp "+s.Addr.String()) {
		t.Errorf("got %v", err)
	}
}

func TestFlags(t *testing.T) {
	for addr, good := range map[string]bool{
		"127.0.0.1:3366": true, ":3366": true, "[::1]:80": true, "localhost:0": true,
		"": false, "3366": false, "localhost": false, "localhost:http": false, ":70000": false,
	} {
		var f Flags
		flags := pflag.NewFlagSet("x", pflag.ContinueOnError)
		f.Add(flags, "127.0.0.1:1")
		if err := flags.Parse([]string{"--listen-addr", addr, "--healthz"}); err != nil {
			t.Fatal(err)
		}
		if err := f.Check(); (err == nil) != good {
			t.Errorf("%q: %v", addr, err)
		}
		if o := f.Options(); o.Addr != addr || !o.On() || o.Metrics {
			t.Errorf("options %+v", o)
		}
	}
}
