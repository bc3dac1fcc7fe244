package rego

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"github.com/open-policy-agent/opa/v1/ast"
	oparego "github.com/open-policy-agent/opa/v1/rego"

	"github.com/tracehound/tracehound/pkg/signature"
)

// evaluate returns the value of a rule that needs no input.
func evaluate(c *ast.Compiler, m *ast.Module, rule string) (any, error) {
	results, err := oparego.New(oparego.Compiler(c), oparego.ParsedQuery(queryFor(m, rule))).Eval(context.Background())
	if err != nil {
		return nil, fmt.Errorf("evaluate %s: %w", rule, err)
	}
	if len(results) == 0 {
		return nil, fmt.Errorf("%s is undefined without an event: it must not depend on input", rule)
	}
	return native(results[0].Expressions[0].Value), nil
}

func readMetadata(c *ast.Compiler, m *ast.Module) (signature.Metadata, error) {
	v, err := evaluate(c, m, metadataRule)
	if err != nil {
		return signature.Metadata{}, err
	}
	doc, ok := v.(map[string]any)
	if !ok {
		return signature.Metadata{}, fmt.Errorf("%s must be an object, is %s", metadataRule, typeName(v))
	}
	var meta signature.Metadata
	for key, to := range map[string]*string{"id": &meta.ID, "version": &meta.Version, "name": &meta.Name, "description": &meta.Description} {
		if err := readText(doc, key, to); err != nil {
			return meta, err
		}
	}
	if tags, given := doc["tags"]; given {
		list, ok := tags.([]any)
		if !ok {
			return meta, fmt.Errorf("tags in %s must be an array of strings, are %s", metadataRule, typeName(tags))
		}
		for _, t := range list {
			text, ok := t.(string)
			if !ok {
				return meta, fmt.Errorf("tags in %s must be strings, one is %s", metadataRule, typeName(t))
			}
			meta.Tags = append(meta.Tags, text)
		}
	}
	if p, given := doc["properties"]; given {
		if meta.Properties, ok = p.(map[string]any); !ok {
			return meta, fmt.Errorf("properties in %s must be an object, are %s", metadataRule, typeName(p))
		}
	}
	return meta, nil
}

func readText(doc map[string]any, key string, to *string) error {
	v, given := doc[key]
	if !given {
		return nil
	}
	text, ok := v.(string)
	if !ok {
		return fmt.Errorf("%s in %s must be a string, is %s", key, metadataRule, typeName(v))
	}
	*to = text
	return nil
}

func readSelectors(c *ast.Compiler, m *ast.Module) ([]signature.Selector, error) {
	v, err := evaluate(c, m, selectorsRule)
	if err != nil {
		return nil, err
	}
	list, ok := v.([]any) // a set arrives as a sorted list
	if !ok {
		return nil, fmt.Errorf("%s must be a set of objects, is %s", selectorsRule, typeName(v))
	}
	var all []signature.Selector
	for _, one := range list {
		object, ok := one.(map[string]any)
		if !ok {
			return nil, fmt.Errorf("%s must hold objects, one is %s", selectorsRule, typeName(one))
		}
		var sel signature.Selector
		for key, value := range object {
			text, isText := value.(string)
			if !isText {
				return nil, fmt.Errorf("%s in %s must be a string, is %s", key, selectorsRule, typeName(value))
			}
			switch key {
			case "source":
				sel.Source = text
			case "name":
				sel.Name = text
			case "origin":
				sel.Origin = text
			default:
				return nil, fmt.Errorf("unknown key %q in %s: a selector has source, name and origin", key, selectorsRule)
			}
		}
		all = append(all, sel)
	}
	if len(all) == 0 {
		return nil, errors.New(selectorsRule + " is empty: select at least one event")
	}
	return all, nil
}

// native turns OPA's numbers into int, or float64 where they are fractions.
func native(v any) any {
	switch v := v.(type) {
	case json.Number:
		if n, err := strconv.Atoi(string(v)); err == nil {
			return n
		}
		if u, err := strconv.ParseUint(string(v), 10, 64); err == nil {
			return u
		}
		if f, err := v.Float64(); err == nil {
			return f
		}
		return string(v)
	case []any:
		for i := range v {
			v[i] = native(v[i])
		}
	case map[string]any:
		for k := range v {
			v[k] = native(v[k])
		}
	}
	return v
}

// typeName says what a value is, in Rego's words.
func typeName(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case bool:
		return "a boolean"
	case string:
		return "a string"
	case []any:
		return "an array or set"
	case map[string]any:
		return "an object"
	}
	return "a number"
}
