package tracer

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tracehound/tracehound/pkg/catalog"
	"github.com/tracehound/tracehound/pkg/cli"
	"github.com/tracehound/tracehound/pkg/filter"
	filterkernel "github.com/tracehound/tracehound/pkg/filter/kernel"
	"github.com/tracehound/tracehound/pkg/loader"
)

func parseTrace(exprs []string) (*filter.Filter, error) { return wanted{trace: exprs}.filter() }

func compiled(t *testing.T, exprs ...string) loader.Config {
	t.Helper()
	f, err := parseTrace(exprs)
	if err != nil {
		t.Fatal(err)
	}
	half := filterkernel.Compile(f)
	return config(f.Events, &half)
}

func TestConfig(t *testing.T) {
	only := func(c loader.Config) loader.Config {
		c.Select(catalog.ByName("openat").ID)
		return c
	}
	const event = "event=openat"
	for _, c := range []struct {
		exprs string
		want  loader.Config
	}{
		{"", loader.Config{}},
		{"comm=ls", loader.Config{Scoped: 1, Scope: loader.Scope{Comm: 1}}},
		{"uid>=1000 uid<2000 pid!=7", loader.Config{Scoped: 1, Scope: loader.Scope{PID: 1, UID: 1}}},
		{"tree!=7", loader.Config{Scoped: 1, Scope: loader.Scope{Tree: 1, TreeUnlisted: 1}}},
		{"!container", loader.Config{Scoped: 1, Scope: loader.Scope{Host: 1}}},
		{"follow comm=ls", loader.Config{Scoped: 1, Follow: 1, Scope: loader.Scope{Comm: 1, Follow: [8]uint64{1}}}},
		{"retval<0", loader.Config{Rules: 1}},
		{"openat.pathname=/etc/*", loader.Config{Rules: 1, Arguments: 1}},
		{"openat.flags=O_WRONLY", loader.Config{Rules: 1}},
	} {
		got := compiled(t, append(strings.Fields(c.exprs), event)...)
		if diff := cmp.Diff(only(c.want), got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", c.exprs, diff)
		}
	}
}

func TestConfigSelects(t *testing.T) {
	got := compiled(t, "event=sched_process_exec,openat,lost_events")
	var want loader.Config
	want.Selected[707/64] |= 1 << (707 % 64)
	lost := catalog.ByName("lost_events").ID
	want.Selected[lost/64] |= 1 << (lost % 64)
	openat := catalog.ByName("openat").ID
	want.Selected[openat/64] |= 1 << (openat % 64)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestParseTraceErrors(t *testing.T) {
	for expr, want := range map[string]string{
		"event=opneat": `flag --trace "event=opneat": unknown event "opneat"; did you mean "openat"?`,
		"":             `flag --trace "": empty expression; example: --trace event=execve`,
	} {
		_, err := parseTrace([]string{expr})
		if err == nil || err.Error() != want || cli.ExitCode(err) != cli.BadUsage {
			t.Errorf("%q: %v, want %s", expr, err, want)
		}
	}
}

func TestCheckNumbers(t *testing.T) {
	for _, c := range []struct {
		buffer   int
		duration time.Duration
		scan     time.Duration
		want     string
	}{
		{1, 0, 0, ""}, {8, time.Hour, time.Second, ""}, {1024, 0, minScanInterval, ""},
		{0, 0, 0, `flag --buffer "0": must be a power of two from 1 to 1024 (MiB)`},
		{-8, 0, 0, `flag --buffer "-8": must be`},
		{3, 0, 0, `flag --buffer "3": must be`},
		{2048, 0, 0, `flag --buffer "2048": must be`},
		{8, -time.Second, 0, `flag --duration "-1s": is negative`},
		{8, 0, time.Millisecond, `flag --kernel-scan-interval "1ms": must be 0 or at least 100ms`},
		{8, 0, -time.Second, `flag --kernel-scan-interval "-1s": must be 0`},
	} {
		o := options{buffer: c.buffer, duration: c.duration, scanInterval: c.scan}
		err := o.checkNumbers()
		if (err == nil) != (c.want == "") || (err != nil && !strings.HasPrefix(err.Error(), c.want)) {
			t.Errorf("buffer %d, duration %v: %v, want %q", c.buffer, c.duration, err, c.want)
		}
		if err != nil && cli.ExitCode(err) != cli.BadUsage {
			t.Errorf("exit code %d of %v", cli.ExitCode(err), err)
		}
	}
}

func TestWarnMissingOncePerReason(t *testing.T) {
	var b bytes.Buffer
	warnMissing(notTraced, []loader.Missing{
		{Event: catalog.ByName("openat"), Reason: "no such call"},
		{Event: catalog.ByName("socket_dup"), Reason: "no hook"},
		{Event: catalog.ByName("close"), Reason: "no such call"},
	}, slog.New(slog.NewTextHandler(&b, nil)))
	lines := strings.Split(strings.TrimSpace(b.String()), "\n")
	if len(lines) != 2 || !strings.Contains(lines[0], `reason="no such call" events=openat,close`) ||
		!strings.Contains(lines[1], `reason="no hook" events=socket_dup`) {
		t.Errorf("warned:\n%s", b.String())
	}
}
