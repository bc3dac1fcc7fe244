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
		{"container", []given{{Process{ContainerID: "ab12"}, yes}, {Process{}, no}}},
		{"!container", []given{{Process{ContainerID: "ab12"}, no}, {Process{}, yes}}},
		{"comm=*b*", []given{comm("abc", yes), comm("b", yes), comm("ac", no)}},
		{"tid=5", []given{{Process{PID: 5, TID: 6}, no}, {Process{PID: 6, TID: 5}, yes}}},
		{"pid=5", []given{{Process{PID: 5, TID: 6}, yes}, {Process{PID: 6, TID: 5}, no}}},
		{"pid=new", []given{{Process{New: true}, yes}, {Process{}, no}}},
		{"pid!=new", []given{{Process{New: true}, no}, {Process{}, yes}}},
		{"mntns!=7 pidns=8", []given{{Process{MntNS: 6, PIDNS: 8}, yes}, {Process{MntNS: 7, PIDNS: 8}, no}, {Process{MntNS: 6}, no}}},
		{"uts=web-*", []given{{Process{UTS: "web-1.example"}, yes}, {Process{UTS: "db"}, no}}},
		{"binary=/bin/a,host:/bin/b", []given{
			{Process{Executable: "/bin/a"}, yes}, {Process{Executable: "/bin/b"}, no},
			{Process{Executable: "/bin/b", HostMount: true}, yes}, {Process{}, no},
		}},
		{"binary!=host:/bin/b", []given{{Process{Executable: "/bin/b"}, yes}, {Process{Executable: "/bin/b", HostMount: true}, no}, {Process{}, yes}}},
		{"container=ab,cd", []given{{Process{ContainerID: "ab12"}, yes}, {Process{ContainerID: "ef"}, no}, {Process{}, no}}},
		{"container!=ab", []given{{Process{ContainerID: "ab12"}, no}, {Process{ContainerID: "ef"}, yes}, {Process{}, yes}}},
		{"container=new", []given{{Process{ContainerID: "ab", NewContainer: true}, yes}, {Process{ContainerID: "ab"}, no}, {Process{}, no}}},
		{"container!=new", []given{{Process{ContainerID: "ab", NewContainer: true}, no}, {Process{ContainerID: "ab"}, yes}, {Process{}, no}}},
		{"container-name=web* image!=*:old", []given{
			{Process{ContainerName: "web1", ContainerImage: "x:new"}, yes}, {Process{ContainerName: "web1"}, yes},
			{Process{ContainerName: "web1", ContainerImage: "x:old"}, no}, {Process{ContainerImage: "x:new"}, no},
		}},
		{"pod=shop-* namespace!=test", []given{
			{Process{Pod: "shop-1", Namespace: "prod"}, yes}, {Process{Pod: "shop-1"}, yes}, {Process{Pod: "shop-1", Namespace: "test"}, no},
			{Process{Namespace: "prod"}, no}, {Process{}, no},
		}},
		{"label:app=shop,till label:tier!=db", []given{
			{Process{Labels: []string{"app=till", "zone=a"}}, yes}, {Process{Labels: []string{"app=shop", "tier=db"}}, no},
			{Process{Labels: []string{"app=shop=x"}}, no}, {Process{Labels: []string{"apps=shop"}}, no}, {Process{}, no},
		}},
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
				if got := f.Policies[0].Scope.Match(&g.p); got != g.want {
					t.Errorf("match %+v = %v", g.p, got)
				}
			}
		})
	}
}
