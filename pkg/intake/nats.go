package intake

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/tracehound/tracehound/pkg/report/receiver"
)

const (
	// ackWait is when the server gives a message to another reader of the group, because
	// this one has not said that it is done with it.
	ackWait = time.Minute
	// ackPending is how many messages a group may be busy with.
	ackPending = 10_000
	// connectTime is how long the start waits for the server.
	connectTime = 10 * time.Second
)

type natsMessages struct {
	conn  *nats.Conn
	queue jetstream.MessagesContext
}

func openNATS(ctx context.Context, w where) (messages, error) {
	opts, err := receiver.NATSOptions(&w.spec)
	if err != nil {
		return nil, err
	}
	conn, err := nats.Connect(strings.Join(w.spec.Servers, ","), opts...)
	if err != nil {
		return nil, fmt.Errorf("make NATS client: %w", err)
	}
	n := &natsMessages{conn: conn}
	if err := n.subscribe(ctx, w); err != nil {
		if last := conn.LastError(); last != nil && !conn.IsConnected() {
			err = fmt.Errorf("no server is connected: %w", last)
		}
		conn.Close()
		return nil, fmt.Errorf("read stream %s of NATS: %w", w.topic, err)
	}
	return n, nil
}

func (n *natsMessages) subscribe(ctx context.Context, w where) error {
	stream, err := jetstream.New(n.conn)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, connectTime)
	defer cancel()
	for !n.conn.IsConnected() && ctx.Err() == nil {
		time.Sleep(10 * time.Millisecond)
	}
	// A consumer that is there stays as it is: with another subject others would miss theirs.
	consumer, err := stream.CreateConsumer(ctx, w.topic, jetstream.ConsumerConfig{
		Durable: w.group, FilterSubject: w.subject, AckPolicy: jetstream.AckExplicitPolicy,
		DeliverPolicy: jetstream.DeliverAllPolicy, AckWait: ackWait, MaxAckPending: ackPending,
	})
	if errors.Is(err, jetstream.ErrConsumerExists) {
		return fmt.Errorf("group %s exists with another subject or other settings: readers of other subjects need a group of their own, ?group=NAME", w.group)
	}
	if err != nil {
		return err
	}
	n.queue, err = consumer.Messages()
	return err
}

func (n *natsMessages) next(ctx context.Context) ([]byte, any, error) {
	for {
		m, err := n.queue.Next(jetstream.NextContext(ctx))
		switch {
		case err == nil:
			return m.Data(), m, nil
		case ctx.Err() != nil:
			return nil, nil, ctx.Err()
		case errors.Is(err, jetstream.ErrNoHeartbeat):
			// The server is away; the client comes back to it by itself.
		case errors.Is(err, jetstream.ErrMsgIteratorClosed):
			return nil, nil, errEnded
		default:
			return nil, nil, fmt.Errorf("read from NATS: %w", err)
		}
	}
}

func (n *natsMessages) done(_ context.Context, tokens []any) error {
	for _, t := range tokens {
		m, ok := t.(jetstream.Msg)
		if !ok {
			continue
		}
		if err := m.Ack(); err != nil {
			return fmt.Errorf("acknowledge to NATS: %w", err)
		}
	}
	return nil
}

// drainTime is how long acknowledgements may take to get out.
const drainTime = time.Second

func (n *natsMessages) close() {
	n.queue.Stop()
	_ = n.conn.FlushTimeout(drainTime) // those that do not get out come again
	n.conn.Close()
}
