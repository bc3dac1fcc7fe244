package intake

import (
	"context"
	"fmt"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/tracehound/tracehound/pkg/report/receiver"
)

// recordMax is how many records one poll brings.
const recordMax = 1000

type kafkaMessages struct {
	client *kgo.Client
	polled []*kgo.Record
}

func openKafka(w where) (messages, error) {
	opts, err := receiver.KafkaOptions(&w.spec)
	if err != nil {
		return nil, err
	}
	client, err := kgo.NewClient(append(opts,
		kgo.ConsumerGroup(w.group), kgo.ConsumeTopics(w.topic), kgo.DisableAutoCommit(),
		// A group that is new begins with what is there, and misses nothing.
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
	)...)
	if err != nil {
		return nil, fmt.Errorf("make Kafka client: %w", err)
	}
	return &kafkaMessages{client: client}, nil
}

// next waits also while no broker answers: the client tries for ever.
func (k *kafkaMessages) next(ctx context.Context) ([]byte, any, error) {
	for len(k.polled) == 0 {
		fetches := k.client.PollRecords(ctx, recordMax)
		if ctx.Err() != nil {
			return nil, nil, ctx.Err()
		}
		if fetches.IsClientClosed() {
			return nil, nil, errEnded
		}
		if k.polled = fetches.Records(); len(k.polled) > 0 {
			break
		}
		for _, e := range fetches.Errors() {
			return nil, nil, fmt.Errorf("read topic %s: %w", e.Topic, e.Err) // the client has tried what can be tried
		}
	}
	r := k.polled[0]
	k.polled = k.polled[1:]
	return r.Value, r, nil
}

func (k *kafkaMessages) done(ctx context.Context, tokens []any) error {
	records := make([]*kgo.Record, 0, len(tokens))
	for _, t := range tokens {
		if r, ok := t.(*kgo.Record); ok {
			records = append(records, r)
		}
	}
	if err := k.client.CommitRecords(ctx, records...); err != nil {
		return fmt.Errorf("commit to Kafka: %w", err)
	}
	return nil
}

// leaveTimeout is how long the group may take to let us go.
const leaveTimeout = 2 * time.Second

func (k *kafkaMessages) close() {
	ctx, cancel := context.WithTimeout(context.Background(), leaveTimeout)
	defer cancel()
	_ = k.client.LeaveGroupContext(ctx) // the group notices by itself too
	k.client.Close()
}
