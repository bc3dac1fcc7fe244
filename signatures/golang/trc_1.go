package golang

import (
	"slices"
	"strconv"

	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/signature"
)

// stdioOverSocket is TRC-1: a process has its standard input, output or error
// on a network connection, as a reverse shell has.
//
// A reverse shell copies its socket to all three descriptors and then executes
// a shell, which may move them about: that is one attack and one finding. So
// the process remembers to which peers it was reported, over exec, until it
// ends or connects to that peer anew. Its children remember with it. A copy of
// a descriptor that is standard already is nothing new.
type stdioOverSocket struct{ reported *peers }

func newStdioOverSocket() *stdioOverSocket { return &stdioOverSocket{newPeers(maxProcesses)} }

// Reset implements signature.Stateful.
func (s *stdioOverSocket) Reset() { s.reported = newPeers(maxProcesses) }

// maxProcesses bounds what is remembered. When it is exceeded, the process
// longest unheard of is forgotten and may be reported once more.
const maxProcesses = 4096

// Metadata implements signature.Signature.
func (*stdioOverSocket) Metadata() signature.Metadata {
	return signature.Metadata{
		ID:          "TRC-1",
		Version:     "1.0.0",
		Name:        "Standard Input/Output Over Socket",
		Description: "The standard input, output or error of a process was put on a network connection. Reverse shells do so: whoever is at the other end types the commands.",
		Tags:        []string{"linux", "container"},
		Properties: map[string]any{
			"Severity":     3,
			"MITRE ATT&CK": "Execution: Unix Shell",
			"Category":     "execution",
			"Technique":    "Unix Shell",
			"external_id":  "T1059.004",
			"aliases":      []string{"TRC-101"},
			"misses":       "A shell that has pipes or a terminal, whose other end a second process connects with the network; TH-2 knows the usual ones.",
		},
	}
}

// Selectors implements signature.Signature.
func (*stdioOverSocket) Selectors() []signature.Selector {
	return []signature.Selector{
		{Source: "tracehound", Name: "security_socket_connect"},
		{Source: "tracehound", Name: "socket_dup"},
		{Source: "tracehound", Name: "sched_process_exit"},
	}
}

// OnEvent implements signature.Signature.
func (s *stdioOverSocket) OnEvent(e *event.Event) (*signature.Match, error) {
	switch e.EventName {
	case "security_socket_connect":
		fd, known := e.Int("sockfd")
		peer, ok := inetPeer(e)
		if !ok || !known {
			return nil, nil
		}
		if !standard(fd) {
			s.reported.connected(e, peer)
			return nil, nil
		}
		return s.report(e, peer, fd), nil
	case "socket_dup":
		from, fromKnown := e.Int("oldfd")
		fd, known := e.Int("newfd")
		peer, ok := inetPeer(e)
		if !ok || !known || !standard(fd) || fromKnown && standard(from) || handsOver(e) {
			return nil, nil
		}
		return s.report(e, peer, fd), nil
	case "sched_process_exit":
		if last, _ := e.Bool("process_group_exit"); last {
			s.reported.processes.Remove(e.HostProcessID)
		}
	}
	return nil, nil
}

func (s *stdioOverSocket) report(e *event.Event, peer address, fd int64) *signature.Match {
	if s.reported.seen(e, peer) {
		return nil
	}
	return &signature.Match{Data: map[string]any{
		"ip": peer.ip, "port": strconv.Itoa(int(peer.port)), "fd": fd,
	}}
}

// standard reports whether a descriptor is standard input, output or error.
func standard(fd int64) bool { return fd >= 0 && fd <= 2 }

// servers give each connection that they accept to a program as its standard
// input and output, on purpose: that is how every login over ssh begins.
var servers = []string{
	"/usr/sbin/sshd", "/usr/sbin/inetd", "/usr/sbin/xinetd",
	"/usr/lib/systemd/systemd", "/usr/lib/systemd/systemd-executor",
}

// handsOver reports whether the process is such a server of the host. The path
// is the kernel's, so that no name that a process gives itself will do.
func handsOver(e *event.Event) bool {
	return e.Origin() == event.Host && slices.Contains(servers, e.Executable)
}

// address is the other end of a connection.
type address struct {
	ip   string
	port uint16
}

// inetPeer is the event's peer, when it is one in a network. Port 0 is none:
// connecting to it dissolves a datagram socket's connection.
func inetPeer(e *event.Event) (address, bool) {
	a, _ := e.Sockaddr("remote_addr")
	if a.Addr == "" || a.Port == 0 { // of no other family
		return address{}, false
	}
	return address{a.Addr, a.Port}, true
}
