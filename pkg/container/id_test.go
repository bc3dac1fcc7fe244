package container

import (
	"strings"
	"testing"
)

const (
	idA = "4f1d6e0c9b8a7f6e5d4c3b2a190807f6e5d4c3b2a1f0e9d8c7b6a59483726150"
	idB = "b0c1d2e3f4a5968778695a4b3c2d1e0f00112233445566778899aabbccddeeff"
)

func TestIDFromPath(t *testing.T) {
	const pod = "kubepods-burstable-pod0a1b2c3d_1111_2222_3333_444455556666.slice"
	for _, tc := range []struct{ name, path, id, runtime string }{
		// one line for each row of layouts
		{"docker, systemd", "/system.slice/docker-" + idA + ".scope", idA, Docker},
		{"docker, cgroupfs", "/docker/" + idA, idA, Docker},
		{"containerd in Kubernetes, systemd", "/kubepods.slice/kubepods-burstable.slice/" + pod + "/cri-containerd-" + idA + ".scope", idA, Containerd},
		{"containerd in Kubernetes, systemd path under cgroupfs", "/system.slice/containerd.service/" + pod + ":cri-containerd:" + idA, idA, Containerd},
		{"nerdctl, systemd", "/system.slice/nerdctl-" + idA + ".scope", idA, Containerd},
		{"cri-o, systemd", "/kubepods.slice/" + pod + "/crio-" + idA + ".scope", idA, CRIO},
		{"cri-o, cgroupfs", "/kubepods/besteffort/pod0a1b2c3d-1111-2222-3333-444455556666/crio-" + idA, idA, CRIO},
		{"podman, systemd", "/machine.slice/libpod-" + idA + ".scope", idA, Podman},
		{"podman, cgroupfs", "/libpod_parent/libpod-" + idA, idA, Podman},
		{"podman, split (quadlet)", "/system.slice/web.service/libpod-payload-" + idA, idA, Podman},
		{"podman, pod under cgroupfs", "/libpod_parent/" + idB, "", ""},
		{"any scope of an id", "/machine.slice/" + idA + ".scope", idA, Unknown},
		{"containerd and cri-dockerd under cgroupfs, runc", "/kubepods/burstable/pod0a1b2c3d-1111-2222-3333-444455556666/" + idA, idA, Unknown},
		// the same inside other folders
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
		{"lxc", "/lxc.payload.web", "", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			id, runtime, ok := IDFromPath(tc.path)
			if id != tc.id || runtime != tc.runtime || ok != (tc.id != "") {
				t.Errorf("%s: got %q, %q, %v", tc.path, id, runtime, ok)
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
		_, runtime, _ := identify(l.Parent, example)
		if runtime != l.Runtime {
			t.Errorf("form %q of layout %q is taken by an earlier row, as %q", example, l.Name, runtime)
		}
	}
}

func FuzzIDFromPath(f *testing.F) {
	f.Add("/system.slice/docker-" + idA + ".scope/x")
	f.Add("/libpod_parent/" + idB + "/libpod-" + idA)
	f.Add("a:cri-containerd:" + idA)
	f.Add("///")
	f.Fuzz(func(t *testing.T, path string) {
		id, runtime, ok := IDFromPath(path)
		if ok != isID(id) || ok != (runtime != "") || !strings.Contains(path, id) {
			t.Errorf("%q: %q, %q, %v", path, id, runtime, ok)
		}
	})
}

func BenchmarkIDFromPath(b *testing.B) {
	path := "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod0a1b2c3d_1111_2222_3333_444455556666.slice/cri-containerd-" + idA + ".scope"
	for b.Loop() {
		IDFromPath(path)
	}
}
