// Command dropped is a plugin for rules with one signature, EX-3: a file was
// written and is executed soon after, as droppers do and package managers do
// too. It shows how a signature remembers, and how to bound what it remembers.
package main

import (
	"time"

	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/signature"
)

// Signatures is what rules looks for in a plugin.
var Signatures = []signature.Signature{newDropped()}

func main() {}

const (
	soon     = 5 * time.Minute
	maxFiles = 4096 // a machine that writes more in that time makes us forget the oldest
)

// file is a path as seen from a mount namespace.
type file struct {
	mountNS uint32
	path    string
}

// writing is who opened a file for writing, and when in ns.
type writing struct {
	program string
	at      int64
}

type dropped struct {
	written map[file]writing
	order   []file // of written, the oldest first
}

func newDropped() *dropped { return &dropped{written: map[file]writing{}} }

// Metadata implements signature.Signature.
func (*dropped) Metadata() signature.Metadata {
	return signature.Metadata{
		ID:          "EX-3",
		Version:     "1.0.0",
		Name:        "Dropped File Executed",
		Description: "A file was executed within minutes of being written.",
		Tags:        []string{"linux", "container"},
		Properties: map[string]any{
			"Severity":     1,
			"MITRE ATT&CK": "Command and Control: Ingress Tool Transfer",
			"external_id":  "T1105",
		},
	}
}

// Selectors implements signature.Signature.
func (*dropped) Selectors() []signature.Selector {
	return []signature.Selector{{Name: "security_file_open"}, {Name: "sched_process_exec"}}
}

// OnEvent implements signature.Signature.
func (d *dropped) OnEvent(e *event.Event) (*signature.Match, error) {
	path, ok := e.String("pathname")
	if !ok {
		return nil, nil
	}
	f := file{e.MountNS, path}
	switch e.EventName {
	case "security_file_open":
		if flags, ok := e.Int("flags"); ok && writes(flags) && e.ReturnValue == 0 {
			d.remember(f, writing{e.Executable, e.Timestamp})
		}
	case "sched_process_exec":
		w, ok := d.written[f]
		if !ok || e.Timestamp-w.at > soon.Nanoseconds() {
			return nil, nil
		}
		return &signature.Match{Data: map[string]any{"pathname": path, "written by": w.program}}, nil
	}
	return nil, nil
}

// writes: the two lowest open flags are a number, 1 for writing and 2 for both.
func writes(flags int64) bool { return flags&3 == 1 || flags&3 == 2 }

func (d *dropped) remember(f file, w writing) {
	if _, known := d.written[f]; !known {
		d.order = append(d.order, f)
	}
	d.written[f] = w
	if len(d.order) > maxFiles {
		delete(d.written, d.order[0])
		d.order = d.order[1:]
	}
}
