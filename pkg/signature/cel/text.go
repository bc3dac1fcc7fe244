package cel

import (
	"math"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"github.com/tracehound/tracehound/pkg/signature"
)

// text is a YAML scalar as it was written (1.10 stays so), with its place.
type text struct {
	value        string
	line, column int // from 1; 0 when the key is missing
	style        style
}

type style uint8

const (
	plainStyle style = iota
	quotedStyle
	literalStyle // after |
	foldedStyle  // after >
)

// UnmarshalYAML implements yaml.NodeUnmarshaler.
func (t *text) UnmarshalYAML(n ast.Node) error {
	tok := n.GetToken()
	t.line, t.column = tok.Position.Line, tok.Position.Column
	switch n := n.(type) {
	case *ast.LiteralNode:
		t.value, t.style = n.Value.Value, literalStyle
		if strings.HasPrefix(n.Start.Value, ">") {
			t.style = foldedStyle
		}
	case *ast.StringNode:
		t.value = n.Value
		if c := strings.TrimSpace(tok.Origin); strings.HasPrefix(c, `"`) || strings.HasPrefix(c, "'") {
			t.style = quotedStyle
		}
	case *ast.NullNode:
	case *ast.TagNode: // a scalar node too, as an anchor is
		return t.UnmarshalYAML(n.Value)
	case *ast.AnchorNode:
		return t.UnmarshalYAML(n.Value)
	case ast.ScalarNode:
		t.value = tok.Value
	default:
		return &shapeError{t.line, t.column, strings.ToLower(n.Type().String())}
	}
	return nil
}

// shapeError says that something else stands where a scalar must be.
type shapeError struct {
	line, column int
	have         string
}

// Error implements error.
func (e *shapeError) Error() string { return "must be text, is a " + e.have }

// place is where a place in the text (line from 1, column from 0) stands in
// the file. The column is 0 where it cannot be known.
func (t text) place(lines []string, line, column int) signature.Position {
	switch t.style {
	case literalStyle:
		indent := 0
		for _, l := range lines[min(t.line, len(lines)):] {
			if content := strings.TrimLeft(l, " "); strings.TrimSpace(content) != "" {
				indent = len(l) - len(content)
				break
			}
		}
		return signature.Position{Line: t.line + line, Column: indent + column + 1}
	case foldedStyle:
		return signature.Position{Line: t.line + 1}
	case quotedStyle:
		column++
	}
	at := t.column + column
	if line > 1 || t.line < 1 || t.line > len(lines) || at > len(lines[t.line-1])+1 {
		at = 0 // the text goes on in further lines
	}
	return signature.Position{Line: t.line, Column: at}
}

// plain gives numbers of YAML the type int.
func plain(properties map[string]any) map[string]any {
	for key, v := range properties {
		properties[key] = plainValue(v)
	}
	return properties
}

func plainValue(v any) any {
	switch v := v.(type) {
	case uint64:
		if v <= math.MaxInt {
			return int(v)
		}
	case int64:
		return int(v)
	case []any:
		for i := range v {
			v[i] = plainValue(v[i])
		}
	case map[string]any:
		return plain(v)
	}
	return v
}
