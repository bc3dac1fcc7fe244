package decode

import (
	"strings"
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
		{"unspec", "\x00\x00", event.Sockaddr{Family: "AF_UNSPEC"}},
		{"family cut", "\x02", event.Sockaddr{Family: "AF_UNSPEC"}},
		{"empty", "", event.Sockaddr{Family: "AF_UNSPEC"}},
	} {
		if diff := cmp.Diff(c.want, sockaddr([]byte(c.bytes))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

// Addresses of the other families, by the members of their JSON form.
func TestSockaddrMembers(t *testing.T) {
	const mac = "\x02\x42\xac\x11\x00\x02"
	for _, c := range []struct {
		name, bytes, family string
		want                map[string]string
	}{
		{"netlink", "\x10\x00\x00\x00\x39\x05\x00\x00\x01\x00\x00\x80", "AF_NETLINK", map[string]string{"nl_pid": "1337", "nl_groups": "2147483649"}},
		{"netlink cut", "\x10\x00\x00\x00\x39\x05\x00\x00\x01", "AF_NETLINK", map[string]string{"nl_pid": "1337"}},
		{"netlink alone", "\x10\x00", "AF_NETLINK", nil},
		{"packet", "\x11\x00\x00\x03\x02\x00\x00\x00\x01\x00\x04\x06" + mac + "\x00\x00", "AF_PACKET", map[string]string{
			"sll_protocol": "3", "sll_ifindex": "2", "sll_hatype": "1", "sll_pkttype": "4", "sll_halen": "6", "sll_addr": "02:42:ac:11:00:02"}},
		{"packet of a long hardware address", "\x11\x00\x00\x03\xff\xff\xff\xff\x01\x00\x04\xff" + mac + "\x00\x00", "AF_PACKET", map[string]string{
			"sll_protocol": "3", "sll_ifindex": "-1", "sll_hatype": "1", "sll_pkttype": "4", "sll_halen": "255", "sll_addr": "02:42:ac:11:00:02:00:00"}},
		{"vsock", "\x28\x00\x00\x00\x88\x13\x00\x00\x02\x00\x00\x00\x01\x00\x00\x00", "AF_VSOCK", map[string]string{
			"svm_port": "5000", "svm_cid": "2", "svm_flags": "1"}},
		{"alg", "\x26\x00skcipher\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x02\x00\x00\x00cbc(aes)\x00\x00", "AF_ALG", map[string]string{
			"salg_type": "skcipher", "salg_feat": "1", "salg_mask": "2", "salg_name": "cbc(aes)"}},
		{"hci", "\x1f\x00\x01\x00\x03\x00", "AF_BLUETOOTH", map[string]string{"hci_dev": "1", "hci_channel": "3"}},
		{"sco", "\x1f\x00\x06\x05\x04\x03\x02\x01", "AF_BLUETOOTH", map[string]string{"sco_bdaddr": "01:02:03:04:05:06"}},
		{"rfcomm", "\x1f\x00\x06\x05\x04\x03\x02\x01\x07\x00", "AF_BLUETOOTH", map[string]string{"rc_bdaddr": "01:02:03:04:05:06", "rc_channel": "7"}},
		{"l2cap", "\x1f\x00\x01\x10\x06\x05\x04\x03\x02\x01\x40\x00\x01\x00", "AF_BLUETOOTH", map[string]string{
			"l2_psm": "4097", "l2_bdaddr": "01:02:03:04:05:06", "l2_cid": "64", "l2_bdaddr_type": "1"}},
		{"bluetooth of another length", "\x1f\x00\x01\x02\x03", "AF_BLUETOOTH", map[string]string{"sa_data": "010203"}},
		{"xdp", "\x2c\x00\x02\x00\x03\x00\x00\x00\x04\x00\x00\x00\x05\x00\x00\x00", "AF_XDP", map[string]string{
			"sxdp_flags": "2", "sxdp_ifindex": "3", "sxdp_queue_id": "4", "sxdp_shared_umem_fd": "5"}},
		{"can", "\x1d\x00\x00\x00\x03\x00\x00\x00", "AF_CAN", map[string]string{"can_ifindex": "3"}},
		{"can with an address", "\x1d\x00\x00\x00\x03\x00\x00\x00\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f", "AF_CAN", map[string]string{
			"can_ifindex": "3", "can_addr": "000102030405060708090a0b0c0d0e0f"}},
		{"tipc service", "\x1e\x00\x02\xff\x01\x00\x00\x00\x02\x00\x00\x00\x03\x00\x00\x00", "AF_TIPC", map[string]string{
			"addrtype": "2", "scope": "-1", "type": "1", "instance": "2", "domain": "3"}},
		{"tipc range", "\x1e\x00\x01\x01\x01\x00\x00\x00\x02\x00\x00\x00\x03\x00\x00\x00", "AF_TIPC", map[string]string{
			"addrtype": "1", "scope": "1", "type": "1", "lower": "2", "upper": "3"}},
		{"tipc socket", "\x1e\x00\x03\x00\x01\x00\x00\x00\x02\x00\x00\x00", "AF_TIPC", map[string]string{
			"addrtype": "3", "scope": "0", "ref": "1", "node": "2"}},
		{"pppoe", "\x18\x00\x00\x00\x00\x00\x00\x09" + mac + "eth0" + strings.Repeat("\x00", 12), "AF_PPPOX", map[string]string{
			"sa_protocol": "0", "sid": "9", "remote": "02:42:ac:11:00:02", "dev": "eth0"}},
		{"llc", "\x1a\x00\x01\x00\x00\x00\x00\x42" + mac + "\x00\x00", "AF_LLC", map[string]string{
			"sllc_arphrd": "1", "sllc_sap": "66", "sllc_mac": "02:42:ac:11:00:02"}},
		{"qrtr", "\x2a\x00\x00\x00\x01\x00\x00\x00\x02\x00\x00\x00", "AF_QIPCRTR", map[string]string{"sq_node": "1", "sq_port": "2"}},
		{"unspec with data", "\x00\x00\x00\x50\x7f\x00\x00\x01", "AF_UNSPEC", map[string]string{"sa_data": "00507f000001"}},
		{"unspec of NULs", "\x00\x00\x00\x00\x00\x00", "AF_UNSPEC", nil},
		{"a family without a row", "\x0b\x00\x01\x02", "AF_ROSE", map[string]string{"sa_data": "0102"}},
		{"unknown family", "\xfe\xff\x00", "65534", map[string]string{"sa_data": "00"}},
	} {
		got := sockaddr([]byte(c.bytes))
		if got.Family != c.family {
			t.Errorf("%s: family %s, want %s", c.name, got.Family, c.family)
		}
		if diff := cmp.Diff(c.want, got.Fields()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

// Whatever bytes make, its JSON form says the same.
func FuzzSockaddr(f *testing.F) {
	for _, seed := range []string{"", "\x02", inet4, inet6, "\x01\x00\x00a\x00b\x00", "\x11\x00\x00\x03\x02\x00\x00\x00\x01\x00\x04\xff12345678",
		"\x26\x00skcipher\x00\xff\x00\x00\x00\x00\x01\x00\x00\x00\x02\x00\x00\x00\xffbc(aes)\x00\x00", "\x1e\x00\x02", "\x1f\x00\x01\x00\x03\x00", "\xfe\xff\x00"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		a := sockaddr(b)
		form := a.AppendJSON(nil)
		var back event.Sockaddr
		if err := back.UnmarshalJSON(form); err != nil {
			t.Fatalf("%s: %v", form, err)
		}
		var again event.Sockaddr
		if err := again.UnmarshalJSON(back.AppendJSON(nil)); err != nil || again != back {
			t.Fatalf("%+v became %+v, %v", back, again, err)
		}
	})
}
