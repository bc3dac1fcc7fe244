package runtime

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tracehound/tracehound/pkg/container"
)

// listen puts sockets below a folder with a short name: their paths are bounded.
func listen(t *testing.T, paths ...string) (root string) {
	t.Helper()
	root, err := os.MkdirTemp("", "s") //nolint:usetesting // t.TempDir is too long a name
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(root) })
	for _, path := range paths {
		if err := os.MkdirAll(filepath.Dir(root+path), 0o755); err != nil {
			t.Fatal(err)
		}
		l, err := net.Listen("unix", root+path)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = l.Close() })
	}
	return root
}

func TestDiscover(t *testing.T) {
	root := listen(t, "/run/docker.sock", "/run/k3s/containerd/containerd.sock", "/run/k0s/containerd.sock",
		"/var/snap/microk8s/common/run/containerd.sock", "/run/crio/crio.sock", "/run/podman/podman.sock",
		"/run/user/1000/podman/podman.sock", "/run/user/1001/docker.sock")
	if err := os.Symlink("../run", root+"/var/run"); err != nil { // each is there twice
		t.Fatal(err)
	}
	if err := os.MkdirAll(root+"/run/containerd", 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(root+"/run/containerd/containerd.sock", nil, 0o600); err != nil { // is none
		t.Fatal(err)
	}
	want := []Socket{
		{container.Docker, root + "/run/docker.sock", ""},
		{container.Docker, root + "/run/user/1001/docker.sock", "1001"},
		{container.Containerd, root + "/run/k3s/containerd/containerd.sock", ""},
		{container.Containerd, root + "/run/k0s/containerd.sock", ""},
		{container.Containerd, root + "/var/snap/microk8s/common/run/containerd.sock", ""},
		{container.CRIO, root + "/run/crio/crio.sock", ""},
		{container.Podman, root + "/run/podman/podman.sock", ""},
		{container.Podman, root + "/run/user/1000/podman/podman.sock", "1000"},
	}
	if diff := cmp.Diff(want, Discover(root)); diff != "" {
		t.Errorf("sockets (-want +got):\n%s", diff)
	}
	if got := Discover(t.TempDir()); len(got) != 0 {
		t.Errorf("in an empty place: %v", got)
	}
}

func TestParseSocket(t *testing.T) {
	root := listen(t, "/s")
	if err := os.WriteFile(root+"/file", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		text, fault string
		missing     bool
		want        Socket
	}{
		{text: "docker:" + root + "/s", want: Socket{container.Docker, root + "/s", ""}},
		{text: "cri-o:unix://" + root + "/s", want: Socket{container.CRIO, root + "/s", ""}},
		{text: "podman:/run/user/77/podman/podman.sock", missing: true, want: Socket{container.Podman, "/run/user/77/podman/podman.sock", "77"}},
		{text: "docker", fault: "write RUNTIME:SOCKET, as in docker:/run/docker.sock"},
		{text: "rkt:/x", fault: `runtime "rkt" is not one of docker, containerd, crio, podman`},
		{text: "docker:run/x", fault: `socket "run/x" is not an absolute path`},
		{text: "docker:" + root + "/file", fault: root + "/file is not a socket"},
	} {
		got, err := ParseSocket(tc.text)
		if tc.missing != errors.Is(err, ErrMissing) || !tc.missing && (err == nil) != (tc.fault == "") || tc.fault != "" && err.Error() != tc.fault {
			t.Errorf("%s: error %v", tc.text, err)
		}
		if got != tc.want {
			t.Errorf("%s: %+v", tc.text, got)
		}
	}
}
