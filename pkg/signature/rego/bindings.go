package rego

import (
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
)

// place is where in the input a value comes from; one of the first three is set.
type place struct {
	member   *member
	argument string  // what get_tracee_argument returns for this name
	element  ast.Var // the index of an element of args
	key      string  // of the element; "" for the element itself
}

// bindings say what the variables of a body stand for.
type bindings struct {
	*analysis
	at        map[ast.Var]place
	constants map[ast.Var]ast.Value
}

func (a *analysis) bindings(body ast.Body) *bindings {
	b := &bindings{analysis: a, at: map[ast.Var]place{}, constants: map[ast.Var]ast.Value{}}
	for range body { // a variable may be bound behind where it is used
		if !b.learn(body) {
			break
		}
	}
	return b
}

// learn takes bindings from a body and reports whether there were new ones.
func (b *bindings) learn(body ast.Body) (more bool) {
	known := len(b.at) + len(b.constants)
	for _, e := range body {
		if e.Negated || len(e.With) > 0 || !e.IsCall() {
			continue
		}
		operands := e.Operands()
		switch {
		case isEquality(e):
			b.bind(operands[0], operands[1])
			b.bind(operands[1], operands[0])
		case b.helper && e.Operator().Equal(argumentHelper) && len(operands) == 2:
			name, ok := operands[0].Value.(ast.String)
			if v, isVar := operands[1].Value.(ast.Var); ok && isVar {
				b.set(v, place{argument: string(name)})
			}
		}
	}
	return len(b.at)+len(b.constants) > known
}

func (b *bindings) bind(to, from *ast.Term) {
	v, ok := to.Value.(ast.Var)
	if !ok {
		return
	}
	if p, ok := b.place(from); ok {
		b.set(v, p)
	} else if c := b.constant(from); c != nil {
		b.constants[v] = c
	}
}

// set keeps the first of several places: each of them must hold the value.
func (b *bindings) set(v ast.Var, p place) {
	if _, taken := b.at[v]; !taken {
		b.at[v] = p
	}
}

// place finds out where a term's value comes from.
func (b *bindings) place(t *ast.Term) (place, bool) {
	switch x := t.Value.(type) {
	case ast.Var:
		p, ok := b.at[x]
		return p, ok
	case ast.Ref:
		if x.HasPrefix(ast.InputRootRef) {
			return b.inputPlace(x[1:])
		}
		if v, ok := x[0].Value.(ast.Var); ok && len(x) == 2 {
			p, bound := b.at[v]
			key, isText := x[1].Value.(ast.String)
			if bound && isText && p.element != "" && p.key == "" {
				return elementPlace(p.element, string(key))
			}
		}
	}
	return place{}, false
}

// inputPlace is where a path below input leads: KEY, args[VAR] or args[VAR].KEY.
func (b *bindings) inputPlace(path ast.Ref) (place, bool) {
	if len(path) == 0 {
		return place{}, false
	}
	key, ok := path[0].Value.(ast.String)
	m := memberByKey[string(key)]
	switch {
	case !ok || m == nil:
	case len(path) == 1:
		return place{member: m}, true
	case key == "args" && len(path) <= 3:
		index, isVar := path[1].Value.(ast.Var)
		if !isVar {
			break
		}
		if len(path) == 2 {
			return place{element: index}, true
		}
		if key, isText := path[2].Value.(ast.String); isText {
			return elementPlace(index, string(key))
		}
	}
	return place{}, false
}

func elementPlace(index ast.Var, key string) (place, bool) {
	if key != "name" && key != "type" && key != "value" {
		return place{}, false
	}
	return place{element: index, key: key}, true
}

// constant is the value of a term that does not depend on the input; nil when
// that is not plain.
func (b *bindings) constant(t *ast.Term) ast.Value {
	switch x := t.Value.(type) {
	case ast.Var:
		return b.constants[x]
	case ast.Ref:
		if !x.HasPrefix(ast.DefaultRootRef) || !x.IsGround() {
			return nil
		}
		rules := b.compiler.GetRulesExact(x)
		if len(rules) != 1 || len(b.compiler.GetRulesWithPrefix(x)) != 1 {
			return nil
		}
		r := rules[0]
		if r.Default || r.Else != nil || !isComplete(r) || !isTrue(r.Body) {
			return nil
		}
		t = r.Head.Value
	}
	if _, isRef := t.Value.(ast.Ref); isRef || !t.IsGround() || !plain(t) {
		return nil
	}
	return t.Value
}

// plain reports whether a term holds nothing to evaluate.
func plain(t *ast.Term) bool {
	yes := true
	ast.WalkTerms(t, func(t *ast.Term) bool {
		switch t.Value.(type) {
		case ast.Ref, ast.Var, ast.Call, *ast.ArrayComprehension, *ast.SetComprehension, *ast.ObjectComprehension:
			yes = false
		}
		return !yes
	})
	return yes
}

func isTrue(body ast.Body) bool {
	if len(body) != 1 || body[0].Negated || len(body[0].With) > 0 {
		return false
	}
	t, ok := body[0].Terms.(*ast.Term)
	return ok && t.Equal(ast.BooleanTerm(true))
}

func isEquality(e *ast.Expr) bool {
	return (e.IsEquality() || e.Operator().Equal(ast.Equal.Ref())) && len(e.Operands()) == 2
}

// test reads a conjunct as a test of a place.
func (b *bindings) test(e *ast.Expr) (p place, t test, ok bool) {
	operands := e.Operands()
	if len(operands) != 2 {
		return p, t, false
	}
	of, with := operands[0], operands[1]
	op := e.Operator()
	if isEquality(e) {
		if _, found := b.place(of); !found {
			of, with = with, of
		}
	}
	if p, ok = b.place(of); !ok || p.element != "" && p.key == "" {
		return p, t, false
	}
	c := b.constant(with)
	if c == nil {
		return p, t, false
	}
	switch {
	case isEquality(e):
		t = test{op: equals, equal: []*ast.Term{ast.NewTerm(c)}}
		t.texts = textsOf(t.equal)
		return p, t, true
	case op.Equal(ast.Member.Ref()):
		members, isList := elementsOf(c)
		t = test{op: equals, equal: members, texts: textsOf(members)}
		return p, t, isList
	}
	switch op.String() {
	case ast.StartsWith.Name:
		t.op = beginsWith
	case ast.EndsWith.Name:
		t.op = endsWith
	case ast.Contains.Name:
		t.op = containsText
	case ast.AnyPrefixMatch.Name:
		t.op, t.lists = beginsWith, true
	case ast.AnySuffixMatch.Name:
		t.op, t.lists = endsWith, true
	default:
		return p, t, false
	}
	if s, isText := c.(ast.String); isText {
		t.texts = []string{string(s)}
		return p, t, true
	}
	list, isList := elementsOf(c)
	t.texts = textsOf(list)
	return p, t, t.lists && isList && len(t.texts) == len(list)
}

// elementsOf lists the elements of a set or an array.
func elementsOf(v ast.Value) ([]*ast.Term, bool) {
	switch v := v.(type) {
	case ast.Set:
		return v.Slice(), true
	case *ast.Array:
		var all []*ast.Term
		v.Foreach(func(t *ast.Term) { all = append(all, t) })
		return all, true
	}
	return nil, false
}

// textsOf are the strings among constants.
func textsOf(list []*ast.Term) []string {
	var texts []string
	for _, t := range list {
		if s, ok := t.Value.(ast.String); ok {
			texts = append(texts, string(s))
		}
	}
	return slices.Clip(texts)
}
