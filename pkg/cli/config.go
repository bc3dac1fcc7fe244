package cli

import (
	"errors"
	"fmt"
	"os"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/tracehound/tracehound/pkg/cli/nearest"
)

const configFlag = "config"

// Structured is a flag whose value in a config file is more than text and lists
// of it.
type Structured interface {
	pflag.Value
	// SetYAML takes the value as it stands in the file.
	SetYAML(file string, node ast.Node) error
}

// setting is one flag of a config file: a name and its values, each with the
// line it stands on.
type setting struct {
	name   string
	line   int
	node   ast.Node
	values []value
	fault  error // why it has no values
}

type value struct {
	text string
	line int
}

// readConfig gives the command's flags the values that a file holds, except
// those that the command line has set. Keys that only other commands of the
// program have are left alone, so that one file serves them all.
func readConfig(cmd *cobra.Command, file string) error {
	content, err := os.ReadFile(file)
	if err != nil {
		return Usage(fmt.Errorf("read config: %w", err))
	}
	settings, err := parseConfig(file, content)
	if err != nil {
		return Usage(err)
	}
	known := configNames(cmd.Root())
	onCommandLine := map[string]bool{}
	cmd.Flags().Visit(func(f *pflag.Flag) { onCommandLine[f.Name] = true })
	for _, s := range settings {
		if !contains(known, s.name) {
			return Usagef("%s:%d: unknown key %q%s", file, s.line, s.name, nearest.Hint(s.name, known))
		}
		if onCommandLine[s.name] || cmd.Flags().Lookup(s.name) == nil {
			continue
		}
		if structured, ok := cmd.Flags().Lookup(s.name).Value.(Structured); ok {
			if err := structured.SetYAML(file, s.node); err != nil {
				return Usage(err)
			}
			continue
		}
		if s.fault != nil {
			return Usage(s.fault)
		}
		for _, v := range s.values {
			if err := setFlag(cmd.Flags(), s.name, v.text); err != nil {
				return Usagef("%s:%d: %s %q: %w", file, v.line, s.name, v.text, err)
			}
		}
	}
	return nil
}

// setFlag is FlagSet.Set without pflag's words around the flag's own error.
func setFlag(flags *pflag.FlagSet, name, text string) error {
	err := flags.Set(name, text)
	var invalid *pflag.InvalidValueError
	if errors.As(err, &invalid) {
		return reason(invalid)
	}
	return err
}

// configNames lists the flags of all commands that a file may set.
func configNames(root *cobra.Command) []string {
	var names []string
	add := func(f *pflag.Flag) {
		if f.Name != configFlag && f.Name != "help" && !contains(names, f.Name) {
			names = append(names, f.Name)
		}
	}
	var walk func(cmd *cobra.Command)
	walk = func(cmd *cobra.Command) {
		if cmd.Name() == "completion" || cmd.Name() == "help" {
			return
		}
		cmd.PersistentFlags().VisitAll(add)
		cmd.LocalFlags().VisitAll(add)
		for _, sub := range cmd.Commands() {
			walk(sub)
		}
	}
	walk(root)
	return names
}

// parseConfig reads one YAML mapping of flag names to a scalar or a list of
// scalars. An empty file sets nothing.
func parseConfig(file string, content []byte) ([]setting, error) {
	tree, err := parser.ParseBytes(content, 0)
	if err != nil {
		var at yaml.Error
		if errors.As(err, &at) && at.GetToken() != nil {
			return nil, fmt.Errorf("%s:%d: parse YAML: %s", file, at.GetToken().Position.Line, at.GetMessage())
		}
		return nil, fmt.Errorf("%s: parse YAML: %w", file, err)
	}
	var settings []setting
	for i, doc := range tree.Docs {
		if doc.Body == nil || doc.Body.Type() == ast.CommentType {
			continue
		}
		if i > 0 {
			return nil, fmt.Errorf("%s:%d: more than one YAML document", file, lineOf(doc.Body))
		}
		m, ok := doc.Body.(ast.MapNode)
		if !ok {
			return nil, fmt.Errorf("%s:%d: is not a mapping of flag names to values", file, lineOf(doc.Body))
		}
		for it := m.MapRange(); it.Next(); {
			s, err := parseSetting(file, it.Key(), it.Value())
			if err != nil {
				return nil, err
			}
			settings = append(settings, s)
		}
	}
	return settings, nil
}

func parseSetting(file string, key, val ast.Node) (setting, error) {
	s := setting{line: lineOf(key), node: val}
	var ok bool
	if s.name, ok = scalar(key); !ok {
		return s, fmt.Errorf("%s:%d: key is not a flag name", file, s.line)
	}
	items := []ast.Node{val}
	if seq, isList := val.(*ast.SequenceNode); isList {
		items = seq.Values
	}
	for _, item := range items {
		text, ok := scalar(item)
		if !ok {
			s.fault = fmt.Errorf("%s:%d: %s: takes text, a number, true or false, or a list of these", file, lineOf(item), s.name)
			return s, nil
		}
		s.values = append(s.values, value{text: text, line: lineOf(item)})
	}
	return s, nil
}

// scalar returns a value as it is written, so that 0x10 and 1e3 reach the flag
// untouched.
func scalar(n ast.Node) (string, bool) {
	switch n := n.(type) {
	case *ast.StringNode:
		return n.Value, true
	case *ast.LiteralNode:
		return n.Value.Value, true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		return n.GetToken().Value, true
	}
	return "", false
}

func lineOf(n ast.Node) int {
	if t := n.GetToken(); t != nil && t.Position != nil {
		return t.Position.Line
	}
	return 1
}
