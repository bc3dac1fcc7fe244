package signature

import (
	"strings"
	"testing"
)

func TestSelectorCheck(t *testing.T) {
	tests := []struct {
		name     string
		selector Selector
		want     string // in the error; "" for none
	}{
		{"empty", Selector{}, ""},
		{"star", Selector{Source: "*", Name: "*", Origin: "*"}, ""},
		{"tracee", Selector{Source: "tracee", Name: "ptrace", Origin: "host"}, ""},
		{"ours", Selector{Source: "tracehound", Origin: "container"}, ""},
		{"case of origin", Selector{Origin: "Host"}, `unknown origin "Host"`},
		{"later tracee origin", Selector{Origin: "container-init"}, `unknown origin "container-init"`},
		{"source", Selector{Source: "falco"}, `unknown source "falco"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := tt.selector.Check()
			if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
				t.Errorf("Check() = %v, want error with %q", err, tt.want)
			}
		})
	}
}

func TestSelectorAny(t *testing.T) {
	for name, want := range map[string]bool{"": true, "*": true, "ptrace": false} {
		if got := (Selector{Name: name}).Any(); got != want {
			t.Errorf("Any() of name %q = %v, want %v", name, got, want)
		}
	}
}

func TestPositionString(t *testing.T) {
	tests := []struct {
		p    Position
		want string
	}{
		{Position{"a.rego", 3, 7}, "a.rego:3:7"},
		{Position{"a.rego", 3, 0}, "a.rego:3"},
		{Position{"a.so", 0, 7}, "a.so"},
	}
	for _, tt := range tests {
		if got := tt.p.String(); got != tt.want {
			t.Errorf("String() of %+v = %q, want %q", tt.p, got, tt.want)
		}
	}
}

func TestSeverity(t *testing.T) {
	for _, tt := range []struct {
		value any
		want  int
	}{{3, 3}, {"2", 2}, {0.0, 0}, {"high", -1}, {1.5, -1}, {nil, -1}} {
		if n := (Metadata{Properties: map[string]any{Severity: tt.value}}).Severity(); n != tt.want {
			t.Errorf("severity of %v is %d, want %d", tt.value, n, tt.want)
		}
	}
	if n := (Metadata{}).Severity(); n != -1 {
		t.Errorf("severity of none is %d", n)
	}
}
