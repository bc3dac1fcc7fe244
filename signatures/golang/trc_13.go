package golang

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/signature"
)

// apiServer is TRC-13: a container connects to the Kubernetes API, whose address
// every pod is told in its environment. The environment is seen only when the
// tracer collects it (--output option:exec-env). Who starts a program with another
// address adds it to what the container is known by, and takes none away.
type apiServer struct {
	addresses *latest[string, []netip.Addr] // by container
}

const (
	maxContainers = 4096
	maxAddresses  = 8 // of a container; the first stay
	addressInEnv  = "KUBERNETES_SERVICE_HOST="
)

func newAPIServer() *apiServer {
	return &apiServer{newLatest[string, []netip.Addr](maxContainers)}
}

// Metadata implements signature.Signature.
func (*apiServer) Metadata() signature.Metadata {
	return signature.Metadata{
		ID:          "TRC-13",
		Version:     "1.0.0",
		Name:        "Kubernetes API Server Connection",
		Description: "A process in a container connected to the Kubernetes API. Few programs need to; attackers look there for what they may do.",
		Tags:        []string{"container"},
		Properties: map[string]any{
			"Severity":     1,
			"MITRE ATT&CK": "Discovery: Container and Resource Discovery",
			"Category":     "discovery",
			"Technique":    "Container and Resource Discovery",
			"external_id":  "T1613",
			"aliases":      []string{"TRC-1013"},
			"misses":       "A way to the API by other addresses, those of its machines or of a proxy.",
			"response":     "If the program is meant to speak to the API, except its image; else see what its service account may do.",
		},
	}
}

// Selectors implements signature.Signature.
func (*apiServer) Selectors() []signature.Selector {
	return []signature.Selector{
		{Source: "tracehound", Name: "sched_process_exec", Origin: "container"},
		{Source: "tracehound", Name: "security_socket_connect", Origin: "container"},
	}
}

// Reads implements signature.Reader.
func (*apiServer) Reads(_, argument string) bool {
	return argument == "env" || argument == "remote_addr"
}

// Reset implements signature.Stateful.
func (s *apiServer) Reset() { *s = *newAPIServer() }

// OnEvent implements signature.Signature.
func (s *apiServer) OnEvent(e *event.Event) (*signature.Match, error) {
	switch e.EventName {
	case "sched_process_exec":
		env, _ := e.Strings("env")
		for _, v := range env {
			if address, ok := strings.CutPrefix(v, addressInEnv); ok {
				s.learn(e.ContainerID, address)
			}
		}
	case "security_socket_connect":
		peer, _ := inetPeer(e)
		known, _ := s.addresses.Get(e.ContainerID)
		if ip, _ := netip.ParseAddr(peer.ip); slices.Contains(known, ip.Unmap()) { // none is never known
			return &signature.Match{Data: map[string]any{"ip": ip.Unmap().String()}}, nil
		}
	}
	return nil, nil
}

// learn adds an address to those of a container.
func (s *apiServer) learn(container, address string) {
	known, _ := s.addresses.Get(container)
	ip, err := netip.ParseAddr(address)
	if err != nil || len(known) >= maxAddresses || slices.Contains(known, ip.Unmap()) {
		return
	}
	s.addresses.Add(container, append(slices.Clip(known), ip.Unmap()))
}
