package filter

import (
	"strings"
	"testing"
)

func TestScopeMatch(t *testing.T) {
	const yes, no = true, false
	type given struct {
		p    Process
		want bool
	}
	comm := func(c string, want bool) given { return given{Process{Comm: c}, want} }
	uid := func(u uint32, want bool) given { return given{Process{UID: u}, want} }
	line := func(want bool, pids ...uint32) given {
		return given{Process{PID: pids[0], Ancestors: pids[1:]}, want}
	}
	for _, tc := range []struct {
		exprs string
		given []given
	}{
		{"", []given{comm("x", yes), uid(0, yes), line(yes, 9, 1)}},
		{"comm=a,b", []given{comm("a", yes), comm("b", yes), comm("c", no), comm("", no)}},
		{"comm!=a,b", []given{comm("a", no), comm("b", no), comm("c", yes)}},
		{"comm=a,b comm!=b", []given{comm("a", yes), comm("b", no), comm("c", no)}},
		{"uid=0 uid>1000", []given{uid(0, yes), uid(1, no), uid(1000, no), uid(1001, yes)}},
		{"uid!=1500 uid>1000", []given{uid(1500, no), uid(1501, yes), uid(5, no)}},
		{"uid>1 uid<=4", []given{uid(1, no), uid(2, yes), uid(4, yes), uid(5, no)}},
		{"uid!=0", []given{uid(0, no), uid(1, yes)}},
		{"uid=3 uid!=4", []given{uid(3, yes), uid(4, no), uid(5, no)}},
		{"uid>4294967294", []given{uid(4294967295, yes), uid(4294967294, no)}},
		{"tree=10", []given{line(yes, 10, 1), line(yes, 30, 20, 10, 1), line(no, 30, 20, 1), line(no, 1)}},
		{"tree!=10", []given{line(no, 10, 1), line(no, 30, 10, 1), line(yes, 30, 20, 1)}},
		{"tree=10 tree!=20", []given{line(yes, 15, 10, 1), line(no, 20, 10, 1), line(no, 30, 20, 10, 1), line(no, 5, 1)}},
		{"tree=20 tree!=10", []given{line(yes, 30, 20, 10, 1), line(no, 15, 10, 1), line(no, 5, 1)}},
		{"tree=1", []given{line(yes, 77, 1), line(no, 2)}},
		{"container", []given{{Process{Container: true}, yes}, {Process{}, no}}},
		{"!container", []given{{Process{Container: true}, no}, {Process{}, yes}}},
		{"comm=a uid=0", []given{{Process{Comm: "a", UID: 0}, yes}, {Process{Comm: "a", UID: 1}, no}, {Process{Comm: "b"}, no}}},
		{"comm=a follow", []given{comm("a", yes), comm("b", no), {Process{Comm: "b", Followed: true}, yes}}},
		{"comm=a", []given{{Process{Comm: "b", Followed: true}, no}}},
	} {
		t.Run(tc.exprs, func(t *testing.T) {
			f, err := Parse(strings.Fields(tc.exprs), testCatalogue)
			if err != nil {
				t.Fatal(err)
			}
			for _, g := range tc.given {
				if got := f.Scope.Match(g.p); got != g.want {
					t.Errorf("match %+v = %v", g.p, got)
				}
			}
		})
	}
}
