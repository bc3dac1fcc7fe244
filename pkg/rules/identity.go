package rules

import (
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/signature"
)

const (
	// identityTime is how long a finding waits for what its container is called,
	// by the time of events and, of a live stream, by this machine's.
	identityTime = 2 * time.Second
	// maxIdentities bounds the containers that are remembered.
	maxIdentities = 16384
	// maxHeld bounds the findings that wait.
	maxHeld = 4096

	enrichedEvent = "container_enriched"
)

// tellers are the events that say what a container is called.
var tellers = map[string]bool{enrichedEvent: true, "existing_container": true, "container_create": true}

// names are what a container is called; the zero value is of one of which nobody
// said it in time.
type names struct {
	runtime, image, digest, name, pod, namespace, uid string
}

func (n *names) known() bool { return n.image != "" || n.name != "" || n.pod != "" }

func namesOf(e *event.Event) names {
	return names{e.ContainerRuntime, e.ContainerImage, e.ContainerImageDigest, e.ContainerName, e.PodName, e.PodNamespace, e.PodUID}
}

// identities puts on findings what becomes known of their containers after the
// event: a runtime is asked while events go on.
type identities struct {
	known *lru.Cache[string, names]
	held  []heldFinding // in the order in which they were found
	last  int64         // time of the newest event that was looked at
	// recorded input keeps findings in order: nobody waits for those behind one that
	// is held, and the same input gives the same findings.
	recorded bool
}

type heldFinding struct {
	finding *signature.Finding
	lost    uint64
	came    time.Time
}

func newIdentities(recorded bool) *identities {
	known, err := lru.New[string, names](maxIdentities)
	if err != nil {
		panic(err) // of a size that is not positive
	}
	return &identities{known: known, recorded: recorded}
}

// see learns from an event that tells of a container. Others are not always decoded,
// and what is found must not depend on that.
func (i *identities) see(e *event.Event) {
	if tellers[e.EventName] {
		i.learn(e)
	}
}

func (i *identities) learn(e *event.Event) {
	i.last = max(i.last, e.Timestamp)
	if n := namesOf(e); e.ContainerID != "" && n.known() {
		i.known.Add(e.ContainerID, n)
	}
}

// complete returns the finding with what is known of its container, or nil when
// it is held back because that may come.
func (i *identities) complete(f *signature.Finding, lost uint64, now time.Time) *signature.Finding {
	i.learn(f.Event)
	behind := i.recorded && len(i.held) > 0
	if !behind && i.settled(f) || len(i.held) >= maxHeld {
		return i.named(f)
	}
	i.held = append(i.held, heldFinding{f, lost, now})
	return nil
}

// waiting reports whether findings are held back.
func (i *identities) waiting() bool { return len(i.held) > 0 }

// settled reports whether nothing more is expected of the finding's container.
func (i *identities) settled(f *signature.Finding) bool {
	n := namesOf(f.Event)
	return f.Event.ContainerID == "" || n.known() || i.known.Contains(f.Event.ContainerID)
}

// named is the finding with what is known of its container now.
func (i *identities) named(f *signature.Finding) *signature.Finding {
	own := namesOf(f.Event)
	n, _ := i.known.Get(f.Event.ContainerID)
	if f.Event.ContainerID == "" || own.known() || !n.known() {
		return f
	}
	return with(f, n)
}

// with is a copy of the finding, for its event belongs to others, too.
func with(f *signature.Finding, n names) *signature.Finding {
	e, named := *f.Event, *f
	e.ContainerRuntime, e.ContainerImage, e.ContainerImageDigest, e.ContainerName = n.runtime, n.image, n.digest, n.name
	e.PodName, e.PodNamespace, e.PodUID = n.pod, n.namespace, n.uid
	named.Event = &e
	return &named
}

// release returns the findings that need not wait any more, in order: their
// containers are known now, or were not in time. The first finding of a container
// alone waits in vain.
func (i *identities) release(now time.Time, all bool) []heldFinding {
	var out []heldFinding
	kept := i.held[:0]
	for at, h := range i.held {
		e := h.finding.Event
		late := all || !i.recorded && now.Sub(h.came) >= identityTime || i.last-e.Timestamp >= int64(identityTime)
		switch {
		case i.settled(h.finding):
		case late:
			i.known.Add(e.ContainerID, names{})
		case i.recorded:
			i.held = append(kept, i.held[at:]...)
			return out
		default:
			kept = append(kept, h)
			continue
		}
		h.finding = i.named(h.finding)
		out = append(out, h)
	}
	clear(i.held[len(kept):])
	i.held = kept
	return out
}
