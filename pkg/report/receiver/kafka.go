package receiver

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/sasl/plain"
	"github.com/twmb/franz-go/pkg/sasl/scram"

	"github.com/tracehound/tracehound/pkg/report/deliver"
	"github.com/tracehound/tracehound/pkg/report/output"
	"github.com/tracehound/tracehound/pkg/report/spool"
)

// kafkaSender produces one record per finding, all with this machine's name for
// a key: they go to one partition and keep their order.
type kafkaSender struct {
	client *kgo.Client
	key    []byte
	mime   string
}

func newKafka(o Options) (deliver.Sender, error) {
	opts, err := KafkaOptions(o.Spec)
	if err != nil {
		return nil, err
	}
	client, err := kgo.NewClient(append(opts,
		kgo.DefaultProduceTopic(o.Spec.Topic),
		kgo.RequiredAcks(kgo.AllISRAcks()),
		kgo.ProducerBatchMaxBytes(spool.MaxPayload+1<<20), // the broker says what is too long
		kgo.ProducerLinger(0),
		kgo.AllowIdempotentProduceCancellation(), // Send has its own time
		kgo.UnknownTopicRetries(3),
	)...)
	if err != nil {
		return nil, fmt.Errorf("make Kafka client: %w", err)
	}
	return &kafkaSender{client, []byte(o.Host), o.MIME}, nil
}

// KafkaOptions are those of a connection, for reading and writing.
func KafkaOptions(s *output.Spec) ([]kgo.Opt, error) {
	opts := []kgo.Opt{kgo.SeedBrokers(s.Servers...), kgo.ClientID("tracehound")}
	if s.CAFile != "" || s.CertFile != "" || s.ServerName != "" {
		conf, err := tlsConfig(s)
		if err != nil {
			return nil, err
		}
		opts = append(opts, kgo.DialTLSConfig(conf))
	}
	if s.SASL == "" {
		return opts, nil
	}
	if _, err := secret("password-file", s.PasswordFile); err != nil {
		return nil, err
	}
	auth := func() (scram.Auth, error) { // read again for each connection
		password, err := secret("password-file", s.PasswordFile)
		return scram.Auth{User: s.User, Pass: password}, err
	}
	switch s.SASL {
	case output.SASLScram256:
		return append(opts, kgo.SASL(scram.Sha256(func(context.Context) (scram.Auth, error) { return auth() }))), nil
	case output.SASLScram512:
		return append(opts, kgo.SASL(scram.Sha512(func(context.Context) (scram.Auth, error) { return auth() }))), nil
	}
	return append(opts, kgo.SASL(plain.Plain(func(context.Context) (plain.Auth, error) {
		a, err := auth()
		return plain.Auth{User: a.User, Pass: a.Pass}, err
	}))), nil
}

// Send implements deliver.Sender.
func (k *kafkaSender) Send(ctx context.Context, items []spool.Item) (taken int, err error) {
	records := make([]*kgo.Record, len(items))
	for i, it := range items {
		records[i] = &kgo.Record{
			Key: k.key, Value: it.Payload, Timestamp: it.Time,
			Headers: []kgo.RecordHeader{{Key: "id", Value: []byte(it.ID)}, {Key: "content-type", Value: []byte(k.mime)}},
		}
	}
	failed := map[*kgo.Record]error{}
	for _, r := range k.client.ProduceSync(ctx, records...) {
		if r.Err != nil {
			failed[r.Record] = r.Err
		}
	}
	for _, r := range records {
		err := failed[r]
		switch {
		case err == nil:
			taken++
			continue
		case errors.Is(err, kerr.MessageTooLarge), errors.Is(err, kerr.RecordListTooLarge), errors.Is(err, kerr.InvalidRecord):
			return taken, &deliver.RefusedError{Err: err}
		case ctx.Err() != nil:
			err = k.why(err)
		}
		return taken, err
	}
	return taken, nil
}

// why finds a better word than that time is over.
func (k *kafkaSender) why(err error) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if cause := k.client.Ping(ctx); cause != nil && !errors.Is(cause, context.DeadlineExceeded) {
		return fmt.Errorf("no broker answers: %s", strings.TrimSpace(cause.Error()))
	}
	return err
}

// Close implements deliver.Sender.
func (k *kafkaSender) Close() error {
	k.client.Close()
	return nil
}
