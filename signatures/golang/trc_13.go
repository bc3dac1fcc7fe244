package golang

import (
	"strings"

	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/signature"
)

// apiServer is TRC-13: a container connects to the Kubernetes API, whose address
// every pod is told in its environment. The environment is seen only when the
// tracer collects it (--output option:exec-env).
type apiServer struct {
	addresses *latest[string, string] // by container
}

const (
	maxContainers = 4096
	addressInEnv  = "KUBERNETES_SERVICE_HOST="
)

func newAPIServer() *apiServer { return &apiServer{newLatest[string, string](maxContainers)} }

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

// Reset implements signature.Stateful.
func (s *apiServer) Reset() { s.addresses = newLatest[string, string](maxContainers) }

// OnEvent implements signature.Signature.
func (s *apiServer) OnEvent(e *event.Event) (*signature.Match, error) {
	switch e.EventName {
	case "sched_process_exec":
		env, _ := e.Strings("env")
		for _, v := range env {
			if address, ok := strings.CutPrefix(v, addressInEnv); ok && address != "" {
				s.addresses.Add(e.ContainerID, address)
			}
		}
	case "security_socket_connect":
		peer, ok := inetPeer(e)
		if address, known := s.addresses.Get(e.ContainerID); ok && known && peer.ip == address {
			return &signature.Match{Data: map[string]any{"ip": peer.ip}}, nil
		}
	}
	return nil, nil
}
