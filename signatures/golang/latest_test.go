package golang

import "testing"

func TestLatestForgetsWhatIsLongestUnheardOf(t *testing.T) {
	l := newLatest[string, int](2)
	l.set("a", 1)
	l.set("b", 2)
	l.get("a")
	l.set("c", 3)
	l.set("c", 4)
	for key, want := range map[string]int{"a": 1, "b": 0, "c": 4} {
		if got, ok := l.get(key); got != want || ok != (want != 0) {
			t.Errorf("%s is %d, %v", key, got, ok)
		}
	}
	l.remove("a")
	if _, ok := l.get("a"); ok || l.order.Len() != 1 {
		t.Error("a is still there")
	}
}
