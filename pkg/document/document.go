// Package document is what all YAML files that people write for rules have in
// common: they are short, and a fault in them is shown at its place.
package document

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"

	"github.com/tracehound/tracehound/pkg/signature"
)

// Read reads a file of at most limit bytes, whole MiB.
func Read(path string, limit int) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, int64(limit)+1))
	if err == nil && len(data) > limit {
		err = fmt.Errorf("%s: longer than %d MiB", path, limit>>20)
	}
	return data, err
}

// Error shows an error of the YAML library at its place, without colours and
// copies of the source.
func Error(path string, err error) error {
	at := signature.Position{File: path}
	var y yaml.Error
	if !errors.As(err, &y) {
		return fmt.Errorf("%s: %w", at, err)
	}
	if t := y.GetToken(); t != nil && t.Position != nil {
		at.Line, at.Column = t.Position.Line, t.Position.Column
	}
	return fmt.Errorf("%s: %s", at, y.GetMessage())
}

// Line is where the n-th element, from 0, of a list of the document begins; 0
// when there is none.
func Line(body ast.Node, list string, n int) int {
	at, err := yaml.PathString(fmt.Sprintf("$.%s[%d]", list, n))
	if err != nil {
		return 0
	}
	node, err := at.FilterNode(body)
	if err != nil || node == nil {
		return 0
	}
	return node.GetToken().Position.Line
}
