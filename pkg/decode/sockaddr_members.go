package decode

import (
	"encoding/binary"
	"encoding/hex"
	"strconv"
	"strings"
)

// member is one field of a family's struct sockaddr, under its name there.
type member struct {
	name     string
	at, size int
	form     func(b []byte) string
}

// members are the structs of linux/*.h by family number. Padding and reserved
// bytes are left out.
var members = map[uint16][]member{
	5: { // AF_APPLETALK
		{"sat_port", 2, 1, number}, {"s_net", 4, 2, bigEndian}, {"s_node", 6, 1, number},
	},
	9:  {{"sx25_addr", 2, 16, text}},                            // AF_X25
	16: {{"nl_pid", 4, 4, number}, {"nl_groups", 8, 4, number}}, // AF_NETLINK
	17: { // AF_PACKET
		{"sll_protocol", 2, 2, bigEndian}, {"sll_ifindex", 4, 4, signed}, {"sll_hatype", 8, 2, number},
		{"sll_pkttype", 10, 1, number}, {"sll_halen", 11, 1, number}, {"sll_addr", 11, 9, hardware},
	},
	24: { // AF_PPPOX; of the protocols, PPPoE is the one with an address of its own
		{"sa_protocol", 2, 4, number}, {"sid", 6, 2, bigEndian}, {"remote", 8, 6, colons}, {"dev", 14, 16, text},
	},
	26: { // AF_LLC
		{"sllc_arphrd", 2, 2, number}, {"sllc_sap", 7, 1, number}, {"sllc_mac", 8, 6, colons},
	},
	// AF_CAN; which protocol's address follows, the address does not say.
	29: {{"can_ifindex", 4, 4, signed}, {"can_addr", 8, 16, hex.EncodeToString}},
	// AF_TIPC; what follows depends on addrtype: see tipc.
	30: {{"addrtype", 2, 1, number}, {"scope", 3, 1, signed}},
	35: { // AF_PHONET
		{"spn_obj", 2, 1, number}, {"spn_dev", 3, 1, number}, {"spn_resource", 4, 1, number},
	},
	38: { // AF_ALG; the name may be longer than the struct's 64 bytes
		{"salg_type", 2, 14, text}, {"salg_feat", 16, 4, number}, {"salg_mask", 20, 4, number}, {"salg_name", 24, 0, text},
	},
	40: { // AF_VSOCK
		{"svm_port", 4, 4, number}, {"svm_cid", 8, 4, number}, {"svm_flags", 12, 1, number},
	},
	42: {{"sq_node", 4, 4, number}, {"sq_port", 8, 4, number}}, // AF_QIPCRTR
	44: { // AF_XDP
		{"sxdp_flags", 2, 2, number}, {"sxdp_ifindex", 4, 4, number}, {"sxdp_queue_id", 8, 4, number},
		{"sxdp_shared_umem_fd", 12, 4, number},
	},
	45: { // AF_MCTP
		{"smctp_network", 4, 4, number}, {"smctp_addr", 8, 1, number}, {"smctp_type", 9, 1, number}, {"smctp_tag", 10, 1, number},
	},
}

const (
	afTIPC      = 30
	afBluetooth = 31
)

// tipc are the rest of a TIPC address by addrtype.
var tipc = map[byte][]member{
	1: {{"type", 4, 4, number}, {"lower", 8, 4, number}, {"upper", 12, 4, number}},
	2: {{"type", 4, 4, number}, {"instance", 8, 4, number}, {"domain", 12, 4, number}},
	3: {{"ref", 4, 4, number}, {"node", 8, 4, number}},
}

// bluetooth are the structs of its protocols by their length: the address does
// not say which protocol it is of.
var bluetooth = map[int][]member{
	6: {{"hci_dev", 2, 2, number}, {"hci_channel", 4, 2, number}},
	8: {{"sco_bdaddr", 2, 6, backwards}},
	// With the padding at the end and without.
	9:  {{"rc_bdaddr", 2, 6, backwards}, {"rc_channel", 8, 1, number}},
	10: {{"rc_bdaddr", 2, 6, backwards}, {"rc_channel", 8, 1, number}},
	13: l2cap,
	14: l2cap,
}

var l2cap = []member{
	{"l2_psm", 2, 2, number}, {"l2_bdaddr", 4, 6, backwards}, {"l2_cid", 10, 2, number}, {"l2_bdaddr_type", 12, 1, number},
}

// membersOf reads the fields of an address of a family without fields in
// event.Sockaddr.
func membersOf(family uint16, b []byte) map[string]string {
	list, known := members[family]
	switch {
	case family == afTIPC && len(b) > 2:
		list = append(list[:len(list):len(list)], tipc[b[2]]...)
	case family == afBluetooth:
		list, known = bluetooth[len(b)]
	case family == afUnspec && strings.Trim(string(b[2:]), "\x00") == "":
		return nil
	}
	fields := map[string]string{}
	for _, m := range list {
		switch {
		case m.size == 0 && len(b) > m.at:
			fields[m.name] = m.form(b[m.at:])
		case m.size > 0 && len(b) >= m.at+m.size:
			fields[m.name] = m.form(b[m.at : m.at+m.size])
		}
	}
	if !known && len(b) > 2 {
		fields["sa_data"] = hex.EncodeToString(b[2:])
	}
	return fields
}

// number is an unsigned number in the machine's order.
func number(b []byte) string {
	var wide [8]byte
	copy(wide[:], b) // all our machines are little-endian
	return strconv.FormatUint(binary.LittleEndian.Uint64(wide[:]), 10)
}

func signed(b []byte) string {
	if len(b) == 1 {
		return strconv.Itoa(int(int8(b[0])))
	}
	return strconv.Itoa(int(int32(binary.NativeEndian.Uint32(b))))
}

func bigEndian(b []byte) string { return strconv.Itoa(int(binary.BigEndian.Uint16(b))) }

// colons is a hardware address.
func colons(b []byte) string {
	parts := make([]string, len(b))
	for i, c := range b {
		parts[i] = hex.EncodeToString([]byte{c})
	}
	return strings.Join(parts, ":")
}

// backwards is a hardware address as Bluetooth stores it: the last byte first.
func backwards(b []byte) string {
	turned := make([]byte, len(b))
	for i, c := range b {
		turned[len(b)-1-i] = c
	}
	return colons(turned)
}

// hardware is an address behind its length.
func hardware(b []byte) string { return colons(b[1:][:min(int(b[0]), len(b)-1)]) }
