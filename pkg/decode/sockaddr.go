package decode

import (
	"encoding/binary"
	"net/netip"

	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/schema"
)

// Socket families whose addresses have fields of their own in event.Sockaddr.
const (
	afUnspec = 0
	afUnix   = 1
	afInet   = 2
	afInet6  = 10
)

// inet6Short is the length of an IPv6 address without its scope, which the
// kernel takes as well (SIN6_LEN_RFC2133).
const inet6Short = 24

// sockaddr reads a struct sockaddr of any family. What an address is too short
// for is left out; of a family that has no row in members, all is kept in
// hexadecimal.
func sockaddr(b []byte) event.Sockaddr {
	if len(b) < 2 {
		return event.Sockaddr{Family: "AF_UNSPEC"}
	}
	family := binary.NativeEndian.Uint16(b)
	a := event.Sockaddr{Family: familyName(family)}
	switch family {
	case afUnix:
		a.Path = unixPath(b[2:])
	case afInet:
		if len(b) >= 8 {
			a.Port = binary.BigEndian.Uint16(b[2:])
			a.Addr = netip.AddrFrom4([4]byte(b[4:8])).String()
		}
	case afInet6:
		if len(b) >= inet6Short {
			inet6Addr(&a, b)
		}
	default:
		a.SetFields(membersOf(family, b))
	}
	return a
}

func inet6Addr(a *event.Sockaddr, b []byte) {
	a.Port = binary.BigEndian.Uint16(b[2:])
	a.FlowInfo = binary.BigEndian.Uint32(b[4:])
	a.Addr = netip.AddrFrom16([16]byte(b[8:24])).String()
	if len(b) >= inet6Short+4 {
		a.ScopeID = binary.NativeEndian.Uint32(b[inet6Short:])
	}
}

func familyName(family uint16) string { return schema.SocketDomain.Info().Format(int64(family)) }

// unixPath reads sun_path. An abstract name begins with a NUL, shown as @; the
// padding behind it is dropped.
func unixPath(b []byte) string {
	if len(b) == 0 || b[0] != 0 {
		return text(b)
	}
	end := len(b)
	for end > 0 && b[end-1] == 0 {
		end--
	}
	if end == 0 {
		return ""
	}
	return "@" + string(b[1:end])
}
