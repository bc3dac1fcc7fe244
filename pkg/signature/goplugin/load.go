//go:build plugins && cgo

package goplugin

import (
	"fmt"
	"plugin"

	"github.com/tracehound/tracehound/pkg/signature"
)

// Load opens a plugin and returns what it exports. The plugin's own code runs:
// a panic while it starts becomes an error. A plugin cannot be unloaded.
func Load(path string) (all []signature.Signature, err error) {
	defer func() {
		if r := recover(); r != nil {
			all, err = nil, fmt.Errorf("open plugin %s: it panicked: %v", path, r)
		}
	}()
	p, err := plugin.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open plugin %s: %w; a plugin must be built by the same Go version, from the same module versions and with the same flags as rules", path, err)
	}
	symbol, err := p.Lookup(Symbol)
	if err != nil {
		return nil, fmt.Errorf("open plugin %s: it exports no variable %s", path, Symbol)
	}
	list, ok := symbol.(*[]signature.Signature)
	if !ok {
		return nil, fmt.Errorf("open plugin %s: %s is a %T: it must be a variable of type []signature.Signature", path, Symbol, symbol)
	}
	return *list, nil
}
