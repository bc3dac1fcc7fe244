package runtime

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/tracehound/tracehound/pkg/container"
)

// Socket is where a runtime answers.
type Socket struct {
	Runtime string // docker, containerd, crio or podman
	Path    string
	// User is the id of the user whose rootless runtime it is; "" is root's. Such
	// a runtime is asked about that user's containers alone: the user may have put
	// anything in its place.
	User string
}

func (s Socket) String() string { return s.Runtime + ":" + s.Path }

// runtimes are those that can be asked.
var runtimes = []struct {
	name string
	dial func(Socket) (Client, error)
}{
	{container.Docker, dialDocker},
	{container.Containerd, dialCRI},
	{container.CRIO, dialCRI},
	{container.Podman, dialDocker},
}

// dial makes the client of a socket.
func dial(s Socket) (Client, error) {
	for _, r := range runtimes {
		if r.name == s.Runtime {
			return r.dial(s)
		}
	}
	return nil, fmt.Errorf("runtime %q is not known", s.Runtime)
}

// usual are the places where runtimes put their sockets, below the root folder.
// A * stands for a user's id.
var usual = []Socket{
	{Runtime: container.Docker, Path: "/run/docker.sock"},
	{Runtime: container.Docker, Path: "/var/run/docker.sock"}, // mounted into the tracer's container
	{Runtime: container.Docker, Path: "/run/user/*/docker.sock"},
	{Runtime: container.Containerd, Path: "/run/containerd/containerd.sock"},
	{Runtime: container.Containerd, Path: "/var/run/containerd/containerd.sock"},
	{Runtime: container.Containerd, Path: "/run/k3s/containerd/containerd.sock"}, // k3s and rke2
	{Runtime: container.Containerd, Path: "/run/k0s/containerd.sock"},
	{Runtime: container.Containerd, Path: "/var/snap/microk8s/common/run/containerd.sock"},
	{Runtime: container.CRIO, Path: "/run/crio/crio.sock"},
	{Runtime: container.CRIO, Path: "/var/run/crio/crio.sock"},
	{Runtime: container.Podman, Path: "/run/podman/podman.sock"},
	{Runtime: container.Podman, Path: "/var/run/podman/podman.sock"},
	{Runtime: container.Podman, Path: "/run/user/*/podman/podman.sock"},
}

// maxSockets bounds how many users' runtimes are asked.
const maxSockets = 32

// Discover lists the sockets in the usual places that are there, each once. root
// is the root folder, "" for /; inside of a container that sees the host's
// processes, /proc/1/root is the host's.
func Discover(root string) []Socket {
	var found []Socket
	var seen []syscall.Stat_t
	for _, s := range usual {
		paths, _ := filepath.Glob(root + s.Path) // of a bad pattern alone, and these are not
		for _, path := range paths {
			var st syscall.Stat_t
			if syscall.Stat(path, &st) != nil || st.Mode&syscall.S_IFMT != syscall.S_IFSOCK {
				continue
			}
			same := func(o syscall.Stat_t) bool { return o.Dev == st.Dev && o.Ino == st.Ino }
			if slices.ContainsFunc(seen, same) || len(found) == maxSockets {
				continue
			}
			seen = append(seen, st)
			found = append(found, Socket{Runtime: s.Runtime, Path: path, User: userOf(strings.TrimPrefix(path, root))})
		}
	}
	return found
}

// userOf is the user whose folder the path is in.
func userOf(path string) string {
	rest, ok := strings.CutPrefix(path, "/run/user/")
	if !ok {
		return ""
	}
	user, _, _ := strings.Cut(rest, "/")
	return user
}

// ErrMissing says of a socket that nothing is there yet.
var ErrMissing = errors.New("there is no such socket")

// ParseSocket reads RUNTIME:SOCKET. The error wraps ErrMissing when the socket is
// not there: it may come.
func ParseSocket(text string) (Socket, error) {
	name, path, ok := strings.Cut(text, ":")
	if !ok {
		return Socket{}, errors.New("write RUNTIME:SOCKET, as in docker:/run/docker.sock")
	}
	if name == "cri-o" {
		name = container.CRIO
	}
	var names []string
	known := false
	for _, r := range runtimes {
		names = append(names, r.name)
		known = known || r.name == name
	}
	if !known {
		return Socket{}, fmt.Errorf("runtime %q is not one of %s", name, strings.Join(names, ", "))
	}
	path = strings.TrimPrefix(path, "unix://")
	if !filepath.IsAbs(path) {
		return Socket{}, fmt.Errorf("socket %q is not an absolute path", path)
	}
	s := Socket{Runtime: name, Path: filepath.Clean(path), User: userOf(path)}
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return s, fmt.Errorf("%w: %w", ErrMissing, err)
	case info.Mode()&os.ModeSocket == 0:
		return Socket{}, fmt.Errorf("%s is not a socket", path)
	}
	return s, nil
}
