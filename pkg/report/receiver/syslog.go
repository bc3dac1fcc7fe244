package receiver

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/tracehound/tracehound/pkg/report/deliver"
	"github.com/tracehound/tracehound/pkg/report/output"
	"github.com/tracehound/tracehound/pkg/report/spool"
)

// syslogSender writes messages of RFC 5424. The protocol has no answers: over a
// stream a message counts as taken when the receiver's machine has acknowledged
// its bytes and the connection still stands. What the receiver's program then loses,
// nobody can know; over UDP not even that is.
type syslogSender struct {
	spec    *output.Spec
	tls     *tls.Config
	network string
	address string
	header  string // what all messages have between time and structured data
	stream  bool
	conn    net.Conn
	gone    *atomic.Bool // the other end has closed
}

func newSyslog(o Options) (deliver.Sender, error) {
	s := &syslogSender{spec: o.Spec}
	s.network, s.address = o.Spec.SyslogAddress()
	if s.network == "tls" {
		conf, err := tlsConfig(o.Spec)
		if err != nil {
			return nil, err
		}
		if conf.ServerName == "" {
			conf.ServerName, _, _ = net.SplitHostPort(s.address)
		}
		s.tls = conf
	}
	s.header = fmt.Sprintf("%s %s %d finding", word(o.Host, 255), word(o.Spec.AppName, 48), os.Getpid())
	return s, nil
}

// word is a header field: printable ASCII without blanks, "-" for nothing.
func word(text string, most int) string {
	text = strings.Map(func(r rune) rune {
		if r <= ' ' || r > '~' {
			return '_'
		}
		return r
	}, text)
	if text == "" {
		return "-"
	}
	return text[:min(len(text), most)]
}

// Send implements deliver.Sender.
func (s *syslogSender) Send(ctx context.Context, items []spool.Item) (taken int, err error) {
	if s.conn != nil && s.gone.Load() {
		s.hangUp()
	}
	if s.conn == nil {
		if err := s.dial(ctx); err != nil {
			return 0, err
		}
	}
	conn := s.conn
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Now()) })
	defer stop()
	for i := range items {
		_, err := conn.Write(s.frame(&items[i]))
		if err != nil && !s.stream && errors.Is(err, syscall.EMSGSIZE) {
			return taken, &deliver.RefusedError{Err: fmt.Errorf("message is too long for a datagram: %w", err)}
		}
		if err != nil {
			s.hangUp()
			return taken, err
		}
		if !s.stream {
			taken++
		}
	}
	if !s.stream {
		return taken, nil
	}
	if err := s.acknowledged(ctx); err != nil {
		s.hangUp()
		return 0, err
	}
	return len(items), nil
}

func (s *syslogSender) dial(ctx context.Context) error {
	var d net.Dialer
	var err error
	switch s.network {
	case "unix":
		// Most daemons listen for datagrams, some for a stream.
		if s.conn, err = d.DialContext(ctx, "unixgram", s.address); errors.Is(err, syscall.EPROTOTYPE) {
			s.conn, err = d.DialContext(ctx, "unix", s.address)
			s.stream = true
		} else {
			s.stream = false
		}
	case "udp":
		s.conn, err = d.DialContext(ctx, "udp", s.address)
	case "tcp":
		s.stream = true
		s.conn, err = d.DialContext(ctx, "tcp", s.address)
	case "tls":
		s.stream = true
		s.conn, err = (&tls.Dialer{NetDialer: &d, Config: s.tls}).DialContext(ctx, "tcp", s.address)
	}
	if err != nil {
		s.conn = nil
		return err
	}
	s.gone = &atomic.Bool{}
	if s.stream {
		go watchEnd(s.conn, s.gone)
	}
	return nil
}

// watchEnd notices that the other end closes: daemons send nothing.
func watchEnd(conn net.Conn, gone *atomic.Bool) {
	buf := make([]byte, 512)
	for {
		_, err := conn.Read(buf)
		var timeout net.Error
		if errors.As(err, &timeout) && timeout.Timeout() {
			return // the deadline of a Send, which hangs up
		}
		if err != nil {
			gone.Store(true)
			return
		}
	}
}

// acknowledged waits until the kernel has nothing left to send.
func (s *syslogSender) acknowledged(ctx context.Context) error {
	conn := s.conn
	if t, ok := conn.(*tls.Conn); ok {
		conn = t.NetConn()
	}
	raw, ok := conn.(syscall.Conn)
	if !ok {
		return nil
	}
	control, err := raw.SyscallConn()
	if err != nil {
		return err
	}
	for wait := time.Millisecond; ; wait = min(2*wait, 50*time.Millisecond) {
		left := 0
		var failed error
		if err := control.Control(func(fd uintptr) { left, failed = unix.IoctlGetInt(int(fd), unix.SIOCOUTQ) }); err != nil {
			return err
		}
		switch {
		case failed != nil:
			return fmt.Errorf("ask for bytes not acknowledged: %w", failed)
		case s.gone.Load():
			return errors.New("the receiver closed the connection")
		case left == 0:
			return nil
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return fmt.Errorf("%d bytes are not acknowledged: %w", left, ctx.Err())
		}
	}
}

func (s *syslogSender) hangUp() {
	_ = s.conn.Close() // it is broken
	s.conn = nil
}

// Close implements deliver.Sender.
func (s *syslogSender) Close() error {
	if s.conn == nil {
		return nil
	}
	return s.conn.Close()
}

// severities of syslog, for those of findings: informational to critical.
var severities = [5]int{6, 5, 4, 3, 2}

const severityOfNone = 5 // notice

// message is a whole message of RFC 5424. The number behind @ is the one that is
// reserved for documentation: we have none of our own.
func (s *syslogSender) message(it *spool.Item) []byte {
	severity := severityOfNone
	if it.Severity >= 0 && it.Severity < len(severities) {
		severity = severities[it.Severity]
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "<%d>1 %s %s [finding@32473 id=\"%s\" severity=\"%d\"] ", output.Facilities[s.spec.Facility]*8+severity,
		it.Time.UTC().Format("2006-01-02T15:04:05.000000Z07:00"), s.header, param(it.ID), it.Severity)
	b.Write(bytes.TrimRight(it.Payload, "\r\n"))
	return b.Bytes()
}

var escaped = strings.NewReplacer(`\`, `\\`, `"`, `\"`, `]`, `\]`)

func param(text string) string { return escaped.Replace(strings.ToValidUTF8(text, "?")) }

// frame is a message as it goes out: alone in a datagram, told apart in a stream.
func (s *syslogSender) frame(it *spool.Item) []byte {
	m := s.message(it)
	if !s.stream {
		return m
	}
	// Over a local stream daemons expect lines.
	if s.spec.Framing == output.FramingNewline || s.spec.Framing == "" && s.network == "unix" {
		return append(bytes.ReplaceAll(m, []byte("\n"), []byte(" ")), '\n')
	}
	return append([]byte(strconv.Itoa(len(m))+" "), m...)
}
