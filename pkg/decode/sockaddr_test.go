package decode

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tracehound/tracehound/pkg/event"
)

// Addresses as on a little-endian machine, which all of ours are.
const (
	inet4 = "\x02\x00\x01\xbb\x7f\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00"
	inet6 = "\x0a\x00\x00\x35\x00\x00\x00\x07\x20\x01\x0d\xb8\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\x02\x00\x00\x00"
)

func TestSockaddr(t *testing.T) {
	for _, c := range []struct {
		name, bytes string
		want        event.Sockaddr
	}{
		{"inet", inet4, event.Sockaddr{Family: "AF_INET", Addr: "127.0.0.1", Port: 443}},
		{"inet without padding", inet4[:8], event.Sockaddr{Family: "AF_INET", Addr: "127.0.0.1", Port: 443}},
		{"inet cut", inet4[:7], event.Sockaddr{Family: "AF_INET"}},
		{"inet6", inet6, event.Sockaddr{Family: "AF_INET6", Addr: "2001:db8::1", Port: 53, FlowInfo: 7, ScopeID: 2}},
		{"inet6 longer", inet6 + "\x00\x00", event.Sockaddr{Family: "AF_INET6", Addr: "2001:db8::1", Port: 53, FlowInfo: 7, ScopeID: 2}},
		// 24 bytes are enough to connect: the kernel takes RFC 2133's form.
		{"inet6 without scope", inet6[:24], event.Sockaddr{Family: "AF_INET6", Addr: "2001:db8::1", Port: 53, FlowInfo: 7}},
		{"inet6 cut in the scope", inet6[:27], event.Sockaddr{Family: "AF_INET6", Addr: "2001:db8::1", Port: 53, FlowInfo: 7}},
		{"inet6 cut", inet6[:23], event.Sockaddr{Family: "AF_INET6"}},
		{"inet6 of ipv4", "\x0a\x00\x00\x50\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\xff\xff\x0a\x00\x00\x02\x00\x00\x00\x00",
			event.Sockaddr{Family: "AF_INET6", Addr: "::ffff:10.0.0.2", Port: 80}},
		{"unix", "\x01\x00/run/x.sock\x00leftover", event.Sockaddr{Family: "AF_UNIX", Path: "/run/x.sock"}},
		{"unix without NUL", "\x01\x00/run/x.sock", event.Sockaddr{Family: "AF_UNIX", Path: "/run/x.sock"}},
		{"unix unnamed", "\x01\x00", event.Sockaddr{Family: "AF_UNIX"}},
		{"unix of NULs", "\x01\x00\x00\x00\x00", event.Sockaddr{Family: "AF_UNIX"}},
		{"unix abstract", "\x01\x00\x00bus", event.Sockaddr{Family: "AF_UNIX", Path: "@bus"}},
		{"unix abstract padded", "\x01\x00\x00bus\x00\x00\x00", event.Sockaddr{Family: "AF_UNIX", Path: "@bus"}},
		{"unix abstract with a NUL inside", "\x01\x00\x00a\x00b\x00", event.Sockaddr{Family: "AF_UNIX", Path: "@a\x00b"}},
		{"netlink", "\x10\x00\x01\x02", event.Sockaddr{Family: "AF_NETLINK"}},
		{"unspec", "\x00\x00", event.Sockaddr{Family: "AF_UNSPEC"}},
		{"unknown family", "\xfe\xff\x00", event.Sockaddr{Family: "65534"}},
		{"family cut", "\x02", event.Sockaddr{Family: "AF_UNSPEC"}},
		{"empty", "", event.Sockaddr{Family: "AF_UNSPEC"}},
	} {
		if diff := cmp.Diff(c.want, sockaddr([]byte(c.bytes))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}
