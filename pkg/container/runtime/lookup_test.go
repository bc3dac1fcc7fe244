package runtime

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tracehound/tracehound/pkg/container"
)

// fake is a runtime that a test steers.
type fake struct {
	mu        sync.Mutex
	known     map[string]*Container
	answer    func(ctx context.Context) error // nil: it answers
	asked     map[string]int
	running   int
	most      int // asked at once
	announces chan string
}

func newFake(known ...string) *fake {
	f := &fake{known: map[string]*Container{}, asked: map[string]int{}, announces: make(chan string)}
	for _, id := range known {
		f.learn(id)
	}
	return f
}

func (f *fake) learn(id string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.known[id] = &Container{Name: "name of " + id, Image: "image", Labels: map[string]string{"app": id}}
}

func (f *fake) does(answer func(context.Context) error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.answer = answer
}

func (f *fake) Container(ctx context.Context, id string) (*Container, error) {
	f.mu.Lock()
	f.asked[id]++
	f.running++
	f.most = max(f.most, f.running)
	answer, c := f.answer, f.known[id]
	f.mu.Unlock()
	defer func() {
		f.mu.Lock()
		f.running--
		f.mu.Unlock()
	}()
	if answer != nil {
		if err := answer(ctx); err != nil {
			return nil, err
		}
	}
	if c == nil {
		return nil, ErrNotFound
	}
	return c, nil
}

func (f *fake) Watch(ctx context.Context, seen func(string, *Container)) error {
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case id := <-f.announces:
			seen(id, &Container{Name: "announced " + id})
		}
	}
}

func (f *fake) Close() error { return nil }

func (f *fake) times(id string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.asked[id]
}

// messages collects what is logged.
type messages struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (m *messages) Write(p []byte) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.b.Write(p)
}

func (m *messages) count(text string) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return strings.Count(m.b.String(), text)
}

// begin makes a Lookup of fakes, named by their sockets' paths.
func begin(t *testing.T, budget int, fakes map[Socket]*fake) (*Lookup, *messages) {
	t.Helper()
	said := &messages{}
	o := Options{Budget: budget, Log: slog.New(slog.NewTextHandler(said, nil)), Dial: func(s Socket) (Client, error) { return fakes[s], nil }}
	for _, runtime := range []string{container.Docker, container.Containerd, container.Podman} { // in a certain order
		for s := range fakes {
			if s.Runtime == runtime {
				o.Sockets = append(o.Sockets, s)
			}
		}
	}
	l := New(o)
	t.Cleanup(l.Close)
	return l, said
}

var dockerSocket = Socket{Runtime: container.Docker, Path: "/run/docker.sock"}

func of(id string) container.Info { return container.Info{ID: id, Runtime: container.Docker} }

func soon() time.Time { return time.Now().Add(20 * time.Second) }

func wantName(t *testing.T, l *Lookup, id string) {
	t.Helper()
	if c, state := l.Wait(id, soon()); state != Known || c.Name != "name of "+id {
		t.Fatalf("container %s: %+v, state %d", id, c, state)
	}
}

func TestAsk(t *testing.T) {
	f := newFake("a")
	l, _ := begin(t, 0, map[Socket]*fake{dockerSocket: f})
	if _, state := l.Get("a"); state != Unasked || f.times("a") != 0 {
		t.Errorf("state %d before anybody asked", state)
	}
	if _, state := l.Ask(of("a")); state != Pending {
		t.Errorf("state %d, want pending", state)
	}
	wantName(t, l, "a")
	<-l.Ready()
	if found := l.Found(); len(found) != 1 || found[0].Info.ID != "a" || found[0].Container.Labels["app"] != "a" {
		t.Errorf("found %+v", found)
	}
	for range 10 {
		l.Ask(of("a"))
	}
	if n := f.times("a"); n != 1 {
		t.Errorf("asked %d times about one container", n)
	}
}

// The cgroup of a container is made before some runtimes can tell of it.
func TestNotKnownYet(t *testing.T) {
	t.Parallel()
	f := newFake()
	l, _ := begin(t, 0, map[Socket]*fake{dockerSocket: f})
	l.Ask(of("a"))
	l.Ask(of("never"))
	for f.times("a") == 0 {
		time.Sleep(time.Millisecond)
	}
	f.learn("a")
	wantName(t, l, "a")
	if _, state := l.Wait("never", soon()); state != Nothing || f.times("never") != 1+len(again) {
		t.Errorf("of a container that nobody knows: state %d after %d questions", state, f.times("never"))
	}
}

func TestWhoIsAsked(t *testing.T) {
	t.Parallel()
	docker, containerd, users := newFake("d", "shared"), newFake("c"), newFake("u", "d", "c")
	l, _ := begin(t, 0, map[Socket]*fake{
		dockerSocket: docker, {Runtime: container.Containerd, Path: "/c"}: containerd,
		{Runtime: container.Podman, Path: "/run/user/1000/podman/podman.sock", User: "1000"}: users,
	})
	for _, tc := range []struct {
		info  container.Info
		state State
	}{
		{container.Info{ID: "d", Runtime: container.Docker}, Known},
		{container.Info{ID: "c", Runtime: container.Unknown}, Known},
		{container.Info{ID: "u", Runtime: container.Podman, User: "1000"}, Known},
		{container.Info{ID: "shared", Runtime: container.Podman, User: "1000"}, Nothing},
		{container.Info{ID: "u2", Runtime: container.Podman, User: "1001"}, Nothing}, // nobody to ask
		{container.Info{ID: "web", Runtime: container.LXC}, Nothing},
	} {
		_, state := l.Ask(tc.info)
		if state == Pending {
			_, state = l.Wait(tc.info.ID, soon())
		}
		if state != tc.state {
			t.Errorf("%+v: state %d, want %d", tc.info, state, tc.state)
		}
	}
	if users.times("d")+users.times("c") != 0 {
		t.Error("a user's runtime was asked about root's containers")
	}
	if docker.times("c") != 1 || containerd.times("d") != 0 {
		t.Errorf("the container of unknown runtime was asked of docker %d times, docker's of containerd %d times", docker.times("c"), containerd.times("d"))
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]func(context.Context) error{
		"missing or refusing": func(context.Context) error { return errors.New("connect: connection refused") },
		"rubbish":             func(context.Context) error { return errors.New("invalid character '<'") },
	} {
		t.Run(name, func(t *testing.T) {
			f, other := newFake("x"), newFake("y")
			l, said := begin(t, 0, map[Socket]*fake{dockerSocket: f, {Runtime: container.Containerd, Path: "/c"}: other})
			f.does(answer)
			for i := range 10000 {
				id := fmt.Sprint("c", i)
				f.learn(id)
				l.Ask(of(id))
			}
			// Who is not concerned is not held up.
			l.Ask(container.Info{ID: "y", Runtime: container.Unknown})
			wantName(t, l, "y")
			if l.Answering(of("c1")) {
				t.Error("it is said to answer")
			}
			f.does(nil)
			for i := range 10000 {
				wantName(t, l, fmt.Sprint("c", i))
			}
			if n := said.count("does not answer"); n != 1 {
				t.Errorf("%d warnings", n)
			}
			if said.count("answers again") != 1 || !l.Answering(of("c1")) {
				t.Error("its recovery goes unsaid")
			}
			if f.most > workers {
				t.Errorf("asked %d at a time", f.most)
			}
		})
	}
}

func TestHangingRuntime(t *testing.T) {
	f := newFake("a", "b")
	l, _ := begin(t, 0, map[Socket]*fake{dockerSocket: f})
	f.does(func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() })
	l.Ask(of("a"))
	begun := time.Now()
	if _, state := l.Wait("a", begun.Add(50*time.Millisecond)); state != Pending {
		t.Errorf("state %d", state)
	}
	if waited := time.Since(begun); waited < 50*time.Millisecond || waited > 5*time.Second {
		t.Errorf("waited %s", waited)
	}
	for f.times("a") == 0 {
		time.Sleep(time.Millisecond)
	}
	f.does(nil)
	l.Ask(of("b"))
	wantName(t, l, "b") // beside the one that hangs
}

// One container about which the runtime fails keeps nobody from the others.
func TestOneBadContainer(t *testing.T) {
	f := newFake("bad", "good")
	l, _ := begin(t, 0, map[Socket]*fake{dockerSocket: f})
	var mu sync.Mutex
	first := true
	f.does(func(context.Context) error {
		mu.Lock()
		defer mu.Unlock()
		if first {
			first = false
			return errors.New("500")
		}
		return nil
	})
	l.Ask(of("bad"))
	l.Ask(of("good"))
	wantName(t, l, "good")
	wantName(t, l, "bad")
}

// What a runtime announces is better than nothing, and worse than its answer.
func TestAnnounced(t *testing.T) {
	f := newFake("stays")
	l, _ := begin(t, 0, map[Socket]*fake{dockerSocket: f})
	f.announces <- "gone"
	f.announces <- "stays"
	f.announces <- "last" // so that the two are noted
	l.Ask(of("gone"))
	l.Ask(of("stays"))
	if c, state := l.Wait("gone", soon()); state != Known || c.Name != "announced gone" {
		t.Errorf("gone: %+v, state %d", c, state)
	}
	if c, state := l.Get("stays"); state != Known || c.Name != "announced stays" && c.Name != "name of stays" {
		t.Errorf("stays: %+v, state %d", c, state)
	}
	for c, _ := l.Get("stays"); c.Name != "name of stays"; c, _ = l.Get("stays") {
		time.Sleep(time.Millisecond)
	}
	for l.isPending("gone") {
		time.Sleep(time.Millisecond)
	}
	if n := f.times("gone"); n != 1 {
		t.Errorf("asked %d times", n)
	}
	told := map[string]int{}
	for _, f := range l.Found() {
		told[f.Container.Name]++
	}
	if diff := cmp.Diff(map[string]int{"announced gone": 1, "announced stays": 1, "name of stays": 1}, told); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
}

func (l *Lookup) isPending(id string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.pending[id] != nil
}

func TestBudget(t *testing.T) {
	const budget = 1 << 20
	f := newFake()
	l, _ := begin(t, budget, map[Socket]*fake{dockerSocket: f})
	for i := range 5000 {
		id := fmt.Sprint("c", i)
		f.mu.Lock()
		f.known[id] = &Container{Name: "name of " + id, Labels: map[string]string{"long": strings.Repeat("x", 1000)}}
		f.mu.Unlock()
		l.Ask(of(id))
		l.Found()
	}
	wantName(t, l, "c4999")
	for _, state := l.Get("c4998"); state == Pending; _, state = l.Get("c4998") {
		time.Sleep(time.Millisecond)
	}
	containers, bytes, evicted, refused := l.Size()
	if bytes > budget || evicted == 0 || containers < 100 || refused != 0 {
		t.Errorf("%d containers of %d bytes, %d pushed out, %d refused", containers, bytes, evicted, refused)
	}
	if _, state := l.Get("c0"); state != Unasked {
		t.Errorf("the oldest: state %d", state)
	}
	l.Ask(of("c0"))
	wantName(t, l, "c0")
}

func TestTrim(t *testing.T) {
	c := Container{Name: strings.Repeat("n", 1<<20), Labels: map[string]string{strings.Repeat("k", 1<<20): "v"}}
	for i := range 10 * maxLabels {
		c.Labels[fmt.Sprint(i)] = strings.Repeat("v", 10<<10)
		c.Mounts = append(c.Mounts, Mount{Source: strings.Repeat("/s", 10<<10)})
	}
	c.trim()
	if n, most := c.bytes(), (2*maxLabels+maxMounts+10)*(maxText+100); n > most {
		t.Errorf("%d bytes, want at most %d", n, most)
	}
}
