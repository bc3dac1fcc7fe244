package mutation

import (
	"fmt"
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/format"
)

// Rego makes all changes of a signature in Rego but for those of its metadata.
func Rego(file string, data []byte) ([]Mutant, error) {
	r := &regoFile{file: file, data: data}
	tree, err := r.parse()
	if err != nil {
		return nil, err
	}
	for i, rule := range tree.Rules {
		if rule.Head.Name.String() == "__rego_metadoc__" {
			continue
		}
		if others := slices.ContainsFunc(tree.Rules, func(o *ast.Rule) bool { return o != rule && o.Head.Ref().Equal(rule.Head.Ref()) }); others {
			r.add(rule.Loc(), "rule "+rule.Head.Ref().String()+" left out", func(m *ast.Module) { m.Rules = slices.Delete(m.Rules, i, i+1) })
		}
		r.clauses(rule, i)
		r.terms(rule, i)
	}
	return r.mutants, r.err
}

// regoFile collects the changes of a file.
type regoFile struct {
	file    string
	data    []byte
	mutants []Mutant
	err     error
}

func (r *regoFile) parse() (*ast.Module, error) {
	return ast.ParseModuleWithOpts(r.file, string(r.data), ast.ParserOptions{RegoVersion: ast.RegoV1})
}

// add adds the file with something changed in its tree, which is made anew.
func (r *regoFile) add(at *ast.Location, what string, do func(*ast.Module)) {
	tree, err := r.parse()
	if err != nil {
		r.err = err
		return
	}
	do(tree)
	text, err := format.AstWithOpts(tree, format.Opts{RegoVersion: ast.RegoV1})
	if err != nil {
		r.err = fmt.Errorf("%s:%d: %s: %w", r.file, at.Row, what, err)
		return
	}
	r.mutants = append(r.mutants, Mutant{File: r.file, Line: at.Row, What: what, Text: text})
}

// clauses drops and negates each condition of a body. What gives a name its value
// is no condition.
func (r *regoFile) clauses(rule *ast.Rule, n int) {
	for i, e := range rule.Body {
		if e.IsAssignment() || e.IsSome() || e.IsEquality() || len(rule.Body) == 1 && e.Equal(ast.NewExpr(ast.BooleanTerm(true))) {
			continue
		}
		r.add(e.Loc(), fmt.Sprintf("clause %s left out", e), func(m *ast.Module) {
			body := &m.Rules[n].Body
			if *body = slices.Delete(*body, i, i+1); len(*body) == 0 {
				*body = ast.NewBody(ast.NewExpr(ast.BooleanTerm(true)))
			}
		})
		r.add(e.Loc(), fmt.Sprintf("clause %s negated", e), func(m *ast.Module) {
			m.Rules[n].Body[i].Negated = !e.Negated
		})
	}
}

// terms changes constants, and leaves members of sets and lists out.
func (r *regoFile) terms(rule *ast.Rule, n int) {
	number := 0
	visit(rule, func(t *ast.Term) {
		at := number
		number++
		for _, c := range changesOf(t) {
			r.add(t.Loc(), c.what, func(m *ast.Module) {
				i := 0
				visit(m.Rules[n], func(other *ast.Term) {
					if i == at { // of a text the place is printed
						place := *other.Location
						place.Text = []byte(c.value.String())
						other.Value, other.Location = c.value, &place
					}
					i++
				})
			})
		}
	})
}

// visit calls for each term of a rule but the parts of names and the keys of
// objects.
func visit(rule *ast.Rule, do func(*ast.Term)) {
	keys := map[*ast.Term]bool{}
	ast.WalkTerms(rule, func(t *ast.Term) bool {
		switch v := t.Value.(type) {
		case ast.Ref:
			return true
		case ast.Object:
			v.Foreach(func(key, _ *ast.Term) { keys[key] = true })
		}
		if !keys[t] {
			do(t)
		}
		return false
	})
}

// termChange is another value of a term.
type termChange struct {
	what  string
	value ast.Value
}

func changesOf(t *ast.Term) []termChange {
	var all []termChange
	without := func(member *ast.Term, value ast.Value) {
		all = append(all, termChange{fmt.Sprintf("member %s left out", member), value})
	}
	switch v := t.Value.(type) {
	case ast.String:
		all = append(all, termChange{fmt.Sprintf("text %s changed", v), v + "~"})
	case ast.Number:
		if i, ok := v.Int(); ok {
			all = append(all, termChange{fmt.Sprintf("%d becomes %d", i, i+1), ast.Number(fmt.Sprint(i + 1))})
		}
	case ast.Set:
		for _, member := range v.Slice() {
			rest := slices.DeleteFunc(slices.Clone(v.Slice()), func(o *ast.Term) bool { return o.Equal(member) })
			without(member, ast.NewSet(rest...))
		}
	case *ast.Array:
		for i := range v.Len() {
			var rest []*ast.Term
			for j := range v.Len() {
				if j != i {
					rest = append(rest, v.Elem(j))
				}
			}
			without(v.Elem(i), ast.NewArray(rest...))
		}
	}
	return all
}
