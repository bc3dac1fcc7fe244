package loader

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"syscall"
	"unsafe"

	bpf "github.com/aquasecurity/libbpfgo"
	"golang.org/x/sys/unix"

	"github.com/tracehound/tracehound/pkg/schema"
)

// Options say what to load.
type Options struct {
	Object []byte // the ELF object
	Config Config
	Plan   Plan
	// Maps are filled before anything is attached.
	Maps []Map
	// Syscalls are the definitions of the selected system calls.
	Syscalls []*schema.Event
	// FieldOptions names the options of fields that are switched on.
	FieldOptions []string
	// EventsBytes and LifecycleBytes are the ring sizes, powers of two.
	EventsBytes, LifecycleBytes uint32
	// Log receives libbpf's own words, line by line; may be nil.
	Log func(line string)
}

// Loader holds the loaded programs. Close detaches them.
type Loader struct {
	module *bpf.Module
	plan   Plan
	// options are those of Options.FieldOptions.
	options []string
	links   []*bpf.BPFLink
	// programs are the descriptors of what was attached, valid until Close.
	programs []int
	names    []string // of these programs
	missed   uint64   // see misses
	stats    *os.File // while it is open the kernel measures; nil if it does not
	reader   *Reader
	peeked   [][]byte // memory that is shared with the kernel
}

// Open loads the programs of the plan, and no others, into the kernel. Nothing
// is attached yet. A *RefusedError names a program that the kernel does not take.
func Open(o Options) (*Loader, error) {
	var why words
	logTo(o.Log, &why)
	module, err := bpf.NewModuleFromBufferArgs(bpf.NewModuleArgs{BPFObjBuff: o.Object, BPFObjName: "tracehound"})
	if err != nil {
		return nil, fmt.Errorf("open BPF object: %w", err)
	}
	l := &Loader{module: module, plan: o.Plan, options: o.FieldOptions}
	if err := l.load(&o); err != nil {
		l.Close()
		return nil, why.explain(err)
	}
	return l, nil
}

func (l *Loader) load(o *Options) error {
	if err := l.module.InitGlobalVariable("config", o.Config); err != nil {
		return fmt.Errorf("set configuration: %w", err)
	}
	if err := l.size(o); err != nil {
		return err
	}
	if err := l.choosePrograms(); err != nil {
		return err
	}
	if err := l.module.BPFLoadObject(); err != nil {
		return fmt.Errorf("load BPF programs: %w", err)
	}
	if err := l.fill(o); err != nil {
		return err
	}
	return l.openReader(o)
}

// scratchSlots is SCRATCH_SLOTS in bpf/lib/maps.h.
const scratchSlots = 3

func (l *Loader) size(o *Options) error {
	cpus, err := bpf.NumPossibleCPUs()
	if err != nil {
		return fmt.Errorf("count processors: %w", err)
	}
	for _, s := range []struct {
		name string
		size uint32
	}{{"events", o.EventsBytes}, {"lifecycle", o.LifecycleBytes}, {"scratches", uint32(cpus) * scratchSlots}} {
		m, err := l.module.GetMap(s.name)
		if err != nil {
			return fmt.Errorf("find map %s: %w", s.name, err)
		}
		if err := m.SetMaxEntries(s.size); err != nil {
			return fmt.Errorf("size map %s: %w", s.name, err)
		}
	}
	for _, o := range o.Maps {
		m, err := l.module.GetMap(o.Name)
		if err != nil {
			return fmt.Errorf("find map %s: %w", o.Name, err)
		}
		if err := m.SetMaxEntries(uint32(max(1, len(o.Entries)))); err != nil {
			return fmt.Errorf("size map %s: %w", o.Name, err)
		}
	}
	return nil
}

// choosePrograms switches off what the plan does not name: the kernel never
// sees it.
func (l *Loader) choosePrograms() error {
	wanted := map[string]string{knownProgram: ""}
	if l.plan.Memory {
		wanted[peekProgram] = ""
	}
	for _, probes := range [][]Probe{l.plan.Lifecycle, l.plan.Probes} {
		for _, p := range probes {
			wanted[p.Program] = p.Target
		}
	}
	for it := l.module.Iterator(); ; {
		prog := it.NextProgram()
		if prog == nil {
			break
		}
		target, ok := wanted[prog.Name()]
		delete(wanted, prog.Name())
		if err := prog.SetAutoload(ok); err != nil {
			return fmt.Errorf("choose program %s: %w", prog.Name(), err)
		}
		if target == "" {
			continue
		}
		if err := prog.SetAttachTarget(0, target); err != nil {
			return &RefusedError{map[string]string{prog.Name(): fmt.Sprintf("aim at %s: %v", target, err)}}
		}
	}
	for name := range wanted {
		return fmt.Errorf("the BPF object has no program %s", name)
	}
	return nil
}

func (l *Loader) openReader(o *Options) error {
	var rings []*ring
	for _, s := range []struct {
		name string
		size uint32
	}{{"events", o.EventsBytes}, {"lifecycle", o.LifecycleBytes}} {
		m, err := l.module.GetMap(s.name)
		if err != nil {
			return fmt.Errorf("find map %s: %w", s.name, err)
		}
		r, err := openRing(m.FileDescriptor(), s.size)
		if err != nil {
			return fmt.Errorf("open ring %s: %w", s.name, err)
		}
		rings = append(rings, r)
	}
	var err error
	l.reader, err = newReader(rings[0], rings[1])
	return err
}

// AttachLifecycle attaches the probes that remember processes. Call it before
// the trees that exist are listed, so that no fork falls between.
func (l *Loader) AttachLifecycle() error { return l.attach(l.plan.Lifecycle) }

// Attach attaches the probes of the selected events. A *RefusedError names all
// those that the kernel does not let attach.
func (l *Loader) Attach() error { return l.attach(l.plan.Probes) }

func (l *Loader) attach(probes []Probe) error {
	reasons := map[string]string{}
	for _, p := range probes {
		prog, err := l.module.GetProgram(p.Program)
		if err != nil {
			return fmt.Errorf("find program %s: %w", p.Program, err)
		}
		link, err := prog.AttachGeneric()
		if err != nil {
			reasons[p.Program] = attachReason(p, err)
			if p.Target == I386Function { // it is the first, and all is planned anew
				break
			}
			continue
		}
		l.links = append(l.links, link)
		l.programs = append(l.programs, prog.FileDescriptor())
		l.names = append(l.names, p.Program)
	}
	if len(reasons) > 0 {
		return &RefusedError{reasons}
	}
	return nil
}

// attachReason adds to the kernel's number what it means here.
func attachReason(p Probe, err error) string {
	var number syscall.Errno
	if !errors.As(err, &number) {
		return "attach: " + err.Error()
	}
	reason := "attach: " + number.Error()
	switch {
	case p.Target == "":
	case number == syscall.E2BIG:
		reason += fmt.Sprintf(" (no more programs fit on %s: others trace it)", p.Target)
	case number == syscall.EBUSY:
		reason += fmt.Sprintf(" (%s is taken, by a live patch or another tool)", p.Target)
	}
	return reason
}

// Probes is how many probes are attached.
func (l *Loader) Probes() int { return len(l.links) }

// Reader returns the stream of records.
func (l *Loader) Reader() *Reader { return l.reader }

// Detach ends the flow of records, that of the process life cycle last. Records can be read meanwhile and should be:
// some kernels (6.1) wait 100 ms for each probe, one after the other whoever
// asks, which is long enough to fill a ring.
func (l *Loader) Detach() error {
	var errs []error
	for _, link := range slices.Backward(l.links) {
		errs = append(errs, link.Destroy())
	}
	l.links = nil
	return errors.Join(errs...)
}

// Close detaches and frees everything.
func (l *Loader) Close() {
	_ = l.Detach()
	if l.reader != nil {
		l.reader.close()
		l.reader = nil
	}
	for _, peeked := range l.peeked {
		_ = unix.Munmap(peeked) // it is mapped
	}
	l.peeked = nil
	if l.stats != nil {
		_ = l.stats.Close() // nothing was written
	}
	l.module.Close()
}

func (l *Loader) update(name string, key, value unsafe.Pointer) error {
	m, err := l.module.GetMap(name)
	if err != nil {
		return fmt.Errorf("find map %s: %w", name, err)
	}
	if err := m.Update(key, value); err != nil {
		return fmt.Errorf("write map %s: %w", name, err)
	}
	return nil
}

// logTo sends libbpf's messages to log instead of stderr, and its warnings to
// why, too.
func logTo(log func(string), why *words) {
	bpf.SetLoggerCbs(bpf.Callbacks{
		Log: func(level int, msg string) {
			msg = strings.TrimRight(msg, "\n")
			if log != nil {
				log(msg)
			}
			if level <= bpf.LibbpfWarnLevel {
				why.add(msg)
			}
		},
	})
}
