package metrics

import (
	"fmt"
	"net"
	"strconv"

	"github.com/spf13/pflag"
)

// Flags are the command line's part of Options.
type Flags struct {
	Addr                   string
	Metrics, Health, Pprof bool
}

// Add declares the flags; addr is where a program listens unless it is told.
func (f *Flags) Add(flags *pflag.FlagSet, addr string) {
	flags.BoolVar(&f.Metrics, "metrics", false, "serve numbers for Prometheus at /metrics")
	flags.BoolVar(&f.Health, "healthz", false, "say at /healthz whether events flow: status 200, or 503 and why not")
	flags.BoolVar(&f.Pprof, "pprof", false, "serve profiles of the program at /debug/pprof")
	flags.StringVar(&f.Addr, "listen-addr", addr, "`HOST:PORT` of the three; without HOST every address of the machine")
}

// Check refuses an address that is none.
func (f *Flags) Check() error {
	_, port, err := net.SplitHostPort(f.Addr)
	if err != nil {
		return fmt.Errorf("flag --listen-addr %q: must be HOST:PORT, as 127.0.0.1:3366", f.Addr)
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n > 65535 {
		return fmt.Errorf("flag --listen-addr %q: port must be a number up to 65535", f.Addr)
	}
	return nil
}

// Options begin the options of a server.
func (f *Flags) Options() Options {
	return Options{Addr: f.Addr, Metrics: f.Metrics, Health: f.Health, Pprof: f.Pprof}
}
