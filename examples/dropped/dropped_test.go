package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tracehound/tracehound/pkg/codec"
	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/signature"
)

func opened(path string, flags int32, at time.Duration) *event.Event {
	return &event.Event{
		EventName: "security_file_open", Executable: "/usr/bin/cp", Timestamp: at.Nanoseconds(), MountNS: 1,
		Args: []event.Argument{{Name: "pathname", Value: path}, {Name: "flags", Value: flags}},
	}
}

func executed(path string, at time.Duration) *event.Event {
	return &event.Event{
		EventName: "sched_process_exec", Timestamp: at.Nanoseconds(), MountNS: 1,
		Args: []event.Argument{{Name: "pathname", Value: path}},
	}
}

func TestDropped(t *testing.T) {
	refused, elsewhere := opened("/tmp/x", 1, 0), executed("/tmp/x", time.Second)
	refused.ReturnValue = -13
	elsewhere.MountNS = 2
	found := &signature.Match{Data: map[string]any{"pathname": "/tmp/x", "written by": "/usr/bin/cp"}}
	tests := []struct {
		name   string
		events []*event.Event
		want   *signature.Match // of the last event
	}{
		{"written, executed", []*event.Event{opened("/tmp/x", 1, 0), executed("/tmp/x", time.Second)}, found},
		{"written, read, executed", []*event.Event{opened("/tmp/x", 0x242, 0), opened("/tmp/x", 0, 0), executed("/tmp/x", time.Second)}, found},
		{"only read", []*event.Event{opened("/tmp/x", 0, 0), executed("/tmp/x", time.Second)}, nil},
		{"refused", []*event.Event{refused, executed("/tmp/x", time.Second)}, nil},
		{"another file", []*event.Event{opened("/tmp/x", 1, 0), executed("/tmp/y", time.Second)}, nil},
		{"another mount namespace", []*event.Event{opened("/tmp/x", 1, 0), elsewhere}, nil},
		{"long ago", []*event.Event{opened("/tmp/x", 1, 0), executed("/tmp/x", soon+1)}, nil},
		{"written again", []*event.Event{opened("/tmp/x", 1, 0), opened("/tmp/x", 1, soon), executed("/tmp/x", soon+1)}, found},
		{"no path", []*event.Event{{EventName: "sched_process_exec"}}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := newDropped()
			var got *signature.Match
			for _, e := range tt.events {
				got, _ = d.OnEvent(e)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("match (-want +got):\n%s", diff)
			}
		})
	}
}

func TestMemoryIsBounded(t *testing.T) {
	d := newDropped()
	for i := range maxFiles + 10 {
		_, _ = d.OnEvent(opened(fmt.Sprint("/tmp/", i), 1, 0))
	}
	if len(d.written) != maxFiles || len(d.order) != maxFiles {
		t.Errorf("%d files in %d places, want %d", len(d.written), len(d.order), maxFiles)
	}
	if m, _ := d.OnEvent(executed("/tmp/9", 0)); m != nil {
		t.Errorf("the oldest is still known: %v", m)
	}
	if m, _ := d.OnEvent(executed("/tmp/10", 0)); m == nil {
		t.Error("a younger one is forgotten")
	}
}

// The recording holds one file that is dropped and executed.
func TestRecording(t *testing.T) {
	f, err := os.Open("../attacks.json")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, _, err := codec.Open(f)
	if err != nil {
		t.Fatal(err)
	}
	var got []*signature.Match
	for d := newDropped(); ; {
		e, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if m, _ := d.OnEvent(e); m != nil {
			got = append(got, m)
		}
	}
	want := []*signature.Match{{Data: map[string]any{"pathname": "/tmp/update", "written by": "/usr/bin/cp"}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("matches (-want +got):\n%s", diff)
	}
}
