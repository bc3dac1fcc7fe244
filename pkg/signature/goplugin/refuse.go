//go:build !(plugins && cgo)

package goplugin

import (
	"fmt"

	"github.com/tracehound/tracehound/pkg/signature"
)

// Load refuses: this program was not built to load plugins.
func Load(path string) ([]signature.Signature, error) {
	return nil, fmt.Errorf("open plugin %s: this rules cannot load Go plugins: build it with CGO_ENABLED=1 go build -tags plugins ./cmd/rules, or remove the file", path)
}
