package enrich

import (
	"testing"

	"github.com/tracehound/tracehound/pkg/event"
)

func TestSessions(t *testing.T) {
	s := NewSessions()
	s.Existed = func(id string) bool { return id == "old" || id == "oldpod" }
	s.FirstPID = func(id string) int { return map[string]int{"oldpod": 300}[id] }
	inside := func(container, id, parent string, host, own, hostParent, ownParent int) *event.Event {
		return &event.Event{
			ContainerID: container, ExecID: id, ParentExecID: parent,
			HostProcessID: host, ProcessID: own, HostParentProcessID: hostParent, ParentProcessID: ownParent,
		}
	}
	for _, tc := range []struct {
		name string
		e    *event.Event
		want string
	}{
		{"the first process", inside("a", "b-100-1-5", "b-50-1-2", 100, 1, 50, 50), ""},
		{"its child", inside("a", "b-101-2-5", "b-100-1-5", 101, 7, 100, 1), ""},
		{"docker exec", inside("a", "b-110-3-8", "b-60-1-2", 110, 9, 50, 50), "b-110-3"},
		{"the same, another program", inside("a", "b-110-3-9", "b-60-1-2", 110, 9, 50, 50), "b-110-3"},
		{"its child", inside("a", "b-111-4-9", "b-110-3-9", 111, 10, 110, 9), "b-110-3"},
		{"its grandchild, adopted by the first process", inside("a", "b-112-5-9", "b-111-4-9", 112, 11, 100, 1), "b-110-3"},
		{"another docker exec", inside("a", "b-120-6-8", "b-61-1-2", 120, 12, 50, 50), "b-120-6"},
		{"in a container that was there", inside("old", "b-210-3-8", "b-60-1-2", 210, 9, 50, 50), "b-210-3"},
		{"first process of a pod that was there", inside("oldpod", "b-300-3-8", "b-60-1-2", 300, 9, 50, 50), ""},
		{"kubectl exec in it", inside("oldpod", "b-310-3-8", "b-60-1-2", 310, 19, 50, 50), "b-310-3"},
		{"first process in a shared pid namespace", inside("pod", "b-400-3-8", "b-60-1-2", 400, 9, 50, 50), ""},
		{"kubectl exec in it", inside("pod", "b-410-3-8", "b-60-1-2", 410, 19, 50, 50), "b-410-3"},
		{"without a pid namespace", inside("host", "b-500-3-8", "b-60-1-2", 500, 500, 50, 50), ""},
		{"unshare in a container", inside("a", "b-130-3-8", "b-101-2-5", 130, 1, 101, 7), ""},
		{"on the host", inside("", "b-600-3-8", "b-110-3-9", 600, 600, 50, 50), ""},
		{"of no process", inside("a", "", "", 0, 0, 0, 0), ""},
	} {
		if s.Enrich(tc.e); tc.e.ExecSession != tc.want {
			t.Errorf("%s: session %q, want %q", tc.name, tc.e.ExecSession, tc.want)
		}
	}
}
