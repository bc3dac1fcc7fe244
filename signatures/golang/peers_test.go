package golang

import "testing"

// A process that was reported for more peers than are remembered is forgotten
// whole; one more report for a peer that is remembered forgets nothing.
func TestPeersForgetAtTheirLimit(t *testing.T) {
	p := newPeers(1)
	of := task{pid: 7, parent: 1}.event("socket_dup")
	to := func(port int) address { return address{"10.0.0.1", uint16(port)} }
	for port := range maxPeers {
		if p.seen(of, to(port)) {
			t.Fatalf("peer %d was seen", port)
		}
	}
	if !p.seen(of, to(0)) || !p.seen(of, to(1)) {
		t.Error("a peer was forgotten below the limit")
	}
	p.seen(of, to(maxPeers))
	if p.seen(of, to(0)) {
		t.Error("a peer is remembered above the limit")
	}
}
