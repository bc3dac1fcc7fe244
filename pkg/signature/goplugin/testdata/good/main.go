// A plugin with one signature.
package main

import (
	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/signature"
)

// Signatures is what rules looks for.
var Signatures = []signature.Signature{mine{}}

type mine struct{}

func (mine) Metadata() signature.Metadata {
	return signature.Metadata{ID: "MINE-1", Version: "1.0.0", Name: "from a plugin"}
}

func (mine) Selectors() []signature.Selector { return []signature.Selector{{Name: "ptrace"}} }

func (mine) OnEvent(e *event.Event) (*signature.Match, error) {
	if n, ok := e.Int("request"); ok && n == 0 {
		return &signature.Match{Data: map[string]any{"comm": e.ProcessName}}, nil
	}
	return nil, nil
}

func main() {}
