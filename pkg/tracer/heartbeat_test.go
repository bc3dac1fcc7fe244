package tracer

import (
	"testing"
	"time"

	"github.com/tracehound/tracehound/pkg/pipeline"
)

func TestHeartbeatInterval(t *testing.T) {
	start := time.Unix(1000, 0)
	for _, c := range []struct {
		interval time.Duration
		want     int // beats in ten looks, a second apart
	}{{0, 0}, {time.Second, 10}, {3 * time.Second, 4}, {time.Minute, 1}} {
		s := &source{counters: &counters{}, heartbeat: c.interval}
		beats := 0
		for i := range 10 {
			s.sayAlive(func(batch []pipeline.Item) {
				for _, it := range batch {
					if it.Event.EventName != heartbeatEvent || it.Hidden {
						t.Errorf("%v", it.Event)
					}
					beats++
				}
			}, start.Add(time.Duration(i)*time.Second))
		}
		if beats != c.want {
			t.Errorf("every %s: %d beats, want %d", c.interval, beats, c.want)
		}
	}
}
