package event

import "bytes"

// Selection says of the name of an event from which origins it is wanted. It
// does not keep the name.
type Selection func(name []byte) (host, container bool)

// Wants reports whether an event is wanted.
func (s Selection) Wants(name []byte, container bool) bool {
	onHost, inContainer := s(name)
	return onHost && !container || inContainer && container
}

// The members by which an event is selected.
var (
	memberEventName   = memberIndex["eventName"]
	memberContainerID = memberIndex["containerId"]
)

// likely guesses whether an event is wanted, from text that our own events have:
// the decoder, which finds out, is then spared a first pass over the line.
func (s Selection) likely(data []byte) bool {
	i := bytes.Index(data, []byte(`"eventName":"`))
	if i < 0 {
		return false
	}
	name := data[i+len(`"eventName":"`):]
	host, container := s(name[:max(0, bytes.IndexByte(name, '"'))])
	if host == container {
		return host
	}
	j := bytes.Index(data[:i], []byte(`"containerId":"`))
	if j < 0 {
		return false
	}
	return container == (data[j+len(`"containerId":"`)] != '"')
}

// Unwanted reports whether data is the JSON form of an event that nobody wants,
// without decoding it: that it is JSON is checked, whether its values fit their
// keys is not. False may also mean that data is no event; decoding tells.
func Unwanted(data []byte, wants Selection) bool {
	l := lexer{data: data}
	if wants.likely(data) || !l.take('{') || l.space() == '}' {
		return false
	}
	var name []byte
	var host, container, inside, placed bool
	for at := -1; ; {
		var ok bool
		if at, _, ok = l.member(at); !ok {
			return false
		}
		value, ok := l.value()
		if !ok {
			return false
		}
		// The last of several keys counts, as everywhere.
		switch at {
		case memberEventName:
			if value[0] != '"' || !l.plain {
				return false
			}
			name = value[1 : len(value)-1]
			host, container = wants(name)
		case memberContainerID:
			if value[0] != '"' {
				return false
			}
			inside, placed = len(value) > 2, true
		}
		switch { // wanted already: the rest is the decoder's
		case host && container, placed && host && !inside, placed && container && inside:
			return false
		}
		if more, ok := l.more('}'); !more {
			return ok && l.end() && len(name) > 0 && !wants.Wants(name, inside)
		}
	}
}
