package receiver

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tracehound/tracehound/pkg/report/deliver"
	"github.com/tracehound/tracehound/pkg/report/output"
)

var messageForm = regexp.MustCompile(`^<(\d+)>1 2023-11-14T22:13:20\.123456Z machine tracehound \d+ finding \[finding@32473 id="([^"]*)" severity="(-?\d+)"\] (?s:(.*))$`)

func TestSyslogMessages(t *testing.T) {
	socket, err := net.ListenPacket("unixgram", filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = socket.Close() }()
	s := sender(t, output.Spec{Kind: output.Syslog, Address: "unix://" + socket.LocalAddr().String(), Facility: "local3"}, mimeJSON)
	all := items("zero\n", "one", "two\nlines\n", "three", "four", "none")
	all[5].Severity, all[5].ID = -1, `a"b]c\d`
	if n, err := send(t, s, all); n != 6 || err != nil {
		t.Fatalf("%d, %v", n, err)
	}
	var got []string
	for range all {
		buf := make([]byte, 1<<16)
		n, _, err := socket.ReadFrom(buf)
		if err != nil {
			t.Fatal(err)
		}
		m := regexp.MustCompile(`^<(\d+)>1 \S+ machine tracehound \d+ finding \[finding@32473 id="(.*)" severity="(.*)"\] (?s:(.*))$`).FindStringSubmatch(string(buf[:n]))
		if m == nil {
			t.Fatalf("message %q", buf[:n])
		}
		got = append(got, strings.Join(m[1:], "|"))
	}
	want := []string{"158|id1|0|zero", "157|id2|1|one", "156|id3|2|two\nlines", "155|id4|3|three", "154|id5|4|four", `157|a\"b\]c\\d|-1|none`}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	big := items(strings.Repeat("x", 1<<20))
	var refused *deliver.RefusedError
	if n, err := send(t, s, big); n != 0 || !errors.As(err, &refused) {
		t.Errorf("too long for a datagram: %d, %v", n, err)
	}
}

// syslogd is a daemon that reads frames of a stream, and can go away.
func syslogd(t *testing.T, l net.Listener, newline bool) <-chan string {
	t.Helper()
	messages := make(chan string, 100)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer func() { _ = c.Close() }()
				r := bufio.NewReader(c)
				for {
					m, err := frame(r, newline)
					if err != nil {
						return
					}
					messages <- m
				}
			}()
		}
	}()
	return messages
}

func frame(r *bufio.Reader, newline bool) (string, error) {
	if newline {
		m, err := r.ReadString('\n')
		return strings.TrimSuffix(m, "\n"), err
	}
	length, err := r.ReadString(' ')
	if err != nil {
		return "", err
	}
	n, err := strconv.Atoi(strings.TrimSuffix(length, " "))
	if err != nil {
		return "", err
	}
	m := make([]byte, n)
	_, err = io.ReadFull(r, m)
	return string(m), err
}

func TestSyslogStreams(t *testing.T) {
	a := newAuthority(t)
	cert, key := a.leaf("localhost")
	pair, err := tls.LoadX509KeyPair(cert, key)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, scheme string
		spec         output.Spec
		newline      bool
	}{
		{"tcp", "tcp", output.Spec{}, false},
		{"tcp lines", "tcp", output.Spec{Framing: output.FramingNewline}, true},
		{"tls", "tls", output.Spec{CAFile: a.file}, false},
		{"unix", "unix", output.Spec{}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			network, addr := "tcp", "127.0.0.1:0"
			if tt.scheme == "unix" {
				network, addr = "unix", filepath.Join(t.TempDir(), "log")
			}
			l, err := (&net.ListenConfig{}).Listen(t.Context(), network, addr)
			if err != nil {
				t.Fatal(err)
			}
			if tt.scheme == "tls" {
				l = tls.NewListener(l, &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12})
			}
			defer func() { _ = l.Close() }()
			messages := syslogd(t, l, tt.newline)
			tt.spec.Kind, tt.spec.Address = output.Syslog, tt.scheme+"://"+l.Addr().String()
			s := sender(t, tt.spec, mimeJSON)
			for round := range 2 {
				if n, err := send(t, s, items("a\nb\n", "c")); n != 2 || err != nil {
					t.Fatalf("round %d: %d, %v", round, n, err)
				}
				want := []string{"a\nb", "c"}
				if tt.newline {
					want[0] = "a b"
				}
				for i := range want {
					m := messageForm.FindStringSubmatch(<-messages)
					if m == nil || m[4] != want[i] {
						t.Errorf("got %q, want %q", m, want[i])
					}
				}
			}
		})
	}
}

// A daemon that goes away is noticed, and taken up again when it is back. One that does
// not read gets nothing that would count as taken.
func TestSyslogDown(t *testing.T) {
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	accepted := make(chan net.Conn, 10)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			accepted <- c
		}
	}()
	s := sender(t, output.Spec{Kind: output.Syslog, Address: "tcp://" + l.Addr().String()}, mimeJSON)
	if n, err := send(t, s, items("a")); n != 1 || err != nil {
		t.Fatalf("%d, %v", n, err)
	}
	_ = (<-accepted).Close()
	time.Sleep(100 * time.Millisecond) // until we were told
	if n, err := send(t, s, items("b")); n != 1 || err != nil {
		t.Errorf("after the daemon was away: %d, %v", n, err)
	}
	c := <-accepted
	defer func() { _ = c.Close() }()
	if b, err := bufio.NewReader(c).ReadString('b'); err != nil || !strings.Contains(b, "finding@32473") {
		t.Errorf("got %q, %v", b, err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if n, err := s.Send(ctx, items(strings.Repeat("x", 15<<20))); n != 0 || err == nil {
		t.Errorf("a daemon that does not read has taken %d, %v", n, err)
	}
}

// daemon finds a program that make deps installs. Without it the promise that the
// test holds us to is not proved, so that is a failure.
func daemon(t *testing.T, name string) string {
	t.Helper()
	for _, file := range []string{name, "/usr/sbin/" + name} {
		if program, err := exec.LookPath(file); err == nil {
			return program
		}
	}
	t.Fatalf("%s is not installed: run make deps", name)
	return ""
}

// The real daemon, over all that it listens on.
func TestRsyslog(t *testing.T) {
	program := daemon(t, "rsyslogd")
	a := newAuthority(t)
	cert, key := a.leaf("localhost")
	dir := t.TempDir()
	tcp, tlsPort, udp := port(t), port(t), port(t)
	config := fmt.Sprintf(`
global(workDirectory=%q maxMessageSize="1m" defaultNetstreamDriver="ossl"
  defaultNetstreamDriverCAFile=%q defaultNetstreamDriverCertFile=%q defaultNetstreamDriverKeyFile=%q)
module(load="imtcp") module(load="imudp") module(load="imuxsock" SysSock.Use="off")
template(name="t" type="string" string="%%syslogfacility-text%%.%%syslogseverity-text%% %%app-name%% %%structured-data%% %%msg%%\n")
input(type="imtcp" port=%q address="127.0.0.1" ruleset="r")
input(type="imtcp" port=%q address="127.0.0.1" ruleset="r" streamDriver.name="ossl" streamDriver.mode="1" streamDriver.authMode="anon")
input(type="imudp" port=%q address="127.0.0.1" ruleset="r")
input(type="imuxsock" socket=%q ruleset="r" useSpecialParser="off")
ruleset(name="r") { action(type="omfile" file=%q template="t") }
`, dir, a.file, cert, key, tcp, tlsPort, udp, dir+"/socket", dir+"/out")
	if err := os.WriteFile(dir+"/conf", []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	cmd := exec.CommandContext(t.Context(), program, "-n", "-f", dir+"/conf", "-i", dir+"/pid")
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = cmd.Process.Kill(); _ = cmd.Wait() }()
	addresses := []string{"tcp://127.0.0.1:" + tcp, "tls://localhost:" + tlsPort, "udp://127.0.0.1:" + udp, "unix://" + dir + "/socket"}
	for _, address := range addresses {
		s := sender(t, output.Spec{Kind: output.Syslog, Address: address, CAFile: a.file, AppName: "hound-" + address[:3]}, mimeJSON)
		if address[:3] == "udp" {
			time.Sleep(300 * time.Millisecond) // nobody says that it listens
		}
		for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(50 * time.Millisecond) {
			_, err := send(t, s, items(`{"from":"`+address+`"}`+"\n"))
			if err == nil {
				break
			}
			if time.Now().After(deadline) {
				t.Fatalf("%s: %v\n%s", address, err, said.String())
			}
		}
	}
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		out, err := os.ReadFile(dir + "/out")
		missing := ""
		for _, address := range addresses {
			want := fmt.Sprintf("daemon.info hound-%s [finding@32473 id=\"id1\" severity=\"0\"] {\"from\":%q}\n", address[:3], address)
			if !strings.Contains(string(out), want) {
				missing += want
			}
		}
		if missing == "" {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("rsyslogd has\n%s(%v) and not\n%s\n%s", out, err, missing, said.String())
		}
	}
}

// port is one that nobody listens on.
func port(t *testing.T) string {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	_, p, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return p
}
