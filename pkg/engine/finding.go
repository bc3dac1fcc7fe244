package engine

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/signature"
)

func newFinding(meta signature.Metadata, ev *event.Event, m *signature.Match) *signature.Finding {
	return &signature.Finding{
		ID:        findingID(meta.ID, ev, m.Data),
		Timestamp: time.Unix(0, ev.Timestamp).UTC(),
		Data:      m.Data,
		Event:     ev,
		Metadata:  meta,
	}
}

// findingID is 32 hexadecimal digits made of the signature, what makes the
// event itself, and the data. It is the same whenever the event is seen again:
// live, recorded, or filtered so that its sequence number differs.
func findingID(sig string, ev *event.Event, data map[string]any) string {
	h := sha256.New()
	put := func(s string) {
		var size [8]byte
		binary.BigEndian.PutUint64(size[:], uint64(len(s)))
		h.Write(size[:])
		h.Write([]byte(s))
	}
	put(sig)
	put(ev.EventName)
	put(ev.HostName)
	put(ev.ExecID)
	put(fmt.Sprint(ev.Timestamp))
	put(fmt.Sprint(ev.HostThreadID))
	if len(data) > 0 {
		put(dataKey(data))
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// dataKey is the same for equal data: both printers sort the keys of maps.
func dataKey(data map[string]any) string {
	b, err := json.Marshal(data)
	if err != nil {
		return fmt.Sprint(data)
	}
	return string(b)
}
