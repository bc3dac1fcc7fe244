package cheader

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const sample = `
#pragma once
#define LEN 16 /* bytes */
#define BIG (2 << LEN)
#define HALF LEN / 2
#define CODE(x) do_it(x)
enum loss { LOSS_A, LOSS_B, LOSS_MAX }; // trailing
enum flags {
	ONE = 1, /* first, of several */
	FOUR = 4,
	FIVE,
};
struct inner {
	u8 a;
	u16 b;
};
struct outer {
	u8 first;	/* struct nothing { */
	u64 second, third;
	char name[LEN + 4];
	struct inner in;
	u32 list[LEN/8];
};
MAP(values, BPF_MAP_TYPE_HASH, 256, u32, u8);
MAP(wide, BPF_MAP_TYPE_ARRAY, LEN * 2, u32, struct inner);
`

func TestNumbers(t *testing.T) {
	h := Parse(sample)
	for name, want := range map[string]int64{
		"LEN": 16, "BIG": 2 << 16, "HALF": 8, "LOSS_B": 1, "FOUR": 4, "FIVE": 5,
	} {
		if got, err := h.Number(name); err != nil || got != want {
			t.Errorf("%s = %d, %v, want %d", name, got, err, want)
		}
	}
	for name, want := range map[string]int64{"values": 256, "wide": 32} {
		if got, err := h.MapEntries(name); err != nil || got != want {
			t.Errorf("map %s has %d entries, %v, want %d", name, got, err, want)
		}
	}
	if _, err := h.Number("CODE"); err == nil {
		t.Error("CODE is a number")
	}
	got, err := h.Enum("loss")
	if diff := cmp.Diff([]Enumerator{{"LOSS_A", 0}, {"LOSS_B", 1}, {"LOSS_MAX", 2}}, got); diff != "" || err != nil {
		t.Errorf("enum loss: %v (-want +got):\n%s", err, diff)
	}
}

func TestLayout(t *testing.T) {
	got, size, err := Parse(sample).Layout("outer")
	if err != nil {
		t.Fatal(err)
	}
	want := []Member{
		{"first", 0, 1, 1}, {"second", 8, 8, 1}, {"third", 16, 8, 1}, {"name", 24, 1, 20},
		{"in.a", 44, 1, 1}, {"in.b", 46, 2, 1}, {"list", 48, 4, 2},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("members (-want +got):\n%s", diff)
	}
	if size != 56 {
		t.Errorf("size %d, want 56", size)
	}
}

func TestRefuses(t *testing.T) {
	for body, want := range map[string]string{
		"u32 a : 3;":       "unknown form",
		"unsigned long a;": "unknown type",
		"u32 a[SIZE];":     "work out",
		"struct other o;":  "other: not defined",
		"u32 *a;":          "unknown form",
	} {
		_, _, err := Parse("struct x { " + body + " };").Layout("x")
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q", body, err, want)
		}
	}
	h := Parse("")
	if _, _, err := h.Layout("x"); err == nil {
		t.Error("a struct that is not there has a layout")
	}
	if _, err := h.Enum("x"); err == nil {
		t.Error("an enum that is not there has names")
	}
	if _, err := h.MapEntries("x"); err == nil {
		t.Error("a map that is not there has a size")
	}
	if _, err := Read("nowhere.h"); err == nil {
		t.Error("a file that is not there was read")
	}
}
