package receiver

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/tracehound/tracehound/pkg/report/deliver"
	"github.com/tracehound/tracehound/pkg/report/output"
)

func cluster(t *testing.T, opts ...kfake.Opt) *kfake.Cluster {
	t.Helper()
	c, err := kfake.NewCluster(append([]kfake.Opt{kfake.NumBrokers(1), kfake.SeedTopics(3, "findings")}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// consume reads n records, in order of their partitions.
func consume(t *testing.T, c *kfake.Cluster, n int, opts ...kgo.Opt) (all []*kgo.Record) {
	t.Helper()
	client, err := kgo.NewClient(append(opts, kgo.SeedBrokers(c.ListenAddrs()...), kgo.ConsumeTopics("findings"), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))...)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for len(all) < n {
		fetches := client.PollFetches(ctx)
		if err := fetches.Err0(); err != nil {
			t.Fatalf("after %d records: %v", len(all), err)
		}
		all = append(all, fetches.Records()...)
	}
	return all
}

func TestKafka(t *testing.T) {
	c := cluster(t)
	s := sender(t, output.Spec{Kind: output.Kafka, Servers: c.ListenAddrs(), Topic: "findings"}, mimeJSON)
	var payloads []string
	for i := range 100 {
		payloads = append(payloads, fmt.Sprint("finding ", i))
	}
	if n, err := send(t, s, items(payloads...)); n != 100 || err != nil {
		t.Fatalf("%d, %v", n, err)
	}
	var got []string
	for i, r := range consume(t, c, 100) {
		got = append(got, string(r.Value))
		if string(r.Key) != "machine" || len(r.Headers) != 2 || string(r.Headers[0].Value) != fmt.Sprint("id", i+1) || string(r.Headers[1].Value) != mimeJSON || r.Timestamp.Unix() != 1_700_000_000 {
			t.Errorf("record %+v", r)
		}
	}
	if diff := cmp.Diff(payloads, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// What the broker refuses for good is told from what passes.
func TestKafkaFaults(t *testing.T) {
	c := cluster(t)
	s := sender(t, output.Spec{Kind: output.Kafka, Servers: c.ListenAddrs(), Topic: "findings"}, mimeJSON)
	answer := func(code int16) {
		c.ControlKey(int16(kmsg.Produce), func(req kmsg.Request) (kmsg.Response, error, bool) {
			p := req.(*kmsg.ProduceRequest)
			res := p.ResponseKind().(*kmsg.ProduceResponse)
			for _, topic := range p.Topics {
				rt := kmsg.NewProduceResponseTopic()
				rt.Topic, rt.TopicID = topic.Topic, topic.TopicID
				for _, partition := range topic.Partitions {
					rp := kmsg.NewProduceResponseTopicPartition()
					rp.Partition, rp.ErrorCode = partition.Partition, code
					rt.Partitions = append(rt.Partitions, rp)
				}
				res.Topics = append(res.Topics, rt)
			}
			return res, nil, true
		})
	}
	answer(kerr.MessageTooLarge.Code)
	var refused *deliver.RefusedError
	if n, err := send(t, s, items("a")); n != 0 || !errors.As(err, &refused) {
		t.Errorf("too large: %d, %v", n, err)
	}
	if n, err := send(t, s, items("b")); n != 1 || err != nil {
		t.Errorf("then: %d, %v", n, err)
	}
	c.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	if n, err := s.Send(ctx, items("c")); n != 0 || err == nil || errors.As(err, &refused) {
		t.Errorf("no broker: %d, %v", n, err)
	}
}

func TestKafkaSASL(t *testing.T) {
	for _, mechanism := range []string{output.SASLPlain, output.SASLScram256, output.SASLScram512} {
		t.Run(mechanism, func(t *testing.T) {
			c := cluster(t, kfake.EnableSASL(), kfake.Superuser(strings.ToUpper(mechanism), "hound", "s3cret"))
			for password, good := range map[string]bool{"s3cret": true, "wrong": false} {
				s := sender(t, output.Spec{
					Kind: output.Kafka, Servers: c.ListenAddrs(), Topic: "findings", SASL: mechanism, User: "hound", PasswordFile: file(t, password),
				}, mimeJSON)
				ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
				n, err := s.Send(ctx, items("a"))
				cancel()
				if (n == 1) != good || (err == nil) != good {
					t.Errorf("password %s: %d, %v", password, n, err)
				}
			}
		})
	}
}
