package runtime

import (
	"context"
	"errors"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	cri "k8s.io/cri-api/pkg/apis/runtime/v1"

	"github.com/tracehound/tracehound/pkg/container"
)

// criServer answers about one container of one pod.
type criServer struct {
	cri.UnimplementedRuntimeServiceServer
	info map[string]string // beside the container's status
	fail error
}

const sandboxID = "b0c1d2e3f4a5968778695a4b3c2d1e0f00112233445566778899aabbccddeeff"

func (s *criServer) ContainerStatus(_ context.Context, r *cri.ContainerStatusRequest) (*cri.ContainerStatusResponse, error) {
	if s.fail != nil {
		return nil, s.fail
	}
	if r.ContainerId != testID {
		return nil, status.Error(codes.NotFound, "no such container")
	}
	return &cri.ContainerStatusResponse{Info: s.info, Status: &cri.ContainerStatus{
		Id: testID, Metadata: &cri.ContainerMetadata{Name: "front"}, CreatedAt: 1000,
		Image: &cri.ImageSpec{Image: "registry/shop:2"}, ImageRef: "registry/shop@sha256:beef",
		Labels: map[string]string{labelContainer: "front", labelPod: "shop-1", labelNamespace: "prod", labelUID: "u-1"},
		Mounts: []*cri.Mount{{HostPath: "/srv", ContainerPath: "/data", Readonly: true}},
	}}, nil
}

func (s *criServer) PodSandboxStatus(_ context.Context, r *cri.PodSandboxStatusRequest) (*cri.PodSandboxStatusResponse, error) {
	if s.fail != nil {
		return nil, s.fail
	}
	if r.PodSandboxId != sandboxID {
		return nil, status.Error(codes.NotFound, "no such sandbox")
	}
	return &cri.PodSandboxStatusResponse{Info: map[string]string{"info": `{"pid": 5}`}, Status: &cri.PodSandboxStatus{
		Id: sandboxID, Metadata: &cri.PodSandboxMetadata{Name: "shop-1", Namespace: "prod", Uid: "u-1"}, CreatedAt: 500,
		Labels: map[string]string{"app": "shop", labelPod: "shop-1"},
	}}, nil
}

func serveCRI(t *testing.T, handler cri.RuntimeServiceServer) Socket {
	t.Helper()
	s := Socket{Runtime: container.Containerd, Path: filepath.Join(t.TempDir(), "s")}
	listener, err := net.Listen("unix", s.Path)
	if err != nil {
		t.Fatal(err)
	}
	server := grpc.NewServer()
	if handler != nil {
		cri.RegisterRuntimeServiceServer(server, handler)
	}
	go func() { _ = server.Serve(listener) }() // until the test stops it
	t.Cleanup(server.Stop)
	return s
}

func TestCRIContainer(t *testing.T) {
	want := Container{
		Runtime: container.Containerd, Name: "front", Image: "registry/shop:2", ImageDigest: "sha256:beef", Created: time.Unix(0, 1000),
		PodName: "shop-1", PodNamespace: "prod", PodUID: "u-1", Mounts: []Mount{{Source: "/srv", Target: "/data", ReadOnly: true}},
		Labels: map[string]string{"app": "shop", labelContainer: "front", labelPod: "shop-1", labelNamespace: "prod", labelUID: "u-1"},
	}
	bare := want
	bare.Labels = map[string]string{labelContainer: "front", labelPod: "shop-1", labelNamespace: "prod", labelUID: "u-1"}
	privileged := want
	privileged.Privileged, privileged.InitPID = true, 77
	sandbox := Container{
		Runtime: container.Containerd, Name: sandboxName, Created: time.Unix(0, 500), InitPID: 5,
		PodName: "shop-1", PodNamespace: "prod", PodUID: "u-1", Labels: map[string]string{"app": "shop", labelPod: "shop-1"},
	}
	for _, tc := range []struct {
		name, id, info string
		want           Container
	}{
		{"containerd", testID, `{"sandboxID": "` + sandboxID + `", "pid": 77, "config": {"linux": {"security_context": {"privileged": true}}}}`, privileged},
		{"cri-o", testID, `{"sandboxID": "` + sandboxID + `", "pid": 77, "privileged": true, "runtimeSpec": {}}`, privileged},
		{"nothing beside", testID, ``, bare},
		{"rubbish beside", testID, `{"pid": "x"`, bare},
		{"a pod of another id", testID, `{"sandboxID": "none"}`, bare},
		{"what holds the pod", sandboxID, ``, sandbox},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c, err := dialCRI(serveCRI(t, &criServer{info: map[string]string{"info": tc.info}}))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = c.Close() })
			got, err := c.Container(t.Context(), tc.id)
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

func TestCRIFaults(t *testing.T) {
	t.Parallel()
	ask := func(s Socket) error {
		c, err := dialCRI(s)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close() })
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		_, err = c.Container(ctx, testID)
		return err
	}
	if err := ask(serveCRI(t, nil)); !errors.Is(err, ErrNotFound) {
		t.Errorf("a containerd without the interface: %v", err)
	}
	if err := ask(serveCRI(t, &criServer{fail: status.Error(codes.Internal, "disk full")})); err == nil || errors.Is(err, ErrNotFound) {
		t.Errorf("an error: %v", err)
	}
	if err := ask(Socket{Path: filepath.Join(t.TempDir(), "none")}); err == nil || errors.Is(err, ErrNotFound) {
		t.Errorf("no socket: %v", err)
	}
	if err := ask(serve(t, container.Containerd, dockerd("{}"))); err == nil || errors.Is(err, ErrNotFound) {
		t.Errorf("speaks something else: %v", err)
	}
}
