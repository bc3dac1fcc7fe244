package decode

import (
	"encoding/binary"

	"github.com/tracehound/tracehound/pkg/event"
)

// credSize is the size of struct slim_cred in bpf/lib/record.h.
const credSize = 10*4 + 5*8

// cred reads a struct slim_cred of credSize bytes.
func cred(b []byte) event.Cred {
	order := binary.NativeEndian
	id := func(i int) uint32 { return order.Uint32(b[4*i:]) }
	set := func(i int) uint64 { return order.Uint64(b[10*4+8*i:]) }
	return event.Cred{
		UID: id(0), GID: id(1), SUID: id(2), SGID: id(3), EUID: id(4), EGID: id(5), FSUID: id(6), FSGID: id(7),
		UserNamespace: id(8), SecureBits: id(9),
		Inheritable: set(0), Permitted: set(1), Effective: set(2), Bounding: set(3), Ambient: set(4),
	}
}
