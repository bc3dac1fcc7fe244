package integrity

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tracehound/tracehound/pkg/event"
)

func loadedEvent(address uint64, ret int64) *event.Event {
	return &event.Event{EventName: "do_init_module", ReturnValue: ret, Args: []event.Argument{
		{Name: "name", Type: "const char*", Value: "evil"}, {Name: "address", Type: "u64", Value: address},
	}}
}

// It looks at the start, behind modules and every so often, and tells of which
// event it came behind.
func TestWatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := tablesKernel()
		w := NewWatch(k.scanner(HookedSyscalls, HiddenModule), 10*time.Second, slog.New(slog.DiscardHandler))
		hook := func(call int, to uint64) { k.put(callTable+uint64(8*call), to) }
		expect := func(when string, from *event.Event, end bool) {
			t.Helper()
			synctest.Wait()
			made := w.Late(end)
			if len(made) != 1 || made[0].Event != HookedSyscalls || (made[0].From == nil) != (from == nil) || !made[0].At.Equal(time.Now()) {
				t.Errorf("%s: %+v", when, made)
			}
		}
		hook(0, 7)
		w.Start()
		<-w.Ready()
		expect("start", nil, false)

		hook(1, 7)
		time.Sleep(10*time.Second - 1)
		synctest.Wait()
		if made := w.Late(false); len(made) > 0 {
			t.Errorf("too early: %+v", made)
		}
		time.Sleep(time.Nanosecond)
		<-w.Ready()
		expect("in time", nil, false)

		hook(0, exts)
		time.Sleep(10*time.Second - attribution/2)
		module := loadedEvent(address(5), 0)
		w.Look(module) // which did it
		<-w.Ready()
		expect("in time, by a module", module, false)

		hook(3, 7)
		w.Look(module)
		<-w.Ready()
		expect("module", module, false)
		if w.scanner.loaded[address(5)] != "" { // there is no such memory
			t.Errorf("remembered %v", w.scanner.loaded)
		}

		hook(3, exts)
		w.Look(loadedEvent(address(6), -1))
		expect("end", module, true)
		w.Close() // again
	})
}

// A kernel that cannot be read is told of once.
func TestWatchThatCannotLook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := tablesKernel()
		delete(k.words, callTable)
		var words bytes.Buffer
		w := NewWatch(k.scanner(HookedSyscalls), time.Second, slog.New(slog.NewTextHandler(&words, nil)))
		w.Start()
		time.Sleep(time.Minute)
		w.Close()
		if n := strings.Count(words.String(), "could not all be looked at"); n != 1 || k.reads < 60 {
			t.Errorf("told %d times in %d reads: %s", n, k.reads, &words)
		}
	})
}

func TestWatchThatNeverBegan(t *testing.T) {
	w := NewWatch(newFake().scanner(), 0, slog.New(slog.DiscardHandler))
	if made := w.Late(true); len(made) > 0 {
		t.Errorf("%+v", made)
	}
}
