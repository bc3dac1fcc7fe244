package runtime

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	cri "k8s.io/cri-api/pkg/apis/runtime/v1"
)

// criClient talks the interface that the kubelet talks: containerd and CRI-O.
type criClient struct {
	conn    *grpc.ClientConn
	api     cri.RuntimeServiceClient
	runtime string
}

// dialCRI makes a client; it connects when it is asked.
func dialCRI(s Socket) (Client, error) {
	reconnect := backoff.DefaultConfig
	reconnect.BaseDelay, reconnect.MaxDelay = 50*time.Millisecond, maxBackoff
	conn, err := grpc.NewClient("unix://"+s.Path,
		grpc.WithTransportCredentials(insecure.NewCredentials()), // root's socket
		grpc.WithAuthority("localhost"),
		grpc.WithConnectParams(grpc.ConnectParams{Backoff: reconnect, MinConnectTimeout: lookupTime}),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(maxAnswer)),
	)
	if err != nil {
		return nil, fmt.Errorf("make client of %s: %w", s, err)
	}
	return &criClient{conn: conn, api: cri.NewRuntimeServiceClient(conn), runtime: s.Runtime}, nil
}

// verbose is what of a status is not in the interface: both runtimes put JSON
// beside it, each its own.
type verbose struct {
	SandboxID  string `json:"sandboxID"`
	PID        int    `json:"pid"`
	Privileged bool   `json:"privileged"` // CRI-O
	Config     struct {
		Linux struct {
			SecurityContext struct {
				Privileged bool `json:"privileged"`
			} `json:"security_context"`
		} `json:"linux"`
	} `json:"config"` // containerd
}

func readVerbose(info map[string]string) verbose {
	var v verbose
	_ = json.Unmarshal([]byte(info["info"]), &v) // what it lacks stays unknown
	return v
}

// notFound is also what a containerd says that serves Docker alone: it has no such
// interface, so none of its containers are there.
func notFound(err error) bool {
	code := status.Code(err)
	return code == codes.NotFound || code == codes.Unimplemented
}

func (c *criClient) Container(ctx context.Context, id string) (*Container, error) {
	answer, err := c.api.ContainerStatus(ctx, &cri.ContainerStatusRequest{ContainerId: id, Verbose: true})
	if notFound(err) {
		return c.sandbox(ctx, id)
	}
	if err != nil {
		return nil, fmt.Errorf("ask for the container's status: %w", err)
	}
	from := answer.GetStatus()
	if from.GetId() != id {
		return nil, fmt.Errorf("ask for the container's status: the answer is about %q", from.GetId())
	}
	more := readVerbose(answer.GetInfo())
	to := &Container{
		Runtime: c.runtime, Name: from.GetMetadata().GetName(), Image: from.GetImage().GetImage(), ImageDigest: digestOf(from.GetImageRef()),
		Labels: map[string]string{}, Created: time.Unix(0, from.GetCreatedAt()), InitPID: more.PID,
		Privileged: more.Privileged || more.Config.Linux.SecurityContext.Privileged,
	}
	if spec := from.GetImage().GetUserSpecifiedImage(); spec != "" && isDigest(to.Image) {
		to.Image = spec // what the pod asks for says more than an id
	}
	if more.SandboxID != "" { // the labels that users give are the pod's
		if pod, err := c.api.PodSandboxStatus(ctx, &cri.PodSandboxStatusRequest{PodSandboxId: more.SandboxID}); err == nil {
			merge(to.Labels, pod.GetStatus().GetLabels())
		}
	}
	merge(to.Labels, from.GetLabels())
	for _, m := range from.GetMounts() {
		to.Mounts = append(to.Mounts, Mount{Source: m.GetHostPath(), Target: m.GetContainerPath(), ReadOnly: m.GetReadonly()})
	}
	to.kubernetes()
	return to, nil
}

func isDigest(image string) bool { return strings.HasPrefix(image, "sha256:") }

func merge(to, from map[string]string) {
	for key, value := range from {
		to[key] = value
	}
}

// sandbox is the container that holds a pod's namespaces, which has no status of
// a container's.
func (c *criClient) sandbox(ctx context.Context, id string) (*Container, error) {
	answer, err := c.api.PodSandboxStatus(ctx, &cri.PodSandboxStatusRequest{PodSandboxId: id, Verbose: true})
	if notFound(err) {
		return nil, ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("ask for the pod's status: %w", err)
	}
	from := answer.GetStatus()
	if from.GetId() != id {
		return nil, fmt.Errorf("ask for the pod's status: the answer is about %q", from.GetId())
	}
	more := readVerbose(answer.GetInfo())
	meta := from.GetMetadata()
	to := &Container{
		Runtime: c.runtime, Name: sandboxName, Labels: map[string]string{}, Created: time.Unix(0, from.GetCreatedAt()),
		InitPID: more.PID,
	}
	merge(to.Labels, from.GetLabels())
	to.kubernetes()
	to.Name = sandboxName
	to.PodName, to.PodNamespace, to.PodUID = meta.GetName(), meta.GetNamespace(), meta.GetUid()
	return to, nil
}

// sandboxName is what the kubelet calls the container that holds a pod.
const sandboxName = "POD"

// Watch tells nothing: what can be watched differs between the versions that
// there are, and a pod's container is known before it starts.
func (c *criClient) Watch(context.Context, func(string, *Container)) error { return nil }

func (c *criClient) Close() error { return c.conn.Close() }
