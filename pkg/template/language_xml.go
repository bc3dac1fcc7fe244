package template

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
)

// States of XML: start is text between tags.
const (
	xmlTag state = iota + 1
	xmlDouble
	xmlSingle
	xmlMarkup // a comment, CDATA, a declaration or instruction
)

// Values stand in text and in quoted attributes, where the same escaping serves.
var xmlLanguage = &language{
	name: "XML", suffix: "xml", mime: "application/xml",
	step: stepXML,
	escaper: func(s state) (string, string) {
		switch s {
		case xmlTag:
			return "", "an action inside a tag and outside of quotes: quote the attribute's value"
		case xmlMarkup:
			return "", "an action inside a comment, CDATA, declaration or instruction"
		}
		return "_xml_text", ""
	},
	after: func(s state) state { return s },
	whole: func(s state) string {
		if s != start {
			return "ends inside a tag or comment"
		}
		return ""
	},
	escapers: map[string]func(any) (string, error){"_xml_text": xmlText},
	check:    checkXML,
}

// markup begins with <, and ends as said.
var xmlMarkups = []struct{ begin, end string }{{"<!--", "-->"}, {"<![CDATA[", "]]>"}, {"<!", ">"}, {"<?", "?>"}}

func stepXML(s state, text string) (state, int, string) {
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case s == start && c == '<':
			if n := markupEnd(text[i:]); n != 0 {
				if n < 0 {
					return xmlMarkup, -1, ""
				}
				i += n - 1
				continue
			}
			s = xmlTag
		case s == xmlTag && c == '>':
			s = start
		case s == xmlTag && c == '"':
			s = xmlDouble
		case s == xmlTag && c == '\'':
			s = xmlSingle
		case s == xmlDouble && c == '"', s == xmlSingle && c == '\'':
			s = xmlTag
		case s == xmlMarkup:
			return s, i, "a comment, CDATA, declaration or instruction must not hold an action"
		}
	}
	return s, -1, ""
}

// markupEnd is the length of the markup that a text begins with: 0 for none, below
// when it does not end in it.
func markupEnd(text string) int {
	for _, m := range xmlMarkups {
		if strings.HasPrefix(text, m.begin) {
			i := strings.Index(text[len(m.begin):], m.end)
			if i < 0 {
				return -1
			}
			return len(m.begin) + i + len(m.end)
		}
	}
	return 0
}

// xmlText escapes for text and attributes; what XML cannot hold becomes U+FFFD.
func xmlText(v any) (string, error) {
	var b strings.Builder
	err := xml.EscapeText(&b, []byte(text(v)))
	return b.String(), err
}

func checkXML(document []byte) error {
	d := xml.NewDecoder(bytes.NewReader(document))
	for elements := 0; ; elements++ {
		_, err := d.Token()
		if errors.Is(err, io.EOF) && elements > 0 {
			return nil
		}
		if err != nil {
			return err
		}
	}
}
