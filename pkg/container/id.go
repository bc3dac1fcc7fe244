// Package container says which container a cgroup belongs to, from the
// cgroup's path alone.
package container

import "strings"

// Names of runtimes, as IDFromPath gives them. Unknown means that the path
// shows a container and not who runs it.
const (
	Docker     = "docker"
	Containerd = "containerd"
	CRIO       = "crio"
	Podman     = "podman"
	Unknown    = "unknown"
)

// idLength is the length of a container id: 64 lower-case hexadecimal digits.
const idLength = 64

// layout is one way in which a runtime names a container's cgroup: the id
// between Prefix and Suffix, or behind the first After, below a folder Parent.
type layout struct {
	Name    string // for people
	Parent  string // name of the folder above; "" means any
	Prefix  string
	After   string
	Suffix  string
	Runtime string // "" means that it is no container, although it looks like one
}

// layouts are tried in order; the first that fits decides.
var layouts = []layout{
	{Name: "docker, systemd", Prefix: "docker-", Suffix: ".scope", Runtime: Docker},
	{Name: "docker, cgroupfs", Parent: "docker", Runtime: Docker},
	{Name: "containerd in Kubernetes, systemd", Prefix: "cri-containerd-", Suffix: ".scope", Runtime: Containerd},
	{Name: "containerd in Kubernetes, systemd path under cgroupfs", After: ":cri-containerd:", Runtime: Containerd},
	{Name: "nerdctl, systemd", Prefix: "nerdctl-", Suffix: ".scope", Runtime: Containerd},
	{Name: "cri-o, systemd", Prefix: "crio-", Suffix: ".scope", Runtime: CRIO},
	{Name: "cri-o, cgroupfs", Prefix: "crio-", Runtime: CRIO},
	{Name: "podman, systemd", Prefix: "libpod-", Suffix: ".scope", Runtime: Podman},
	{Name: "podman, cgroupfs", Prefix: "libpod-", Runtime: Podman},
	{Name: "podman, split (quadlet)", Prefix: "libpod-payload-", Runtime: Podman},
	{Name: "podman, pod under cgroupfs", Parent: "libpod_parent"},
	{Name: "any scope of an id", Suffix: ".scope", Runtime: Unknown},
	{Name: "containerd and cri-dockerd under cgroupfs, runc", Runtime: Unknown},
}

// IDFromPath finds the container that a cgroup belongs to: the cgroup itself or
// the outermost one above it. Of nested containers (a node of kind, docker in
// docker) that is the one that this machine's runtime started and can tell
// more about. ok is false when the cgroup is not a container's.
func IDFromPath(cgroupPath string) (id, runtime string, ok bool) {
	parent := ""
	for name := range strings.SplitSeq(cgroupPath, "/") {
		if len(name) >= idLength {
			if id, runtime, ok := identify(parent, name); ok {
				return id, runtime, true
			}
		}
		if name != "" {
			parent = name
		}
	}
	return "", "", false
}

func identify(parent, name string) (id, runtime string, ok bool) {
	for i := range layouts {
		if id, ok := layouts[i].match(parent, name); ok {
			return id, layouts[i].Runtime, layouts[i].Runtime != ""
		}
	}
	return "", "", false
}

func (l *layout) match(parent, name string) (id string, ok bool) {
	if l.Parent != "" && l.Parent != parent {
		return "", false
	}
	if l.After != "" {
		if _, name, ok = strings.Cut(name, l.After); !ok {
			return "", false
		}
	}
	if name, ok = strings.CutPrefix(name, l.Prefix); !ok {
		return "", false
	}
	if name, ok = strings.CutSuffix(name, l.Suffix); !ok {
		return "", false
	}
	return name, isID(name)
}

func isID(s string) bool {
	if len(s) != idLength {
		return false
	}
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}
