package template

import (
	"path/filepath"
	"strings"
)

// Language is what a template writes.
type Language int

// The languages. In Plain nothing is escaped: that is its author's business.
const (
	Plain Language = iota
	JSON
	XML
	CSV
)

// MIME is the content type of the language.
func (l Language) MIME() string { return languages[l].mime }

// LanguageOf tells the language by a content type, unless that is "", or else by
// the name of a file: NAME.json.tmpl, NAME.json, and so for xml and csv.
func LanguageOf(file, contentType string) Language {
	if contentType != "" {
		kind, _, _ := strings.Cut(strings.ToLower(contentType), ";")
		kind = strings.TrimSpace(kind)
		_, kind, _ = strings.Cut(kind, "/")
		for l, lang := range languages {
			if lang.suffix != "" && (kind == lang.suffix || strings.HasSuffix(kind, "+"+lang.suffix)) {
				return Language(l)
			}
		}
		return Plain
	}
	for _, end := range []string{".tmpl", ".tpl", ".gotmpl", ".template"} {
		file = strings.TrimSuffix(file, end)
	}
	for l, lang := range languages {
		if lang.suffix != "" && filepath.Ext(file) == "."+lang.suffix {
			return Language(l)
		}
	}
	return Plain
}

// state is where in a document of its language a template is, as far as that
// matters to what may be written there. The state at the beginning is start.
type state int

const (
	start state = iota
	// dead is behind a break or continue.
	dead state = -1
)

// language says how the text of a template leads from state to state, and what
// becomes of a value in each.
//
// A template is checked once, before it runs: every way through it comes to an
// action in the same state, and so the action's escaper is known. What an escaper
// returns leads from the state in which the action stands to after(state) and no
// other, whatever the value; so no value changes what the rest of the template is.
type language struct {
	name, suffix, mime string
	// step reads text. An offset ≥ 0 is where a problem is.
	step func(s state, text string) (next state, offset int, problem string)
	// escaper names the function for a value in that state, or a problem.
	escaper func(s state) (function, problem string)
	after   func(s state) state
	// whole says what is wrong with a document that ends in that state.
	whole    func(s state) (problem string)
	escapers map[string]func(v any) (string, error)
	// makers are functions whose result is written by raw, which checks it.
	makers []string
	raw    string
	check  func(document []byte) error
	quote  any // in place of sprig's
}

var languages = [...]*language{Plain: plain, JSON: jsonLanguage, XML: xmlLanguage, CSV: csvLanguage}

var plain = &language{
	name: "text", mime: "text/plain; charset=utf-8",
	step:    func(s state, _ string) (state, int, string) { return s, -1, "" },
	escaper: func(state) (string, string) { return "", "" },
	after:   func(s state) state { return s },
	whole:   func(state) string { return "" },
}
