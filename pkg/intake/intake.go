// Package intake reads events from message systems, in groups of readers that
// share the messages: Kafka and NATS JetStream. A message is one event or
// several, as JSON, a line each.
package intake

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/tracehound/tracehound/pkg/cli/nearest"
	"github.com/tracehound/tracehound/pkg/report/output"
)

// Prefixes begin the names of inputs that this package opens.
var Prefixes = []string{"kafka://", "nats://"}

// defaultGroup is the group of readers unless the user names one.
const defaultGroup = "tracehound-rules"

// Source is the lines of all messages, one behind the other. When its context ends
// it is at its end. Read is for one goroutine, Commit for another.
type Source struct {
	ctx   context.Context // io.Reader has no place for it
	from  messages
	rest  []byte
	lines int // read until now

	mu   sync.Mutex
	open []read // what was read and not committed, in order
}

// messages is where they come from.
type messages interface {
	// next waits for a message: its text, and what says to done that it is dealt with.
	next(ctx context.Context) (text []byte, token any, err error)
	// done says that messages are dealt with.
	done(ctx context.Context, tokens []any) error
	close()
}

// read is a message, and the number of its last line.
type read struct {
	line  int
	token any
}

// Open connects to what name says:
//
//	kafka://HOST:PORT[,HOST:PORT…]/TOPIC[?group=NAME]
//	nats://HOST:PORT[,HOST:PORT…]/STREAM[?group=NAME&subject=SUBJECT]
//
// and beside group ca-file, cert-file, key-file, server-name, user,
// password-file, sasl (Kafka) and creds-file (NATS), as outputs have them.
func Open(ctx context.Context, name string) (*Source, error) {
	w, err := parse(name)
	if err != nil {
		return nil, err
	}
	s := &Source{ctx: ctx}
	if w.spec.Kind == output.Kafka {
		s.from, err = openKafka(w)
	} else {
		s.from, err = openNATS(ctx, w)
	}
	if err != nil {
		return nil, err
	}
	return s, nil
}

// where is a name taken apart.
type where struct {
	spec    output.Spec
	group   string
	topic   string // or the stream
	subject string
}

func parse(name string) (where, error) {
	scheme, rest, _ := strings.Cut(name, "://")
	servers, rest, _ := strings.Cut(rest, "/")
	topic, query, _ := strings.Cut(rest, "?")
	w := where{spec: output.Spec{Kind: scheme, Name: "input", Servers: strings.Split(servers, ",")}, group: defaultGroup, topic: topic}
	if topic == "" || strings.Contains(topic, "/") {
		return w, fmt.Errorf("must be %s://HOST:PORT/NAME, NAME being a topic of Kafka or a stream of NATS", scheme)
	}
	values, err := url.ParseQuery(query)
	if err != nil {
		return w, fmt.Errorf("behind the ?: %w", err)
	}
	keys := map[string]*string{
		"group": &w.group, "ca-file": &w.spec.CAFile, "cert-file": &w.spec.CertFile, "key-file": &w.spec.KeyFile, "server-name": &w.spec.ServerName,
		"user": &w.spec.User, "password-file": &w.spec.PasswordFile,
	}
	if scheme == output.Kafka {
		keys["sasl"], w.spec.Topic = &w.spec.SASL, topic
	} else {
		keys["creds-file"], keys["subject"] = &w.spec.CredsFile, &w.subject
	}
	for key, value := range values {
		to := keys[key]
		if to == nil || len(value) != 1 || value[0] == "" {
			known := make([]string, 0, len(keys))
			for k := range keys {
				known = append(known, k)
			}
			slices.Sort(known)
			return w, fmt.Errorf("behind the ?: %q is none of %s, each once and with a value%s", key, strings.Join(known, ", "), nearest.Hint(key, known))
		}
		*to = value[0]
	}
	all := []output.Spec{w.spec}
	if err := output.Complete(all); err != nil {
		return w, err
	}
	w.spec = all[0]
	return w, nil
}

// Read implements io.Reader.
func (s *Source) Read(p []byte) (int, error) {
	for len(s.rest) == 0 {
		text, token, err := s.from.next(s.ctx)
		if s.ctx.Err() != nil {
			return 0, io.EOF
		}
		if err != nil {
			return 0, err
		}
		text = bytes.TrimRight(text, "\r\n")
		s.mu.Lock()
		if len(text) > 0 {
			s.lines += 1 + bytes.Count(text, []byte{'\n'})
			s.rest = append(append(s.rest[:0:0], text...), '\n')
		}
		s.open = append(s.open, read{s.lines, token})
		s.mu.Unlock()
	}
	n := copy(p, s.rest)
	s.rest = s.rest[n:]
	return n, nil
}

// Commit says that the lines up to this one are dealt with: nobody gets their messages
// again. Those behind it somebody will, when this program dies.
func (s *Source) Commit(ctx context.Context, line int) error {
	s.mu.Lock()
	var tokens []any
	n := 0
	for n < len(s.open) && s.open[n].line <= line {
		tokens = append(tokens, s.open[n].token)
		n++
	}
	s.open = s.open[n:]
	s.mu.Unlock()
	if len(tokens) == 0 {
		return nil
	}
	return s.from.done(ctx, tokens)
}

// Close ends the connection.
func (s *Source) Close() error {
	s.from.close()
	return nil
}

var errEnded = errors.New("connection was closed")
