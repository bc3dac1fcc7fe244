package template

import (
	"fmt"
	"slices"
	"text/template"
	"text/template/parse"
)

// fault is a problem at an offset of the source.
type fault struct {
	offset  int
	problem string
}

func (f *fault) Error() string { return f.problem }

// walker goes through the trees of a template, once for each state in which one of
// them is called, and gives each action its escaper.
type walker struct {
	set  *template.Template
	lang *language
	// seen are the templates that were gone through, by name and state.
	seen map[call]string // the name under which it is for that state
	loop []state         // of the ranges around
}

type call struct {
	name string
	from state
}

// escape adds escapers to all actions of a template and of those that it calls.
func escape(t *template.Template, l *language) error {
	if l == plain {
		return nil
	}
	if t.Tree == nil || t.Root == nil {
		return &fault{0, "the template is empty"}
	}
	w := &walker{set: t, lang: l, seen: map[call]string{}}
	end, err := w.list(t.Root, start)
	if err != nil {
		return err
	}
	if problem := l.whole(end); problem != "" {
		return &fault{lastPos(t.Root), "the template " + problem}
	}
	return nil
}

// lastPos is where the last text of a list ends.
func lastPos(l *parse.ListNode) int {
	if len(l.Nodes) == 0 {
		return int(l.Pos)
	}
	last := l.Nodes[len(l.Nodes)-1]
	if t, ok := last.(*parse.TextNode); ok {
		return int(t.Pos) + len(t.Text)
	}
	return int(last.Position())
}

func (w *walker) list(l *parse.ListNode, s state) (state, error) {
	if l == nil {
		return s, nil
	}
	var err error
	for _, n := range l.Nodes {
		if s, err = w.node(n, s); err != nil {
			return s, err
		}
	}
	return s, nil
}

func (w *walker) node(n parse.Node, s state) (state, error) {
	if s == dead {
		return dead, nil
	}
	at := int(n.Position())
	switch n := n.(type) {
	case *parse.TextNode:
		next, offset, problem := w.lang.step(s, string(n.Text))
		if offset >= 0 {
			return s, &fault{at + offset, problem}
		}
		return next, nil
	case *parse.ActionNode:
		return w.action(n, s)
	case *parse.IfNode:
		return w.branch(at, "if", n.List, n.ElseList, s)
	case *parse.WithNode:
		return w.branch(at, "with", n.List, n.ElseList, s)
	case *parse.RangeNode:
		return w.ranged(n, s)
	case *parse.TemplateNode:
		return w.call(n, s)
	case *parse.BreakNode, *parse.ContinueNode:
		if loop := w.loop[len(w.loop)-1]; loop != s {
			return s, &fault{at, w.differ("the range is left", "it began")}
		}
		return dead, nil
	case *parse.CommentNode:
		return s, nil
	}
	return s, &fault{at, fmt.Sprintf("unknown part %s", n)}
}

// action gives an action its escaper. One that sets a variable prints nothing.
func (w *walker) action(n *parse.ActionNode, s state) (state, error) {
	if len(n.Pipe.Decl) > 0 {
		return s, nil
	}
	function, problem := w.lang.escaper(s)
	if problem != "" {
		return s, &fault{int(n.Position()), problem}
	}
	if s == start && w.lang.raw != "" && w.makes(n.Pipe) {
		function = w.lang.raw
	}
	n.Pipe.Cmds = append(n.Pipe.Cmds, &parse.CommandNode{
		NodeType: parse.NodeCommand, Pos: n.Pos,
		Args: []parse.Node{parse.NewIdentifier(function).SetTree(w.set.Tree).SetPos(n.Pos)},
	})
	return w.lang.after(s), nil
}

// makes reports whether a pipeline calls a function that makes the language.
func (w *walker) makes(p *parse.PipeNode) bool {
	for _, c := range p.Cmds {
		for _, arg := range c.Args {
			switch arg := arg.(type) {
			case *parse.IdentifierNode:
				if slices.Contains(w.lang.makers, arg.Ident) {
					return true
				}
			case *parse.PipeNode:
				if w.makes(arg) {
					return true
				}
			}
		}
	}
	return false
}

// branch takes both ways, which must come to the same state.
func (w *walker) branch(at int, what string, list, other *parse.ListNode, s state) (state, error) {
	a, err := w.list(list, s)
	if err != nil {
		return s, err
	}
	b, err := w.list(other, s)
	switch {
	case err != nil:
		return s, err
	case a == dead:
		return b, nil
	case b == dead || a == b:
		return a, nil
	}
	return s, &fault{at, w.differ("one way through "+what+" ends", "the other")}
}

// ranged goes through a range, which may run any number of times.
func (w *walker) ranged(n *parse.RangeNode, s state) (state, error) {
	at := int(n.Position())
	w.loop = append(w.loop, s)
	end, err := w.list(n.List, s)
	w.loop = w.loop[:len(w.loop)-1]
	if err != nil {
		return s, err
	}
	if end != dead && end != s {
		return s, &fault{at, w.differ("the range ends", "it began")}
	}
	return w.branch(at, "range", nil, n.ElseList, s)
}

// call goes through a called template as it is in that state; each state has its
// own copy. It must end in the state in which it began.
func (w *walker) call(n *parse.TemplateNode, s state) (state, error) {
	at, key := int(n.Position()), call{n.Name, s}
	name, done := w.seen[key]
	if done {
		n.Name = name
		return s, nil
	}
	called := w.set.Lookup(n.Name)
	if called == nil || called.Tree == nil || called.Root == nil {
		return s, &fault{at, fmt.Sprintf("template %q is not defined", n.Name)}
	}
	name = fmt.Sprintf("%s in state %d", n.Name, s)
	w.seen[key] = name
	tree := called.Copy()
	if _, err := w.set.AddParseTree(name, tree); err != nil {
		return s, &fault{at, err.Error()}
	}
	loop := w.loop
	w.loop = nil
	end, err := w.list(tree.Root, s)
	w.loop = loop
	if err != nil {
		return s, err
	}
	if end != s {
		return s, &fault{at, w.differ(fmt.Sprintf("template %q ends", n.Name), "it began")}
	}
	n.Name = name
	return s, nil
}

func (w *walker) differ(what, other string) string {
	return fmt.Sprintf("%s at another place of the %s than %s: inside a string or quotes, and outside", what, w.lang.name, other)
}
