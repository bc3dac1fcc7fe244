package runtime

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	cerrdefs "github.com/containerd/errdefs"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/events"
	"github.com/moby/moby/client"
)

// maxAnswer bounds what is read of one answer.
const maxAnswer = 8 << 20

// docker talks the API of Docker, which podman speaks, too.
type docker struct {
	api     *client.Client
	runtime string
	digests *digests
}

// dialDocker makes a client; nothing is sent yet.
func dialDocker(s Socket) (Client, error) {
	dialer := net.Dialer{}
	transport := &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return dialer.DialContext(ctx, "unix", s.Path)
		},
		DisableCompression: true,
		MaxIdleConns:       workers,
		IdleConnTimeout:    30 * time.Second,
	}
	api, err := client.New(client.WithHost("unix://"+s.Path), client.WithHTTPClient(&http.Client{Transport: limited{transport}}))
	if err != nil {
		return nil, fmt.Errorf("make client of %s: %w", s, err)
	}
	return &docker{api: api, runtime: s.Runtime, digests: newDigests()}, nil
}

// limited cuts answers, other than streams without end, at maxAnswer.
type limited struct{ *http.Transport }

func (t limited) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := t.Transport.RoundTrip(r)
	if err == nil && !strings.HasSuffix(r.URL.Path, "/events") {
		resp.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(resp.Body, maxAnswer), resp.Body}
	}
	return resp, err
}

func (d *docker) Container(ctx context.Context, id string) (*Container, error) {
	answer, err := d.api.ContainerInspect(ctx, id, client.ContainerInspectOptions{})
	if cerrdefs.IsNotFound(err) {
		return nil, ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("inspect container: %w", err)
	}
	from := &answer.Container
	if from.ID != id || from.Config == nil { // the API finds beginnings of ids and names, too
		return nil, fmt.Errorf("inspect container: the answer is about %q", from.ID)
	}
	c := d.container(from)
	c.ImageDigest = d.digest(ctx, from.Image)
	return c, nil
}

func (d *docker) container(from *container.InspectResponse) *Container {
	c := &Container{
		Runtime: d.runtime, Name: strings.TrimPrefix(from.Name, "/"), Image: from.Config.Image, Labels: from.Config.Labels,
	}
	c.Created, _ = time.Parse(time.RFC3339Nano, from.Created)
	if from.HostConfig != nil {
		c.Privileged = from.HostConfig.Privileged
	}
	if from.State != nil && from.State.Running {
		c.InitPID = from.State.Pid
	}
	for i := range from.Mounts {
		m := &from.Mounts[i]
		c.Mounts = append(c.Mounts, Mount{Source: m.Source, Target: m.Destination, ReadOnly: !m.RW})
	}
	c.kubernetes()
	return c
}

// digest is the digest that an image was pulled by, else its id. Whoever cannot
// tell it still tells the container.
func (d *docker) digest(ctx context.Context, image string) string {
	if known, ok := d.digests.get(image); ok {
		return known
	}
	answer, err := d.api.ImageInspect(ctx, image)
	if err != nil {
		return image
	}
	digest := image
	if len(answer.RepoDigests) > 0 {
		_, digest, _ = strings.Cut(answer.RepoDigests[0], "@")
	}
	d.digests.put(image, cut(digest))
	return digest
}

// Watch takes the containers that the runtime tells of as they are made: one that
// is gone before it can be asked about has a name and an image all the same.
func (d *docker) Watch(ctx context.Context, seen func(string, *Container)) error {
	stream := d.api.Events(ctx, client.EventsListOptions{
		Filters: make(client.Filters).Add("type", string(events.ContainerEventType)).Add("event", string(events.ActionCreate)),
	})
	for {
		select {
		case m := <-stream.Messages:
			if m.Action != events.ActionCreate || m.Actor.ID == "" {
				continue
			}
			seen(m.Actor.ID, d.created(&m))
		case err := <-stream.Err:
			if err == nil || errors.Is(err, io.EOF) {
				return errEnded
			}
			return fmt.Errorf("watch containers: %w", err)
		}
	}
}

var errEnded = errors.New("watch containers: the runtime has ended the stream")

// created is what the message of a new container says. Beside its labels the
// attributes hold name and image.
func (d *docker) created(m *events.Message) *Container {
	c := &Container{Runtime: d.runtime, Labels: map[string]string{}, Created: time.Unix(0, m.TimeNano)}
	for key, value := range m.Actor.Attributes {
		switch key {
		case "name":
			c.Name = value
		case "image":
			c.Image = value
		default:
			c.Labels[key] = value
		}
	}
	c.kubernetes()
	return c
}

func (d *docker) Close() error { return d.api.Close() }
