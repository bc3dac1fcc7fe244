package rules

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/signature"
)

func inContainer(name, id string, at time.Duration) *event.Event {
	return &event.Event{EventName: name, ContainerID: id, Timestamp: int64(at)}
}

func enriched(id, image string, at time.Duration) *event.Event {
	e := inContainer(enrichedEvent, id, at)
	e.ContainerImage, e.ContainerName = image, "name of "+id
	return e
}

// Steps of a stream: an event that is seen (its finding, when it is a ptrace),
// and the findings that leave then.
func TestFindingsWaitForTheirContainer(t *testing.T) {
	type step struct {
		e    *event.Event
		want []string
	}
	for _, tc := range []struct {
		name  string
		steps []step
		end   []string
	}{
		{"of the host", []step{{inContainer("ptrace", "", 1), []string{" "}}}, nil},
		{"known before", []step{{enriched("a", "nginx", 1), nil}, {inContainer("ptrace", "a", 2), []string{"a nginx"}}}, nil},
		{"known soon after", []step{
			{inContainer("ptrace", "a", 1), nil}, {inContainer("ptrace", "a", 2), nil}, {inContainer("ptrace", "", 2), []string{" "}},
			{enriched("a", "nginx", 3), []string{"a nginx", "a nginx"}},
		}, nil},
		{"known too late", []step{
			{inContainer("ptrace", "a", 1), nil},
			{enriched("b", "redis", time.Duration(1)+identityTime), []string{"a "}},
			{inContainer("ptrace", "a", 2+identityTime), []string{"a "}}, // does not wait again
			{enriched("a", "nginx", 3+identityTime), nil},
			{inContainer("ptrace", "a", 4+identityTime), []string{"a nginx"}},
		}, nil},
		{"one's names are not another's", []step{
			{inContainer("ptrace", "a", 1), nil}, {inContainer("ptrace", "b", 1), nil},
			{enriched("b", "redis", 2), []string{"b redis"}},
		}, []string{"a "}},
		{"told by an event of its own", []step{
			{inContainer("ptrace", "a", 1), nil},
			{&event.Event{EventName: "ptrace", ContainerID: "a", ContainerImage: "nginx", Timestamp: 2}, []string{"a nginx", "a nginx"}},
		}, nil},
		{"called otherwise since", []step{
			{enriched("a", "old", 1), nil}, {enriched("a", "new", 2), nil}, {inContainer("ptrace", "a", 3), []string{"a new"}},
		}, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			ids, now := newIdentities(false), time.Unix(1000, 0)
			left := func(held []heldFinding) (got []string) {
				for _, h := range held {
					got = append(got, h.finding.Event.ContainerID+" "+h.finding.Event.ContainerImage)
				}
				return got
			}
			for i, s := range tc.steps {
				before := namesOf(s.e)
				ids.see(s.e)
				var got []string
				if s.e.EventName == "ptrace" {
					if f := ids.complete(&signature.Finding{Event: s.e}, 0, now); f != nil {
						got = left([]heldFinding{{finding: f}})
					}
				}
				got = append(got, left(ids.release(now, false))...)
				if diff := cmp.Diff(s.want, got); diff != "" {
					t.Errorf("step %d (-want +got):\n%s", i, diff)
				}
				if after := namesOf(s.e); before != after {
					t.Errorf("step %d: the event, which others see too, was changed", i)
				}
			}
			if diff := cmp.Diff(tc.end, left(ids.release(now, true))); diff != "" {
				t.Errorf("at the end (-want +got):\n%s", diff)
			}
		})
	}
}

func TestHeldFindingsAreBounded(t *testing.T) {
	ids, now := newIdentities(false), time.Unix(1000, 0)
	for i := range 2 * maxHeld {
		ids.complete(&signature.Finding{Event: inContainer("ptrace", fmt.Sprint(i), 1)}, 0, now)
	}
	if len(ids.held) != maxHeld {
		t.Errorf("%d findings are held", len(ids.held))
	}
	if n := len(ids.release(now.Add(identityTime-1), false)); n != 0 {
		t.Errorf("%d left before their time", n)
	}
	if n := len(ids.release(now.Add(identityTime), false)); n != maxHeld {
		t.Errorf("%d left, want %d: their time is over though the stream is silent", n, maxHeld)
	}
}

// Of a recording the order stays, and this machine's time says nothing.
func TestRecordedFindingsStayInOrder(t *testing.T) {
	ids, now := newIdentities(true), time.Unix(1000, 0)
	for _, id := range []string{"a", "", "b"} {
		if f := ids.complete(&signature.Finding{Event: inContainer("ptrace", id, 1)}, 0, now); f != nil {
			t.Errorf("%q was not held", id)
		}
	}
	ids.see(enriched("b", "redis", 2))
	if n := len(ids.release(now.Add(time.Hour), false)); n != 0 {
		t.Errorf("%d left before the first", n)
	}
	ids.see(enriched("a", "nginx", 3))
	var got []string
	for _, h := range ids.release(now, false) {
		got = append(got, h.finding.Event.ContainerImage)
	}
	if diff := cmp.Diff([]string{"nginx", "", "redis"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
