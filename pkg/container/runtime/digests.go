package runtime

import (
	"strings"
	"sync"
)

// digests remembers the digests of images by their ids. A full one begins anew:
// a machine has few images.
type digests struct {
	mu      sync.Mutex
	byImage map[string]string
}

const maxDigests = 1024

func newDigests() *digests { return &digests{byImage: map[string]string{}} }

func (d *digests) get(image string) (string, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	digest, ok := d.byImage[image]
	return digest, ok
}

func (d *digests) put(image, digest string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.byImage) >= maxDigests {
		clear(d.byImage)
	}
	d.byImage[image] = digest
}

// digestOf takes the digest out of NAME@DIGEST; what is none is returned as it is.
func digestOf(reference string) string {
	if _, digest, ok := strings.Cut(reference, "@"); ok {
		return digest
	}
	return reference
}
