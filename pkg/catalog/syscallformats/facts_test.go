package main

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

func TestFactsAndNumbersRoundTrip(t *testing.T) {
	for _, file := range []string{"testdata/5.10.facts", "testdata/7.2.facts"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		f, err := readFacts(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := f.write(&out); err != nil {
			t.Fatal(err)
		}
		if out.String() != string(text) {
			t.Errorf("%s changes when read and written", file)
		}
	}
	text, err := os.ReadFile("testdata/7.2.numbers")
	if err != nil {
		t.Fatal(err)
	}
	n, err := readNumbers(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := n.write(&out); err != nil {
		t.Fatal(err)
	}
	if out.String() != string(text) {
		t.Error("numbers change when read and written")
	}
}

func TestReadFactsRefusesBadLines(t *testing.T) {
	tests := []struct{ text, want string }{
		{"", "no line beginning with kernel"},
		{"0\tread\n", "no line beginning with kernel"},
		{"kernel\tamd64\t1.0\n0\n", "line 2: want number"},
		{"kernel\tamd64\t1.0\n\nzero\tread\n", "line 3: parse number"},
		{"kernel\tamd64\t1.0\n0\tread\tfd\n", "line 2: want type and name"},
		{"kernel\tamd64\t1.0\n0\tread\tint \n", "line 2: want type and name"},
		{"kernel\tamd64\t1.0\n" + strings.Repeat("x", 1<<17), "read facts: "},
	}
	for _, tt := range tests {
		if _, err := readFacts(strings.NewReader(tt.text)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%.40q: %v, want %q", tt.text, err, tt.want)
		}
	}
	if _, err := readNumbers(strings.NewReader("amd64\tx\tread\n")); err == nil {
		t.Error("readNumbers takes a word for a number")
	}
}

func FuzzReadFacts(f *testing.F) {
	f.Add("kernel\tamd64\t1.0\n0\tread\tint fd\n1\twrite\t?\n")
	f.Add("kernel\t\t\n-1\t\t \t\n")
	f.Add(openatFormat)
	f.Fuzz(func(_ *testing.T, text string) {
		_, _ = parseFormat(text)
		_, _ = readSymbols(strings.NewReader(text))
		_, _ = readNumbers(strings.NewReader(text))
		facts, err := readFacts(strings.NewReader(text))
		if err == nil {
			checkFacts(facts)
		}
	})
}
