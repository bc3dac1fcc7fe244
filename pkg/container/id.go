// Package container says which container a cgroup belongs to, from the
// cgroup's path alone.
package container

import (
	"strconv"
	"strings"
)

// Names of runtimes, as Identify gives them. Unknown means that the path
// shows a container and not who runs it.
const (
	Docker     = "docker"
	Containerd = "containerd"
	CRIO       = "crio"
	Podman     = "podman"
	LXC        = "lxc"
	Nspawn     = "systemd-nspawn"
	Unknown    = "unknown"
)

// Info is what a cgroup's path says about its container.
type Info struct {
	// ID is 64 lower-case hexadecimal digits; with LXC and systemd-nspawn, which
	// give none, the container's name.
	ID      string
	Runtime string // one of the names above
	// Name is set where the path tells it.
	Name string
	// PodUID is the id of the Kubernetes pod that the container is of.
	PodUID string
	// User is the id of the user whose session the container is in; "" for those
	// that root has started.
	User string
}

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
	Named   bool   // by a name of the user's choice, not by an id
}

// layouts are tried in order; the first that fits decides. Those of names are
// told apart by what no user of a container can choose: the folder above.
var layouts = []layout{
	{Name: "docker, systemd", Prefix: "docker-", Suffix: ".scope", Runtime: Docker},
	{Name: "docker, cgroupfs", Parent: "docker", Runtime: Docker},
	{Name: "containerd in Kubernetes, systemd", Prefix: "cri-containerd-", Suffix: ".scope", Runtime: Containerd},
	{Name: "containerd in Kubernetes, systemd path under cgroupfs", After: ":cri-containerd:", Runtime: Containerd},
	{Name: "nerdctl, systemd", Prefix: "nerdctl-", Suffix: ".scope", Runtime: Containerd},
	{Name: "nerdctl, cgroupfs", Parent: "default", Runtime: Containerd},
	{Name: "containerd's namespace of Kubernetes, cgroupfs", Parent: "k8s.io", Runtime: Containerd},
	{Name: "cri-o, systemd", Prefix: "crio-", Suffix: ".scope", Runtime: CRIO},
	{Name: "cri-o, systemd path under cgroupfs", After: ":crio:", Runtime: CRIO},
	{Name: "cri-o, cgroupfs", Prefix: "crio-", Runtime: CRIO},
	{Name: "podman, systemd", Prefix: "libpod-", Suffix: ".scope", Runtime: Podman},
	{Name: "podman, cgroupfs", Prefix: "libpod-", Runtime: Podman},
	{Name: "podman, split (quadlet)", Prefix: "libpod-payload-", Runtime: Podman},
	{Name: "podman, pod under cgroupfs", Parent: "libpod_parent"},
	{Name: "any scope of an id", Suffix: ".scope", Runtime: Unknown},
	{Name: "containerd and cri-dockerd under cgroupfs, runc", Runtime: Unknown},
	{Name: "lxc, lxd, incus", Prefix: "lxc.payload.", Runtime: LXC, Named: true},
	{Name: "lxc before 4, proxmox", Parent: "lxc", Runtime: LXC, Named: true},
	{Name: "libvirt's lxc", Parent: "machine.slice", Prefix: `machine-lxc\x2d`, Suffix: ".scope", Runtime: LXC, Named: true},
	{Name: "libvirt's virtual machines", Parent: "machine.slice", Prefix: `machine-qemu\x2d`, Suffix: ".scope", Named: true},
	{Name: "systemd-nspawn, service", Parent: "machine.slice", Prefix: "systemd-nspawn@", Suffix: ".service", Runtime: Nspawn, Named: true},
	{Name: "systemd-nspawn, command", Parent: "machine.slice", Prefix: "machine-", Suffix: ".scope", Runtime: Nspawn, Named: true},
}

// Identify finds the container that a cgroup belongs to: the cgroup itself or
// the outermost one above it. Of nested containers (a node of kind, docker in
// docker) that is the one that this machine's runtime started and can tell
// more about, and the only one that what runs in it cannot make up: who may
// make cgroups inside of a container chooses their names. ok is false when the
// cgroup is not a container's.
func Identify(cgroupPath string) (info Info, ok bool) {
	parent, pod, user := "", "", ""
	for name := range strings.SplitSeq(cgroupPath, "/") {
		if name == "" {
			continue
		}
		if uid := podUID(name); uid != "" {
			pod = uid
		}
		if uid, ok := strings.CutPrefix(name, "user-"); ok && parent == "user.slice" && user == "" {
			user = strings.TrimSuffix(uid, ".slice")
		}
		if info, ok := identify(parent, name); ok {
			info.PodUID, info.User = pod, user
			return info, true
		}
		parent = name
	}
	return Info{}, false
}

func identify(parent, name string) (info Info, ok bool) {
	for i := range layouts {
		l := &layouts[i]
		id, ok := l.match(parent, name)
		if !ok {
			continue
		}
		info := Info{ID: id, Runtime: l.Runtime}
		if l.Named {
			info.ID = unescape(id)
			info.Name = info.ID
		}
		return info, l.Runtime != ""
	}
	return Info{}, false
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
	if l.Named {
		return name, name != ""
	}
	return name, isID(name)
}

func isID(s string) bool { return len(s) == idLength && isHex(s) }

func isHex(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// podUID reads the id of a pod from the name of its cgroup: podUID of cgroupfs,
// kubepods-CLASS-podUID.slice of systemd, which has _ for -. "" when it is
// none: an id is a UUID, or 32 hexadecimal digits of pods from a file.
func podUID(name string) string {
	name, _, _ = strings.Cut(name, ":") // a systemd path under cgroupfs
	if before, ok := strings.CutSuffix(name, ".slice"); ok {
		at := strings.LastIndex(before, "-pod")
		if at < 0 || !strings.Contains(before, "kubepods") {
			return ""
		}
		name = before[at+1:]
	}
	uid, ok := strings.CutPrefix(name, "pod")
	if !ok {
		return ""
	}
	uid = strings.ReplaceAll(uid, "_", "-")
	if len(uid) == 32 && isHex(uid) {
		return uid
	}
	groups := strings.Split(uid, "-")
	if len(groups) != 5 {
		return ""
	}
	for i, n := range []int{8, 4, 4, 4, 12} {
		if len(groups[i]) != n || !isHex(groups[i]) {
			return ""
		}
	}
	return uid
}

// unescape resolves \x2d and the like in the name of a unit of systemd's.
func unescape(s string) string {
	before, after, found := strings.Cut(s, `\x`)
	if !found || len(after) < 2 {
		return s
	}
	n, err := strconv.ParseUint(after[:2], 16, 8)
	if err != nil {
		return s
	}
	return before + string([]byte{byte(n)}) + unescape(after[2:])
}
