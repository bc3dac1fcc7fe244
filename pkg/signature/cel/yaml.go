package cel

import (
	"errors"
	"fmt"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"github.com/tracehound/tracehound/pkg/document"
	"github.com/tracehound/tracehound/pkg/signature"
)

// The YAML library panics on some malformed text, a tag without a value for
// one; parseYAML and decodeYAML make errors of that.

func parseYAML(data []byte) (file *ast.File, err error) {
	defer caught(&err)
	return parser.ParseBytes(data, 0)
}

func decodeYAML(node ast.Node, to any, options ...yaml.DecodeOption) (err error) {
	defer caught(&err)
	return yaml.NodeToValue(node, to, options...)
}

func caught(err *error) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("malformed YAML: %v", r)
	}
}

// yamlError shows an error of the YAML library at its place, without colours
// and copies of the source.
func yamlError(path string, err error) error {
	var shape *shapeError
	if errors.As(err, &shape) {
		at := signature.Position{File: path, Line: shape.line, Column: shape.column}
		return fmt.Errorf("%s: %w", at, shape)
	}
	return document.Error(path, err)
}
