// Package runtime asks container runtimes what they know of a container: name,
// image, labels, pod. Look-ups run beside whoever asks; what was found is kept
// within a budget of bytes.
package runtime

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"
)

// ErrNotFound is a Client's answer about a container that its runtime does not
// know, or not yet.
var ErrNotFound = errors.New("the runtime knows no such container")

// Container is what a runtime tells of a container. Texts come from whoever made
// it and its image.
type Container struct {
	Runtime string // as the socket is called
	Name    string
	Image   string
	// ImageDigest is the digest that the image was pulled by; of one that was
	// built here the runtime's id of it.
	ImageDigest string
	// Labels are the container's and, in Kubernetes, those of its pod.
	Labels map[string]string
	// LabelTexts are the same, KEY=VALUE in order.
	LabelTexts                    []string
	PodName, PodNamespace, PodUID string
	Created                       time.Time
	Privileged                    bool
	Mounts                        []Mount
	// InitPID is its first process, as the runtime sees it; 0 when it does not run.
	InitPID int
}

// Mount is a folder that a container is given from outside.
type Mount struct {
	Source, Target string
	ReadOnly       bool
}

// String is SOURCE:TARGET, with :ro when it is only to be read.
func (m *Mount) String() string {
	s := m.Source + ":" + m.Target
	if m.ReadOnly {
		s += ":ro"
	}
	return s
}

// Client talks to one runtime. It is safe for concurrent use.
type Client interface {
	// Container asks about one container, and returns ErrNotFound when there is
	// none of that id. It ends with ctx.
	Container(ctx context.Context, id string) (*Container, error)
	// Watch calls seen with what the runtime says by itself, until ctx ends or the
	// runtime goes; where it tells nothing it returns nil at once.
	Watch(ctx context.Context, seen func(id string, c *Container)) error
	// Close ends what runs.
	Close() error
}

// Limits of what is kept of one container: its labels and mounts are as many as
// somebody likes.
const (
	maxText   = 4 << 10
	maxLabels = 128
	maxMounts = 128
)

// trim bounds what is kept. Of too many labels the first in order of name stay.
func (c *Container) trim() {
	for _, s := range []*string{&c.Name, &c.Image, &c.ImageDigest, &c.PodName, &c.PodNamespace, &c.PodUID} {
		*s = cut(*s)
	}
	if len(c.Labels) > maxLabels {
		for _, key := range slices.Sorted(maps.Keys(c.Labels))[maxLabels:] {
			delete(c.Labels, key)
		}
	}
	for key, value := range c.Labels {
		if len(key) > maxText {
			delete(c.Labels, key)
		} else {
			c.Labels[key] = cut(value)
		}
	}
	c.Mounts = c.Mounts[:min(len(c.Mounts), maxMounts)]
	c.LabelTexts = make([]string, 0, len(c.Labels))
	for _, key := range slices.Sorted(maps.Keys(c.Labels)) {
		c.LabelTexts = append(c.LabelTexts, key+"="+c.Labels[key])
	}
	for i := range c.Mounts {
		m := &c.Mounts[i]
		m.Source, m.Target = cut(m.Source), cut(m.Target)
	}
}

func cut(s string) string {
	if len(s) <= maxText {
		return s
	}
	return string(append([]byte(nil), s[:maxText]...)) // lets go of the rest
}

// bytes is about how much memory it takes.
func (c *Container) bytes() int {
	n := 256 + len(c.Name) + len(c.Image) + len(c.ImageDigest) + len(c.PodName) + len(c.PodNamespace) + len(c.PodUID)
	for key, value := range c.Labels {
		n += 96 + 2*(len(key)+len(value)) // as text, too
	}
	for i := range c.Mounts {
		n += 48 + len(c.Mounts[i].Source) + len(c.Mounts[i].Target)
	}
	return n
}

// Labels with which Kubernetes marks containers, the same with every runtime.
const (
	labelContainer = "io.kubernetes.container.name"
	labelPod       = "io.kubernetes.pod.name"
	labelNamespace = "io.kubernetes.pod.namespace"
	labelUID       = "io.kubernetes.pod.uid"
)

// kubernetes takes what the labels say of the pod. The container's name is then
// the one that the pod gives it, not the runtime's.
func (c *Container) kubernetes() {
	c.PodName, c.PodNamespace, c.PodUID = c.Labels[labelPod], c.Labels[labelNamespace], c.Labels[labelUID]
	if name := c.Labels[labelContainer]; name != "" && c.PodName != "" {
		c.Name = name
	}
}
