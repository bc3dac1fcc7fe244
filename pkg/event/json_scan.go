package event

import (
	"bytes"
	"encoding/json"
	"fmt"
	"unicode/utf8"
)

// scan walks JSON text that json.Valid has accepted, so it need not check the
// syntax a second time.
type scan struct {
	data []byte
	pos  int
}

// space moves to the next byte that is not white space and returns it.
func (s *scan) space() byte {
	for {
		switch c := s.data[s.pos]; c {
		case ' ', '\t', '\r', '\n':
			s.pos++
		default:
			return c
		}
	}
}

// value returns the text of the value at the position and moves behind it.
func (s *scan) value() []byte {
	s.space()
	start, depth := s.pos, 0
	for s.pos < len(s.data) {
		switch c := s.data[s.pos]; c {
		case '"':
			s.skipString()
			if depth == 0 {
				return s.data[start:s.pos]
			}
			continue
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 {
				return s.data[start:s.pos]
			}
			depth--
			if depth == 0 {
				s.pos++
				return s.data[start:s.pos]
			}
		case ',', ' ', '\t', '\r', '\n':
			if depth == 0 {
				return s.data[start:s.pos]
			}
		}
		s.pos++
	}
	return s.data[start:]
}

func (s *scan) skipString() {
	s.pos++
	for {
		s.pos += bytes.IndexByte(s.data[s.pos:], '"')
		escapes := 0
		for s.data[s.pos-1-escapes] == '\\' {
			escapes++
		}
		s.pos++
		if escapes%2 == 0 {
			return
		}
	}
}

// eachMember calls f for the members of an object, in order. Keys come as raw
// text, quotes included.
func eachMember(object []byte, f func(key, value []byte) error) error {
	s := scan{data: object}
	s.space()
	s.pos++
	if s.space() == '}' {
		return nil
	}
	for {
		s.space()
		key := s.value()
		s.space()
		s.pos++ // the colon
		if err := f(key, s.value()); err != nil {
			return err
		}
		if s.space() == '}' {
			return nil
		}
		s.pos++ // the comma
	}
}

// eachElement calls f for the elements of an array, in order.
func eachElement(array []byte, f func(value []byte) error) error {
	s := scan{data: array}
	s.space()
	s.pos++
	if s.space() == ']' {
		return nil
	}
	for {
		if err := f(s.value()); err != nil {
			return err
		}
		if s.space() == ']' {
			return nil
		}
		s.pos++ // the comma
	}
}

// unquoted is the text of a string that holds no escapes and no invalid UTF-8;
// false when it must be decoded.
func unquoted(raw []byte) ([]byte, bool) {
	text := raw[1 : len(raw)-1]
	ascii := true
	for _, c := range text {
		if c == '\\' {
			return nil, false
		}
		ascii = ascii && c < utf8.RuneSelf
	}
	return text, ascii || utf8.Valid(text)
}

// unquote decodes a string as encoding/json does.
func unquote(raw []byte) string {
	if text, ok := unquoted(raw); ok {
		return string(text)
	}
	var s string
	if json.Unmarshal(raw, &s) != nil {
		return "" // impossible: the text is a valid string
	}
	return s
}

// syntaxError says what is wrong with text that json.Valid has refused.
func syntaxError(data []byte) error {
	var raw json.RawMessage
	if err := json.Unmarshal(data, &raw); err != nil {
		return fmt.Errorf("parse JSON: %w", err)
	}
	return nil
}
