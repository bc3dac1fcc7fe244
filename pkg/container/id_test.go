package container

import (
	"strings"
	"testing"
)

const (
	idA = "4f1d6e0c9b8a7f6e5d4c3b2a190807f6e5d4c3b2a1f0e9d8c7b6a59483726150"
	idB = "b0c1d2e3f4a5968778695a4b3c2d1e0f00112233445566778899aabbccddeeff"
)

func TestIdentify(t *testing.T) {
	const pod = "kubepods-burstable-pod0a1b2c3d_1111_2222_3333_444455556666.slice"
	for _, tc := range []struct{ name, path, id, runtime string }{
		// one line for each row of layouts
		{"docker, systemd", "/system.slice/docker-" + idA + ".scope", idA, Docker},
		{"docker, cgroupfs", "/docker/" + idA, idA, Docker},
		{"containerd in Kubernetes, systemd", "/kubepods.slice/kubepods-burstable.slice/" + pod + "/cri-containerd-" + idA + ".scope", idA, Containerd},
		{"containerd in Kubernetes, systemd path under cgroupfs", "/system.slice/containerd.service/" + pod + ":cri-containerd:" + idA, idA, Containerd},
		{"nerdctl, systemd", "/system.slice/nerdctl-" + idA + ".scope", idA, Containerd},
		{"nerdctl, cgroupfs", "/default/" + idA, idA, Containerd},
		{"containerd's namespace of Kubernetes, cgroupfs", "/k8s.io/" + idA, idA, Containerd},
		{"cri-o, systemd path under cgroupfs", "/system.slice/crio.service/" + pod + ":crio:" + idA, idA, CRIO},
		{"cri-o, systemd", "/kubepods.slice/" + pod + "/crio-" + idA + ".scope", idA, CRIO},
		{"cri-o, cgroupfs", "/kubepods/besteffort/pod0a1b2c3d-1111-2222-3333-444455556666/crio-" + idA, idA, CRIO},
		{"podman, systemd", "/machine.slice/libpod-" + idA + ".scope", idA, Podman},
		{"podman, cgroupfs", "/libpod_parent/libpod-" + idA, idA, Podman},
		{"podman, split (quadlet)", "/system.slice/web.service/libpod-payload-" + idA, idA, Podman},
		{"podman, pod under cgroupfs", "/libpod_parent/" + idB, "", ""},
		{"any scope of an id", "/machine.slice/" + idA + ".scope", idA, Unknown},
		{"containerd and cri-dockerd under cgroupfs, runc", "/kubepods/burstable/pod0a1b2c3d-1111-2222-3333-444455556666/" + idA, idA, Unknown},
		{"lxc, lxd, incus", "/lxc.payload.web/init.scope", "web", LXC},
		{"lxc before 4, proxmox", "/lxc/101/ns/system.slice", "101", LXC},
		{"libvirt's lxc", `/machine.slice/machine-lxc\x2d77\x2dweb.scope`, "77-web", LXC},
		{"systemd-nspawn, service", `/machine.slice/systemd-nspawn@my\x2dweb.service/payload/init.scope`, "my-web", Nspawn},
		{"systemd-nspawn, command", `/machine.slice/machine-web.scope/payload`, "web", Nspawn},
		// the same inside other folders
		{"cri-o below its scope", "/kubepods.slice/" + pod + "/crio-" + idA + ".scope/container", idA, CRIO},
		{"k3s, cgroupfs", "/kubepods/besteffort/pod0a1b2c3d-1111-2222-3333-444455556666/" + idA, idA, Unknown},
		{"k3s, systemd", "/kubepods.slice/kubepods-besteffort.slice/" + pod + "/cri-containerd-" + idA + ".scope", idA, Containerd},
		{"kind, seen from its node", "/kubelet.slice/kubelet-kubepods.slice/kubelet-" + pod + "/cri-containerd-" + idA + ".scope", idA, Containerd},
		{"rootless podman, cgroupfs", "/user.slice/user-1000.slice/user@1000.service/libpod_parent/libpod-" + idA, idA, Podman},
		{"rootless podman, conmon in the session", "/user.slice/user-1000.slice/session-2.scope/libpod-" + idA, idA, Podman},
		{"podman, transient unit", "/system.slice/libpod-" + idA + ".scope/container/init.scope", idA, Podman},
		{"rootless podman", "/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-" + idA + ".scope/container", idA, Podman},
		{"rootless docker", "/user.slice/user-1000.slice/user@1000.service/app.slice/docker-" + idA + ".scope", idA, Docker},
		{"podman container of a pod, cgroupfs", "/libpod_parent/" + idB + "/libpod-" + idA, idA, Podman},
		{"podman container of a pod, systemd", "/machine.slice/machine-libpod_pod_" + idB + ".slice/libpod-" + idA + ".scope/container", idA, Podman},
		{"guaranteed pod", "/kubepods.slice/kubepods-pod0a1b2c3d_1111_2222_3333_444455556666.slice/cri-containerd-" + idA + ".scope", idA, Containerd},
		{"static pod", "/kubepods/burstable/pod0123456789abcdef0123456789abcdef/" + idA, idA, Unknown},
		{"runc with a path of its own", "/mine/" + idA, idA, Unknown},
		{"ecs", "/ecs/0123456789abcdef0123456789abcdef/" + idA, idA, Unknown},
		{"cgroup inside a container", "/docker/" + idA + "/init.scope", idA, Docker},
		{"systemd inside a container", "/system.slice/docker-" + idA + ".scope/system.slice/cron.service", idA, Docker},
		// nested: the outermost
		{"kind", "/system.slice/docker-" + idA + ".scope/kubelet.slice/kubelet-kubepods.slice/kubelet-" + pod + "/cri-containerd-" + idB + ".scope", idA, Docker},
		{"k3s in docker", "/docker/" + idA + "/kubepods/burstable/pod0a1b2c3d/" + idB, idA, Docker},
		{"docker in docker", "/docker/" + idA + "/docker/" + idB, idA, Docker},
		{"docker in lxc", "/lxc.payload.web/docker/" + idA, "web", LXC},
		{"docker in a machine's folder", "/lxc/101/ns/docker/" + idA, "101", LXC},
		{"docker in Kubernetes", "/kubepods.slice/" + pod + "/cri-containerd-" + idA + ".scope/docker/" + idB, idA, Containerd},
		// no containers
		{"root", "/", "", ""},
		{"empty", "", "", ""},
		{"service", "/system.slice/cron.service", "", ""},
		{"pod without its container", "/kubepods.slice/" + pod, "", ""},
		{"podman's monitor", "/machine.slice/libpod-conmon-" + idA + ".scope", "", ""},
		{"cri-o's monitor", "/kubepods.slice/" + pod + "/crio-conmon-" + idA + ".scope", "", ""},
		{"pod of podman", "/machine.slice/machine-libpod_pod_" + idB + ".slice", "", ""},
		{"63 digits", "/docker/" + idA[1:], "", ""},
		{"65 digits", "/docker/" + idA + "0", "", ""},
		{"capitals", "/docker/" + strings.ToUpper(idA), "", ""},
		{"other letters", "/docker/" + strings.Repeat("g", 64), "", ""},
		{"unit of 64 letters", "/system.slice/" + strings.Repeat("long-name-", 7) + ".service", "", ""},
		{"lxc's monitor", "/lxc.monitor.web", "", ""},
		{"lxc's folder", "/lxc", "", ""},
		{"libvirt's virtual machines", `/machine.slice/machine-qemu\x2d1\x2dweb.scope/libvirt`, "", ""},
		{"machine.slice itself", "/machine.slice", "", ""},
		{"scope of another slice", "/system.slice/machine-web.scope", "", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, ok := Identify(tc.path)
			if got.ID != tc.id || got.Runtime != tc.runtime || ok != (tc.id != "") {
				t.Errorf("%s: got %+v, %v", tc.path, got, ok)
			}
		})
	}
}

// Every row is met by the test line of its name, so that no row is dead.
func TestLayoutsAreMet(t *testing.T) {
	names := map[string]bool{}
	for _, l := range layouts {
		if names[l.Name] {
			t.Errorf("two layouts are named %q", l.Name)
		}
		names[l.Name] = true
		example := l.Prefix + l.After + idA + l.Suffix
		if id, ok := l.match(l.Parent, example); !ok || id != idA {
			t.Errorf("layout %q does not meet its own form %q", l.Name, example)
		}
		if l.Named { // which an id would not be
			example = l.Prefix + "web" + l.Suffix
		}
		if got, _ := identify(l.Parent, example); got.Runtime != l.Runtime {
			t.Errorf("form %q of layout %q is taken by an earlier row, as %q", example, l.Name, got.Runtime)
		}
	}
}

func TestPodOfAPath(t *testing.T) {
	const uid = "0a1b2c3d-1111-2222-3333-444455556666"
	const systemd = "0a1b2c3d_1111_2222_3333_444455556666"
	for _, tc := range []struct{ name, path, want string }{
		{"systemd", "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" + systemd + ".slice/cri-containerd-" + idA + ".scope", uid},
		{"systemd, guaranteed", "/kubepods.slice/kubepods-pod" + systemd + ".slice/crio-" + idA + ".scope/container", uid},
		{"cgroupfs", "/kubepods/besteffort/pod" + uid + "/" + idA, uid},
		{"systemd path under cgroupfs", "/system.slice/containerd.service/kubepods-burstable-pod" + systemd + ".slice:cri-containerd:" + idA, uid},
		{"kind", "/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-besteffort.slice/kubelet-kubepods-besteffort-pod" + systemd + ".slice/cri-containerd-" + idA + ".scope", uid},
		{"pod from a file", "/kubepods/burstable/pod0123456789abcdef0123456789abcdef/" + idA, "0123456789abcdef0123456789abcdef"},
		{"pod inside of a container", "/docker/" + idA + "/kubepods/pod" + uid + "/" + idB, ""},
		{"podman's pod", "/machine.slice/machine-libpod_pod_" + idB + ".slice/libpod-" + idA + ".scope", ""},
		{"a folder that begins like one", "/podium/" + idA, ""},
		{"wrong groups", "/kubepods/pod0a1b2c3d-11112-222-3333-444455556666/" + idA, ""},
		{"capitals", "/kubepods/pod" + strings.ToUpper(uid) + "/" + idA, ""},
		{"another's slice", "/my-pod" + systemd + ".slice/" + idA, ""},
	} {
		if got, _ := Identify(tc.path); got.PodUID != tc.want {
			t.Errorf("%s: pod %q of %s, want %q", tc.name, got.PodUID, tc.path, tc.want)
		}
	}
}

func FuzzIdentify(f *testing.F) {
	f.Add("/system.slice/docker-" + idA + ".scope/x")
	f.Add("/libpod_parent/" + idB + "/libpod-" + idA)
	f.Add("a:cri-containerd:" + idA)
	f.Add("///")
	f.Add(`/machine.slice/machine-\x2d\x2.scope`)
	f.Add("/kubepods/pod0123456789abcdef0123456789abcdef/" + idA)
	f.Fuzz(func(t *testing.T, path string) {
		info, ok := Identify(path)
		if ok != (info.ID != "") || ok != (info.Runtime != "") || info.Name == "" && !strings.Contains(path, info.ID) {
			t.Errorf("%q: %+v, %v", path, info, ok)
		}
		if n := len(info.PodUID); n != 0 && n != 32 && n != 36 {
			t.Errorf("%q: pod %q", path, info.PodUID)
		}
	})
}

func BenchmarkIdentify(b *testing.B) {
	path := "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod0a1b2c3d_1111_2222_3333_444455556666.slice/cri-containerd-" + idA + ".scope"
	for b.Loop() {
		Identify(path)
	}
}
