package mutation

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestExpression(t *testing.T) {
	tests := []struct {
		text string
		want []string
	}{
		{`f(a) && !g(b)`, []string{"!g(b)", "f(a)", "f(a) || !g(b)", "!f(a) && !g(b)", "f(a) && g(b)"}},
		{`a > 1`, []string{"a <= 1", "a >= 1", "a > 2", "a > 0"}},
		{`a in ["x", "y"]`, []string{`!(a in ["x", "y"])`, `a in ["y"]`, `a in ["x"]`}},
		{`a.startsWith("xy")`, []string{`!a.startsWith("xy")`, `a.startsWith("x")`, `a.startsWith("xy~")`}},
		{`a == O_CREAT`, []string{"a != O_CREAT", "a == O_CREAT + 1"}},
		{`a.matches("^b|c$")`, []string{
			`!a.matches("^b|c$")`, `a.matches("b|c$")`, `a.matches("^b|c")`, `a.matches("c$")`, `a.matches("^b")`,
		}},
	}
	for _, tt := range tests {
		changes, err := expression(tt.text, true)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, c := range changes {
			got = append(got, c.text)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.text, diff)
		}
	}
	if _, err := expression("a &&", true); err == nil {
		t.Error("half an expression has changes")
	}
}
