// Package receiver speaks the protocols of those that take findings: HTTP in its
// many uses, syslog, Kafka, NATS, files and standard output.
package receiver

import (
	"fmt"

	"github.com/tracehound/tracehound/pkg/report/deliver"
	"github.com/tracehound/tracehound/pkg/report/output"
)

// Options are what a receiver needs beside what the user said of it.
type Options struct {
	Spec *output.Spec
	// MIME is the content type of the payloads.
	MIME string
	// Host is this machine's name.
	Host string
}

// New makes the sender of a network output. Files of certificates and secrets are
// read here, so that what is wrong with them is known at the start, and again
// whenever they are used. It does not talk to the receiver yet.
func New(o Options) (deliver.Sender, error) {
	switch o.Spec.Kind {
	case output.Webhook, output.Postee, output.Falcosidekick, output.Alertmanager, output.OTLP:
		return newHTTP(o)
	case output.Syslog:
		return newSyslog(o)
	case output.Kafka:
		return newKafka(o)
	case output.NATS:
		return newNATS(o)
	}
	return nil, fmt.Errorf("output of kind %s is not on the network", o.Spec.Kind)
}
