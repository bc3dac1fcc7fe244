// Package metrics is how a running program is watched: numbers for Prometheus,
// a word on its health, and profiles, over HTTP.
package metrics

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/pprof"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Namespace begins the name of every number of ours.
const Namespace = "tracehound"

// Options say what to serve. Without any of Metrics, Health and Pprof nothing
// is.
type Options struct {
	// Addr is HOST:PORT; without HOST every address of the machine.
	Addr    string
	Metrics bool // /metrics
	Health  bool // /healthz
	Pprof   bool // /debug/pprof
	// Collectors add numbers to those of the run-time and the process. They
	// are called at any time, by any goroutine.
	Collectors []prometheus.Collector
	// Healthy says what is wrong; nil is well. Called as Collectors are.
	Healthy func() error
}

// On says whether anything is to be served.
func (o *Options) On() bool { return o.Metrics || o.Health || o.Pprof }

// Server serves until it is closed.
type Server struct {
	http *http.Server
	// Addr is where it listens.
	Addr net.Addr
}

// Timeouts of the server: whoever connects and is slow must not hold it.
const (
	headerTimeout = 5 * time.Second
	closeTimeout  = time.Second
)

// Serve listens, and answers in goroutines of its own. Close ends them.
func Serve(o Options, log *slog.Logger) (*Server, error) {
	mux := http.NewServeMux()
	if o.Metrics {
		registry := prometheus.NewRegistry()
		all := append([]prometheus.Collector{
			collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		}, o.Collectors...)
		for _, c := range all {
			if err := registry.Register(c); err != nil {
				return nil, fmt.Errorf("register metrics: %w", err)
			}
		}
		mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{ErrorHandling: promhttp.ContinueOnError}))
	}
	if o.Health {
		mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { health(w, o.Healthy) })
	}
	if o.Pprof {
		mux.HandleFunc("/debug/pprof/", pprof.Index)
		mux.HandleFunc("/debug/pprof/cmdline", pprof.Cmdline)
		mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
		mux.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
		mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	}
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", o.Addr)
	if err != nil {
		return nil, fmt.Errorf("serve metrics: %w", err)
	}
	s := &Server{&http.Server{Handler: mux, ReadHeaderTimeout: headerTimeout}, listener.Addr()}
	go func() {
		if err := s.http.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			log.Error("metrics are not served any more", "address", s.Addr, "error", err)
		}
	}()
	return s, nil
}

func health(w http.ResponseWriter, healthy func() error) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	if err := healthy(); err != nil {
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = fmt.Fprintln(w, err) // the other end may be gone
		return
	}
	_, _ = fmt.Fprintln(w, "OK")
}

// Close ends the server: requests under way get a moment.
func (s *Server) Close() {
	if s == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
	defer cancel()
	if s.http.Shutdown(ctx) != nil {
		_ = s.http.Close()
	}
}
