package filter

import (
	"slices"
	"strings"
)

// What the fields of a scope take.

func (b *builder) addComm(e expression) error {
	return b.addTexts(&b.policy.Scope.Comm, e, MaxComm, "process name", "the kernel keeps")
}

func (b *builder) addUTS(e expression) error {
	return b.addTexts(&b.policy.Scope.UTS, e, MaxUTS, "host name", "a record has room for")
}

func (b *builder) addContainerName(e expression) error {
	return b.addTexts(&b.policy.Scope.ContainerName, e, 0, "", "")
}

func (b *builder) addImage(e expression) error {
	return b.addTexts(&b.policy.Scope.ContainerImage, e, 0, "", "")
}

func (b *builder) addPod(e expression) error {
	return b.addTexts(&b.policy.Scope.Pod, e, 0, "", "")
}

func (b *builder) addNamespace(e expression) error {
	return b.addTexts(&b.policy.Scope.Namespace, e, 0, "", "")
}

// labelField is the field of labels; the key is behind a colon.
const labelField = "label"

func (b *builder) addLabel(e expression) error {
	_, key, ok := strings.Cut(e.name.text, ":")
	if !ok {
		return e.wrong(e.name, "write label:KEY=VALUE", "the label's key is missing")
	}
	s := &b.policy.Scope
	at := slices.IndexFunc(s.Labels, func(l Label) bool { return l.Key == key })
	if at < 0 {
		at = len(s.Labels)
		s.Labels = append(s.Labels, Label{Key: key})
		if err := limit(e, e.name, len(s.Labels)); err != nil {
			return err
		}
	}
	return b.addTexts(&s.Labels[at].Values, e, 0, "", "")
}

// addTexts adds patterns for a text that is never longer than longest, if that is not 0.
func (b *builder) addTexts(t *Texts, e expression, longest int, what, who string) error {
	for _, v := range e.values {
		_, _, stars := v.pattern.Ends()
		if n := len(v.text); longest > 0 && stars == 0 && n > longest {
			return e.wrong(v, "write "+quoted(v.text[:longest]),
				"%s %q is %d bytes long and %s %d", what, v.text, n, who, longest)
		}
		if err := noZero(e, v); err != nil {
			return err
		}
		t.add(e.op.text, v.pattern)
		if err := limit(e, v, t.count()); err != nil {
			return err
		}
	}
	return nil
}

func noZero(e expression, v word) error {
	if strings.IndexByte(v.text, 0) >= 0 {
		return e.wrong(v, "", "value %q of %s holds a zero byte", v.text, e.field)
	}
	return nil
}

// addBinary takes paths; host: in front means the host's mount namespace.
func (b *builder) addBinary(e expression) error {
	for _, v := range e.values {
		to := &b.policy.Scope.Binary
		path, host := strings.CutPrefix(string(v.pattern), "host:")
		if host {
			to = &b.policy.Scope.HostBinary
		}
		if !strings.HasPrefix(path, "/") && !strings.HasPrefix(path, "*") {
			return e.wrong(v, "write binary=/usr/bin/NAME, binary=*/NAME or binary=host:/usr/bin/NAME",
				"path %q of binary does not begin with / or *", v.text)
		}
		if prefix, _, stars := Pattern(path).Ends(); stars == 0 && len(prefix) > MaxBinary {
			return e.wrong(v, "write the end of it behind a *",
				"path of binary is %d bytes long and of each program the last %d are kept", len(prefix), MaxBinary)
		}
		if err := noZero(e, v); err != nil {
			return err
		}
		to.add(e.op.text, Pattern(path))
		if err := limit(e, v, b.policy.Scope.Binary.count()+b.policy.Scope.HostBinary.count()); err != nil {
			return err
		}
	}
	return nil
}

func (b *builder) addPID(e expression) error {
	s := &b.policy.Scope
	if isNew, err := b.addNew(&s.NewPID, e, "write pid=new in one policy and the ids in another"); isNew || err != nil {
		return err
	}
	return addNumbers(&s.PID, e, unsigned32, number)
}

func (b *builder) addTID(e expression) error {
	return addNumbers(&b.policy.Scope.TID, e, unsigned32, number)
}

func (b *builder) addUID(e expression) error {
	return addNumbers(&b.policy.Scope.UID, e, unsigned32, number)
}

func (b *builder) addMntNS(e expression) error {
	return addNumbers(&b.policy.Scope.MntNS, e, unsigned32, number)
}

func (b *builder) addPIDNS(e expression) error {
	return addNumbers(&b.policy.Scope.PIDNS, e, unsigned32, number)
}

// addNew handles FIELD=new and FIELD!=new, which stand alone; false when the
// expression is neither.
func (b *builder) addNew(to *Choice, e expression, hint string) (bool, error) {
	at := -1
	for i, v := range e.values {
		if v.raw == "new" {
			at = i
		}
	}
	if at < 0 {
		return false, nil
	}
	v := e.values[at]
	if e.op.text != "=" && e.op.text != "!=" {
		return true, e.wrong(e.op, "write "+e.field+"=new or "+e.field+"!=new", "operator %q with new", e.op.text)
	}
	if len(e.values) > 1 {
		return true, e.wrong(v, hint, "new stands beside other values")
	}
	want := Yes
	if e.op.text == "!=" {
		want = No
	}
	if *to != Either && *to != want {
		return true, e.wrong(v, "write one of them", "%s=new and %[1]s!=new leave nothing", e.field)
	}
	*to = want
	return true, nil
}

func addNumbers(n *Numbers, e expression, of bounds, read func(expression, word) (int64, error)) error {
	for _, v := range e.values {
		num, err := read(e, v)
		if err != nil {
			return err
		}
		switch e.op.text {
		case "=", "!=":
			n.add(e.op.text, num)
			if err := limit(e, v, n.count()); err != nil {
				return err
			}
		default:
			if !n.narrow(e.op.text, num, of) {
				return e.wrong(v, "", "no %s is left: none is %s %s and within the other bounds",
					e.field, e.op.text, v.text)
			}
		}
	}
	return nil
}

func (b *builder) addTree(e expression) error {
	t := &b.policy.Scope.Tree
	for _, v := range e.values {
		num, err := number(e, v)
		if err != nil {
			return err
		}
		if num == 0 {
			return e.wrong(v, "every process descends from 0: leave the expression out", "no process has id 0")
		}
		t.add(e.op.text, num)
		if err := limit(e, v, t.count()); err != nil {
			return err
		}
	}
	return nil
}

const containerForms = "write container, !container, container=new or container=ID"

func (b *builder) addContainer(e expression) error {
	s := &b.policy.Scope
	if isNew, err := b.addNew(&s.NewContainer, e, "write container=new in one policy and the ids in another"); isNew || err != nil {
		return err
	}
	if len(e.values) > 0 && e.values[0].text != "true" && e.values[0].text != "false" {
		return b.addContainerID(e)
	}
	want := OnlyContainers
	if e.negated {
		want = OnlyHost
	}
	for i, v := range e.values {
		if i > 0 {
			return e.wrong(v, containerForms, "container=%s takes no other value", e.values[0].text)
		}
		if (v.text == "false") != (e.op.text == "!=") {
			want = OnlyHost
		}
	}
	if s.Container != Anywhere && s.Container != want {
		return e.wrong(e.name, "write one of them", "container and !container leave no process")
	}
	s.Container = want
	return nil
}

func (b *builder) addContainerID(e expression) error {
	t := &b.policy.Scope.ContainerID
	for _, v := range e.values {
		if !isID(v.text) {
			return e.wrong(v, containerForms+", ID being the id or its beginning",
				"value %q of container is neither true, false, new nor (the beginning of) an id of 64 hexadecimal digits", v.text)
		}
		t.add(e.op.text, Literal(v.text)+"*")
		if err := limit(e, v, t.count()); err != nil {
			return err
		}
	}
	return nil
}

func isID(s string) bool {
	return s != "" && len(s) <= 64 && strings.Trim(s, "0123456789abcdef") == ""
}

func (b *builder) addFollow(expression) error {
	b.policy.Scope.Follow = true
	return nil
}

func (b *builder) addRetval(e expression) error {
	return addNumbers(&b.policy.Retval, e, signed64, errno)
}

// check reports fields whose expressions together let nothing through, and what
// does not go together.
func (b *builder) check() error {
	s := &b.policy.Scope
	binary := Texts{Equal: append(append([]Pattern{}, s.Binary.Equal...), s.HostBinary.Equal...), NotEqual: s.Binary.NotEqual}
	for _, c := range []struct {
		field string
		open  bool
	}{
		{"comm", s.Comm.satisfiable()},
		{"uts", s.UTS.satisfiable()},
		{"binary", binary.satisfiable()},
		{"pid", s.PID.satisfiable()},
		{"tid", s.TID.satisfiable()},
		{"uid", s.UID.satisfiable()},
		{"mntns", s.MntNS.satisfiable()},
		{"pidns", s.PIDNS.satisfiable()},
		{"tree", s.Tree.satisfiable()},
		{"container", s.ContainerID.satisfiable() && (s.Container != OnlyHost || s.NewContainer == Either && len(s.ContainerID.Equal) == 0)},
		{"container-name", s.ContainerName.satisfiable()},
		{"image", s.ContainerImage.satisfiable()},
		{"pod", s.Pod.satisfiable()},
		{"namespace", s.Namespace.satisfiable()},
		{labelField, !slices.ContainsFunc(s.Labels, func(l Label) bool { return !l.Values.satisfiable() })},
		{Retval, b.policy.Retval.satisfiable()},
	} {
		if !c.open {
			e := b.last[c.field]
			return e.wrong(e.name, "", "no %s is left: every value allowed is also excluded", c.field)
		}
	}
	return b.checkFollow()
}

// checkFollow refuses follow where the kernel, which must know whom to follow,
// does not decide the scope.
func (b *builder) checkFollow() error {
	if !b.policy.Scope.Follow {
		return nil
	}
	for _, t := range b.policy.Terms {
		if why := UserScope(t); why != "" {
			e := b.last["follow"]
			return e.wrong(e.name, "leave follow out, or write "+t.Field+" otherwise",
				"follow is the kernel's, and %q is decided in user space: %s", t.Expr, why)
		}
	}
	return nil
}

func quoted(s string) string { return `"` + s + `"` }
