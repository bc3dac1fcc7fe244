package golang

import (
	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/signature"
)

// drift is TH-1: a container executes a file that was written in it. Its image
// holds all that it should run, so the file came by an update, or an attacker.
//
// A file is known by device and inode, which stay when it is renamed. What is
// written later than the beginning of the tracer is known, and of that the last
// maxWritten files. Of a script, the file that the kernel executes in the end is its
// interpreter: so what is about to be executed is looked at too.
type drift struct {
	written *latest[writtenFile, writer]
	// scripts that processes, by their id on the host, are about to execute.
	scripts *latest[int, script]
}

// script is a written file that is about to be executed.
type script struct {
	path string
	by   writer
}

// writtenFile is a file of a container.
type writtenFile struct {
	container  string
	dev, inode int64
}

// writer is who wrote a file, and as what.
type writer struct{ path, executable string }

const maxWritten = 16384

const maxBegun = 1024

func newDrift() *drift {
	return &drift{newLatest[writtenFile, writer](maxWritten), newLatest[int, script](maxBegun)}
}

// Metadata implements signature.Signature.
func (*drift) Metadata() signature.Metadata {
	return signature.Metadata{
		ID:          "TH-1",
		Version:     "1.0.0",
		Name:        "Container Drift",
		Description: "A container executed a file that was written while it ran. All that a container should run comes with its image.",
		Tags:        []string{"container"},
		Properties: map[string]any{
			"Severity":     3,
			"MITRE ATT&CK": "Execution: Deploy Container",
			"Category":     "execution",
			"Technique":    "Deploy Container",
			"external_id":  "T1610",
			"misses":       "A script that its interpreter is told to read (sh FILE), a library, and what was written from outside of the container.",
			"response":     "See what wrote the file. If the container installs or builds programs by design, except that image; else stop it.",
		},
	}
}

// Selectors implements signature.Signature.
func (*drift) Selectors() []signature.Selector {
	return []signature.Selector{
		{Source: "tracehound", Name: "security_file_open", Origin: "container"},
		{Source: "tracehound", Name: "security_bprm_check", Origin: "container"},
		{Source: "tracehound", Name: "sched_process_exec", Origin: "container"},
	}
}

// Reset implements signature.Stateful.
func (d *drift) Reset() { *d = *newDrift() }

// OnEvent implements signature.Signature.
func (d *drift) OnEvent(e *event.Event) (*signature.Match, error) {
	dev, knownDev := e.Int("dev")
	inode, knownInode := e.Int("inode")
	path, _ := e.String("pathname")
	if !knownDev || !knownInode {
		return nil, nil
	}
	file := writtenFile{e.ContainerID, dev, inode}
	switch e.EventName {
	case "security_file_open":
		if flags, _ := e.Int("flags"); isWrite(flags) && e.ReturnValue == 0 {
			d.written.Add(file, writer{path, e.Executable})
		}
	case "security_bprm_check":
		if by, ok := d.written.Get(file); ok {
			d.scripts.Add(e.HostProcessID, script{path, by})
		}
	case "sched_process_exec":
		s, begun := d.scripts.Get(e.HostProcessID)
		d.scripts.Remove(e.HostProcessID)
		if by, ok := d.written.Get(file); ok {
			s, begun = script{path, by}, true
		}
		if begun {
			return &signature.Match{Data: map[string]any{"file": s.path, "written as": s.by.path, "written by": s.by.executable}}, nil
		}
	}
	return nil, nil
}

// Open flags that are the same on every architecture.
const (
	accessMode = 0o3
	pathOnly   = 0o10000000
)

// isWrite reports whether open flags allow writing.
func isWrite(flags int64) bool {
	mode := flags & accessMode
	return flags&pathOnly == 0 && (mode == 1 || mode == 2)
}
