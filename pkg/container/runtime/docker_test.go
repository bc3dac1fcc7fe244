package runtime

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tracehound/tracehound/pkg/container"
)

const testID = "4f1d6e0c9b8a7f6e5d4c3b2a190807f6e5d4c3b2a1f0e9d8c7b6a59483726150"

// serve answers on a socket of the test's own.
func serve(t *testing.T, runtime string, handler http.Handler) Socket {
	t.Helper()
	s := Socket{Runtime: runtime, Path: filepath.Join(t.TempDir(), "s")}
	serveAt(t, s.Path, handler)
	return s
}

func serveAt(t *testing.T, path string, handler http.Handler) *http.Server {
	t.Helper()
	listener, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: handler}
	go func() { _ = server.Serve(listener) }() // until the test closes it
	t.Cleanup(func() { _ = server.Close() })
	return server
}

// dockerd answers about one container, as Docker 20.10 and podman 4.3 do.
func dockerd(inspect string) *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("/_ping", func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Api-Version", "1.41") })
	mux.HandleFunc("/v1.41/containers/", func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, "/"+testID+"/json") {
			http.Error(w, `{"message":"No such container"}`, http.StatusNotFound)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, inspect)
	})
	mux.HandleFunc("/v1.41/images/sha256:feed/json", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"Id":"sha256:feed","RepoDigests":["nginx@sha256:beef"]}`)
	})
	return mux
}

const inspected = `{"Id":"` + testID + `","Created":"2026-01-02T03:04:05.6Z","Name":"/web","Image":"sha256:feed",
	"State":{"Running":true,"Pid":77},"HostConfig":{"Privileged":true},
	"Mounts":[{"Type":"bind","Source":"/srv","Destination":"/data","RW":false}],
	"Config":{"Image":"nginx:1","Labels":{"app":"shop"%s}}}`

func TestDockerContainer(t *testing.T) {
	plain := Container{
		Runtime: container.Docker, Name: "web", Image: "nginx:1", ImageDigest: "sha256:beef", Labels: map[string]string{"app": "shop"},
		Created: time.Date(2026, 1, 2, 3, 4, 5, 600_000_000, time.UTC), Privileged: true, InitPID: 77,
		Mounts: []Mount{{Source: "/srv", Target: "/data", ReadOnly: true}},
	}
	pod := plain
	pod.Name, pod.PodName, pod.PodNamespace, pod.PodUID = "front", "shop-1", "prod", "u-1"
	pod.Labels = map[string]string{
		"app": "shop", labelContainer: "front", labelPod: "shop-1", labelNamespace: "prod", labelUID: "u-1",
	}
	for _, tc := range []struct {
		name, labels string
		want         Container
	}{
		{"container", "", plain},
		{"of a pod", `,"` + labelContainer + `":"front","` + labelPod + `":"shop-1","` + labelNamespace + `":"prod","` + labelUID + `":"u-1"`, pod},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c, err := dialDocker(serve(t, container.Docker, dockerd(fmt.Sprintf(inspected, tc.labels))))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = c.Close() })
			got, err := c.Container(t.Context(), testID)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(&tc.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if _, err := c.Container(t.Context(), strings.Repeat("0", 64)); !errors.Is(err, ErrNotFound) {
				t.Errorf("of another: %v", err)
			}
		})
	}
}

func TestDockerFaults(t *testing.T) {
	t.Parallel()
	endless := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, `{"Name":"`)
		for chunk := strings.Repeat("x", 1<<16); r.Context().Err() == nil; {
			if _, err := fmt.Fprint(w, chunk); err != nil {
				return
			}
		}
	})
	for name, handler := range map[string]http.Handler{
		"rubbish":            http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "\x00<html>") }),
		"another container":  dockerd(`{"Id":"` + strings.Repeat("1", 64) + `","Config":{}}`),
		"nothing in it":      dockerd(`{"Id":"` + testID + `"}`),
		"an error":           http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) }),
		"never ends":         endless,
		"the wrong JSON":     dockerd(`[1,2]`),
		"too old an API":     http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Api-Version", "1.12") }),
		"labels of a number": dockerd(`{"Id":"` + testID + `","Config":{"Labels":{"a":1}}}`),
	} {
		t.Run(name, func(t *testing.T) {
			c, err := dialDocker(serve(t, container.Docker, handler))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = c.Close() })
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
			defer cancel()
			if got, err := c.Container(ctx, testID); err == nil || errors.Is(err, ErrNotFound) {
				t.Errorf("%+v, %v", got, err)
			}
		})
	}
	c, err := dialDocker(Socket{Runtime: container.Docker, Path: filepath.Join(t.TempDir(), "none")})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Container(t.Context(), testID); err == nil || errors.Is(err, ErrNotFound) {
		t.Errorf("no socket: %v", err)
	}
}

// A container that is gone before it can be asked about has the name and image
// that the runtime told as it was made.
func TestDockerTellsOfNewContainers(t *testing.T) {
	const gone = "b0c1d2e3f4a5968778695a4b3c2d1e0f00112233445566778899aabbccddeeff"
	mux := dockerd("{}")
	mux.HandleFunc("/v1.41/events", func(w http.ResponseWriter, r *http.Request) {
		var filters map[string]any
		if err := json.Unmarshal([]byte(r.URL.Query().Get("filters")), &filters); err != nil || len(filters) != 2 {
			t.Errorf("filters %v, %v", filters, err)
		}
		fmt.Fprintf(w, `{"Type":"container","Action":"create","Actor":{"ID":%q,"Attributes":{"name":"job","image":"busybox","team":"x"}},"timeNano":5}`, gone)
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	})
	l := New(Options{Sockets: []Socket{serve(t, container.Docker, mux)}, Log: slog.New(slog.DiscardHandler)})
	defer l.Close()
	for l.rumourCount() == 0 {
		time.Sleep(time.Millisecond)
	}
	l.Ask(container.Info{ID: gone, Runtime: container.Docker})
	c, state := l.Wait(gone, soon())
	if state != Known || c.Name != "job" || c.Image != "busybox" || c.Labels["team"] != "x" || len(c.Labels) != 1 {
		t.Errorf("%+v, state %d", c, state)
	}
}

func (l *Lookup) rumourCount() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.rumours.entries.Len()
}

// The socket comes late, and the runtime restarts: nothing but time is needed.
func TestDockerRestarts(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "s")
	said := &messages{}
	l := New(Options{
		Sockets: []Socket{{Runtime: container.Docker, Path: path}}, Budget: 300, // so that one container is remembered
		Log: slog.New(slog.NewTextHandler(said, nil)),
	})
	defer l.Close()
	other := strings.Repeat("0", 64)
	for range 2 {
		l.Ask(container.Info{ID: testID, Runtime: container.Docker})
		if _, state := l.Wait(testID, time.Now().Add(100*time.Millisecond)); state != Pending {
			t.Fatalf("state %d without a runtime", state)
		}
		server := serveAt(t, path, dockerd(fmt.Sprintf(inspected, "")))
		if c, state := l.Wait(testID, soon()); state != Known || c.Name != "web" {
			t.Fatalf("%+v, state %d", c, state)
		}
		l.Ask(container.Info{ID: other, Runtime: container.Docker}) // pushes the first one out
		l.Wait(other, soon())
		if err := server.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if n := said.count("does not answer"); n != 2 {
		t.Errorf("%d warnings of two outages", n)
	}
}
