package template

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
)

// States of CSV: start is where a field begins.
const (
	csvBare   state = iota + 1 // in a field without quotes
	csvQuoted                  // in one with
	csvQuote                   // behind a quote in it, which ends it unless another follows
	csvDone                    // behind an action that was a whole field
)

// A value is a whole field, or part of a quoted one.
var csvLanguage = &language{
	name: "CSV", suffix: "csv", mime: "text/csv; charset=utf-8",
	step: stepCSV,
	escaper: func(s state) (string, string) {
		switch s {
		case start:
			return "_csv_field", ""
		case csvQuoted:
			return "_csv_text", ""
		}
		return "", `an action beside other text of its field: quote the field, "…{{…}}…"`
	},
	after: func(s state) state {
		if s == start {
			return csvDone
		}
		return s
	},
	whole: func(s state) string {
		if s == csvQuoted {
			return `ends inside a quoted field: a " is missing`
		}
		return ""
	},
	escapers: map[string]func(any) (string, error){
		"_csv_field": func(v any) (string, error) { return `"` + csvText(text(v)) + `"`, nil },
		"_csv_text":  func(v any) (string, error) { return csvText(text(v)), nil },
	},
	check: checkCSV,
}

func stepCSV(s state, text string) (state, int, string) {
	for i := range len(text) {
		c := text[i]
		switch {
		case s == csvQuoted && c == '"':
			s = csvQuote
		case s == csvQuoted, s == csvQuote && c == '"':
			s = csvQuoted
		case c == ',' || c == '\n':
			s = start
		case c == '\r':
		case s == csvDone || s == csvQuote:
			return s, i, "text beside a field that is whole: a comma is missing, or quote all of the field"
		case s == start && c == '"':
			s = csvQuoted
		case c == '"':
			return s, i, `a " inside a field that does not begin with one`
		default:
			s = csvBare
		}
	}
	return s, -1, ""
}

// csvText is on one line, and a spreadsheet does not take it for a formula: that
// gets an apostrophe in front.
func csvText(s string) string {
	s = Printable(s)
	if s != "" && strings.IndexByte("=+-@|%", s[0]) >= 0 {
		s = "'" + s
	}
	return strings.ReplaceAll(s, `"`, `""`)
}

func checkCSV(document []byte) error {
	r := csv.NewReader(bytes.NewReader(document))
	r.FieldsPerRecord = -1
	for {
		if _, err := r.Read(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}
