package tracer

import (
	"fmt"
	"log/slog"
	"math/bits"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/tracehound/tracehound/bpf/object"
	"github.com/tracehound/tracehound/pkg/cgroup"
	"github.com/tracehound/tracehound/pkg/cli"
	"github.com/tracehound/tracehound/pkg/container"
	"github.com/tracehound/tracehound/pkg/filter"
	filterkernel "github.com/tracehound/tracehound/pkg/filter/kernel"
	"github.com/tracehound/tracehound/pkg/kernel"
	"github.com/tracehound/tracehound/pkg/loader"
	"github.com/tracehound/tracehound/pkg/schema"
)

const (
	mebibyte       = 1 << 20
	maxBuffer      = 1024 // MiB
	lifecycleBytes = 4 * mebibyte
)

// fit refuses machines that cannot be traced.
func fit(where kernel.Options) (*kernel.Facts, error) {
	facts, err := kernel.Probe(where)
	if err != nil {
		return nil, fmt.Errorf("probe kernel: %w", err)
	}
	return facts, cli.Unfit(facts.Unfit())
}

// plan chooses how the events are obtained here, without the programs that the
// kernel has refused. With nothing that can be had, that is an error.
func plan(f *filter.Filter, k loader.Kernel, log *slog.Logger) (loader.Plan, error) {
	p := newPlan(f, k)
	if len(p.Missing) == len(f.Events) {
		warnMissing(notTraced, p.Missing, log)
		return p, cli.Unfitf("this kernel can deliver none of the events asked for: see `tracer check`")
	}
	return p, nil
}

func newPlan(f *filter.Filter, k loader.Kernel) loader.Plan {
	p := loader.NewPlan(withNeeded(f.Events), k)
	p.Missing = missingOf(f.Events, p.Missing)
	p.Partial = missingOf(f.Events, p.Partial)
	return p
}

// kernelFor is what plans need to know of the running kernel.
func kernelFor(facts *kernel.Facts, types *kernel.Types) loader.Kernel {
	calls := sync.OnceValues(func() (map[string]bool, error) { return kernel.Functions(loader.SyscallPrefix(runtime.GOARCH)) })
	all := sync.OnceValues(func() (map[string]bool, error) { return kernel.Functions("") })
	dispatcher := sync.OnceValue(func() kernel.State { return kernel.Traceable(loader.I386Function) })
	return loader.Kernel{
		Arch: runtime.GOARCH,
		HasFunc: func(name string) bool {
			if !facts.Has(kernel.FeatureFentry) || !types.HasFunc(name) {
				return false
			}
			return name != loader.I386Function || dispatcher() != kernel.No
		},
		HasSymbol: func(name string) bool {
			functions := all
			if strings.HasPrefix(name, loader.SyscallPrefix(runtime.GOARCH)) {
				functions = calls
			}
			known, err := functions()
			return err != nil || known[name] // unknown: better dear than blind
		},
		HasTracepoint: func(name string) bool { return types.TracepointArgs(name) > 0 },
		Addresses:     addressesKnown(),
		Refused:       map[string]string{},
	}
}

// What is said of events that a kernel does not deliver as it should.
const (
	notTraced    = "events are not traced"
	tracedInPart = "events are traced in part: some of what causes them is not seen"
)

// warnMissing says once per reason what of which events.
func warnMissing(what string, missing []loader.Missing, log *slog.Logger) {
	var reasons []string
	events := map[string][]string{}
	for _, m := range missing {
		if events[m.Reason] == nil {
			reasons = append(reasons, m.Reason)
		}
		events[m.Reason] = append(events[m.Reason], m.Event.Name)
	}
	for _, reason := range reasons {
		log.Warn(what, "reason", reason, "events", strings.Join(events[reason], ","))
	}
}

// cgroups finds the hierarchy that tells containers. Without one there are no
// container ids, which is worth a warning and no more.
func cgroups(log *slog.Logger) (*cgroup.Hierarchy, *container.Table) {
	h, err := cgroup.Find("")
	if err != nil {
		log.Warn("events will carry no container ids", "reason", err)
		return &cgroup.Hierarchy{Version: 2}, container.NewTable(nil)
	}
	if h.Partial {
		log.Warn("only a part of the cgroups is visible: containers outside of it have no id", "mount", h.Mount)
	}
	table := container.NewTable(h)
	return h, table
}

// loaderOptions puts everything together that the kernel side needs to know.
func loaderOptions(half *filterkernel.Config, p loader.Plan, h *cgroup.Hierarchy, o *options, spec *outputSpec) (loader.Options, error) {
	obj, err := object.Bytes()
	if err != nil {
		return loader.Options{}, err
	}
	opts := loader.Options{
		Object: obj, Plan: p,
		Config: config(p.Events, half), Maps: filterMaps(half),

		EventsBytes: uint32(o.buffer) * mebibyte, LifecycleBytes: lifecycleBytes,
		Log: func(line string) { slog.Debug(line, "from", "libbpf") },
	}
	opts.Config.Self = uint32(os.Getpid())
	opts.Config.CgroupHierarchy = uint32(h.Number)
	opts.Config.WakeBytes = min(opts.EventsBytes/8, mebibyte)
	spec.fieldOptions(&opts)
	for _, e := range p.Events {
		if e.Syscall != nil {
			opts.Syscalls = append(opts.Syscalls, e)
		}
	}
	return opts, nil
}

// tellDifferences says where this kernel differs from others in ways that the
// programs cannot find out by themselves.
func tellDifferences(c *loader.Config, p *loader.Plan, types *kernel.Types) {
	c.ExitTellsGroup = flag(types.TracepointArgs("sched_process_exit") > 1)
	c.ExitGroupNoted = flag(slices.ContainsFunc(p.Probes, func(probe loader.Probe) bool { return probe.Program == "group_ends" }))
	c.BprmExecveArgs = uint32(types.FuncArgs("bprm_execve"))
}

func config(events []*schema.Event, half *filterkernel.Config) loader.Config {
	c := loader.Config{
		Scope: loader.Scope(half.Scope), Scoped: flag(half.Scope.Any()), Follow: flag(half.Follow()),
		Rules: flag(half.Rules != nil), Arguments: flag(half.Arguments()),
	}
	for _, e := range events {
		c.Select(e.ID)
	}
	return c
}

func filterMaps(half *filterkernel.Config) []loader.Map {
	var all []loader.Map
	for _, m := range half.Maps() {
		to := loader.Map{Name: m.Name}
		for _, e := range m.Entries {
			to.Entries = append(to.Entries, loader.Entry(e))
		}
		all = append(all, to)
	}
	return all
}

// hostMount is the number of the host's mount namespace.
func hostMount() (uint32, error) {
	link, err := os.Readlink("/proc/1/ns/mnt")
	if err != nil {
		return 0, fmt.Errorf("find the host's mount namespace: %w", err)
	}
	n, err := strconv.ParseUint(strings.TrimSuffix(strings.TrimPrefix(link, "mnt:["), "]"), 10, 32)
	if err != nil {
		return 0, fmt.Errorf("find the host's mount namespace: %w", err)
	}
	return uint32(n), nil
}

func flag(b bool) uint32 {
	if b {
		return 1
	}
	return 0
}

// checkNumbers refuses sizes that no ring can have, and times gone by.
func (o *options) checkNumbers() error {
	if o.buffer < 1 || o.buffer > maxBuffer || bits.OnesCount(uint(o.buffer)) != 1 {
		return cli.Usagef("flag --buffer \"%d\": must be a power of two from 1 to %d (MiB)", o.buffer, maxBuffer)
	}
	if o.duration < 0 {
		return cli.Usagef("flag --duration %q: is negative", o.duration)
	}
	if o.heartbeat != 0 && o.heartbeat < minHeartbeat {
		return cli.Usagef("flag --heartbeat-interval %q: must be at least %s", o.heartbeat, minHeartbeat)
	}
	if o.scanInterval != 0 && o.scanInterval < minScanInterval {
		return cli.Usagef("flag --kernel-scan-interval %q: must be 0 or at least %s", o.scanInterval, minScanInterval)
	}
	return nil
}
