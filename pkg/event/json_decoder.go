package event

// Decoder reads events from their JSON form. It makes the same of them as
// UnmarshalJSON, and keeps what repeats in a stream. It is for one goroutine.
type Decoder struct{ names *Names }

// NewDecoder makes a Decoder.
func NewDecoder() *Decoder { return &Decoder{names: NewNames()} }

// Decode reads one event, which does not share memory with data.
func (d *Decoder) Decode(data []byte) (*Event, error) {
	e := new(Event)
	if e.decode(data, d.names) {
		return e, nil
	}
	if err := e.unmarshal(data); err != nil {
		return nil, err
	}
	return e, nil
}

// decode reads an event in one pass over its text. False says that something is
// wrong with the text, or so rare that the general way serves for it; e is then
// half filled.
func (e *Event) decode(data []byte, n *Names) bool {
	l := lexer{data: data}
	if !l.take('{') {
		return false
	}
	if l.space() == '}' {
		l.pos++
		return l.end()
	}
	for at := -1; ; {
		var key []byte
		var ok bool
		if at, key, ok = l.member(at); !ok {
			return false
		}
		if at == len(members) {
			var value []byte
			value, ok = l.value()
			e.setExtra(key, value)
		} else {
			ok = e.decodeMember(&l, &members[at], n)
		}
		if !ok {
			return false
		}
		if more, ok := l.more('}'); !more {
			return ok && l.end()
		}
	}
}

func (e *Event) decodeMember(l *lexer, m *member, n *Names) bool {
	if c := l.space(); c == '[' && m.args {
		return e.decodeArgs(l, n)
	}
	value, ok := l.value()
	switch {
	case !ok:
		return false
	case value[0] == 'n':
		return true
	case m.text != nil:
		return l.text(value, m.text(e), n)
	case m.counts:
		expected, _ := digits(value)
		l.args = int(min(expected, 16))
	}
	return m.set(e, value) == nil
}

// text stores the value just read, which must be a string.
func (l *lexer) text(value []byte, to *string, n *Names) bool {
	switch {
	case value[0] != '"':
		return false
	case l.plain:
		*to = n.Of(value[1 : len(value)-1])
	default:
		*to = unquote(value)
	}
	return true
}

func (e *Event) decodeArgs(l *lexer, n *Names) bool {
	l.pos++
	e.Args = nil
	if l.space() == ']' {
		l.pos++
		return true
	}
	e.Args = make([]Argument, 0, max(l.args, 4))
	for {
		e.Args = append(e.Args, Argument{})
		if !e.Args[len(e.Args)-1].decode(l, n) {
			return false
		}
		if more, ok := l.more(']'); !more {
			return ok
		}
	}
}

func (a *Argument) decode(l *lexer, n *Names) bool {
	if !l.take('{') {
		return false
	}
	if l.space() == '}' {
		l.pos++
		return true
	}
	var value []byte
	var plain bool
	for {
		key, ok := l.key()
		if !ok {
			return false
		}
		raw, ok := l.value()
		if !ok {
			return false
		}
		switch string(key) {
		case `"name"`:
			ok = l.text(raw, &a.Name, n)
		case `"type"`:
			ok = l.text(raw, &a.Type, n)
		case `"value"`:
			value, plain = raw, l.plain
		default:
			ok = a.setRare(key, raw) == nil
		}
		if !ok {
			return false
		}
		if more, ok := l.more('}'); more {
			continue
		} else if !ok {
			return false
		}
		break
	}
	switch {
	case value == nil:
	case value[0] == '"' && plain:
		enc, _ := TypeEncoding(a.Type)
		a.Value = decodeText(a.Type, enc, string(value[1:len(value)-1]))
	default:
		a.Value = decodeValue(a.Type, value)
	}
	return true
}
