package load

import (
	"slices"
	"strings"
	"testing"

	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/signature"
)

// own is a signature as a plugin brings it.
type own struct{ id string }

func (o own) Metadata() signature.Metadata {
	return signature.Metadata{ID: o.id, Name: "own"}
}
func (own) Selectors() []signature.Selector                { return []signature.Selector{{Name: "ptrace"}} }
func (own) OnEvent(*event.Event) (*signature.Match, error) { return nil, nil }

func TestOwnTakesThePlaceOfShipped(t *testing.T) {
	for _, id := range []string{"TRC-1", "TRC-2", "TRC-5"} { // in Go, Rego and CEL
		for engine, files := range map[Engine]map[string]string{
			Rego: {"d/own.rego": regoText(id, "ptrace")},
			CEL:  {"d/own.yaml": celText(id, "ptrace")},
			Go:   {"d/nothing": ""},
		} {
			t.Run(id+" in "+string(engine), func(t *testing.T) {
				write(t, files)
				before := Load(Options{Shipped: true})
				r := Load(Options{Shipped: true, Dirs: []string{"d"}})
				if engine == Go {
					l := &loader{Result: *before, builtin: len(before.Signatures), ids: map[string]signature.Position{}}
					for _, s := range before.Signatures {
						l.ids[s.ID] = s.Where
					}
					l.add(own{id}, Go, signature.Position{File: "d/own.so"})
					r = &l.Result
				}
				if err := r.Err(); err != nil {
					t.Fatal(err)
				}
				of := slices.DeleteFunc(slices.Clone(r.Signatures), func(s Loaded) bool { return s.ID != id })
				if len(of) != 1 || of[0].Engine != engine || !strings.HasPrefix(of[0].Where.File, "d/own.") {
					t.Errorf("signatures of id %s: %+v", id, of)
				}
				if len(r.Warnings) != 1 || !strings.Contains(r.Warnings[0], ": signature "+id+" takes the place of the shipped one, signatures/") {
					t.Errorf("warnings %q", r.Warnings)
				}
			})
		}
	}
}

func TestOwnBesideShippedOfTheSameAlias(t *testing.T) {
	write(t, map[string]string{"d/own.rego": regoText("TRC-102", "ptrace")})
	r := Load(Options{Shipped: true, Dirs: []string{"d"}})
	if err := r.Err(); err != nil {
		t.Fatal(err)
	}
	want := "d/own.rego:2:1: the shipped signature TRC-2 finds what is called TRC-102, too"
	if len(r.Warnings) != 1 || !strings.HasPrefix(r.Warnings[0], want) {
		t.Errorf("warnings %q", r.Warnings)
	}
	if !slices.ContainsFunc(r.Signatures, func(s Loaded) bool { return s.ID == "TRC-2" }) {
		t.Error("TRC-2 is gone")
	}
}

func TestOwnTwice(t *testing.T) {
	write(t, map[string]string{"d/a.rego": regoText("TRC-2", "ptrace"), "d/b.yaml": celText("TRC-2", "ptrace")})
	_, _, errs := shown(Load(Options{Shipped: true, Dirs: []string{"d"}}))
	want := []string{"d/b.yaml:4:20: signature id TRC-2 is taken by d/a.rego:2:1: give one of them another id"}
	if !slices.Equal(errs, want) {
		t.Errorf("errors %q, want %q", errs, want)
	}
}
