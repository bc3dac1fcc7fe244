package output

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/tracehound/tracehound/pkg/cli/nearest"
)

// names are also names of files and labels of metrics.
var names = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$`)

const maxSeverity = 4

// Complete checks a list of outputs and fills in names and defaults. Names of those that
// have none are their kinds, numbered from the second on.
func Complete(all []Spec) error {
	used := map[string]bool{}
	for _, s := range all {
		if s.Name != "" && used[s.Name] {
			return fmt.Errorf("%s: two outputs have the name %q", s.Where, s.Name)
		}
		used[s.Name] = true
	}
	var faults []error
	paths := map[string]bool{}
	for i := range all {
		s := &all[i]
		if path := filepath.Clean(s.Path); s.Path != "" && paths[path] {
			faults = append(faults, fmt.Errorf("%s: two outputs write the file %s", s.Where, s.Path)) // one over the other
		} else {
			paths[path] = true
		}
		for n := 1; s.Name == ""; n++ {
			name := s.Kind
			if n > 1 {
				name = fmt.Sprintf("%s-%d", s.Kind, n)
			}
			if !used[name] {
				s.Name, used[name] = name, true
			}
		}
		s.complete()
		if err := s.check(); err != nil {
			faults = append(faults, fmt.Errorf("%s: output %s: %w", s.Where, s.Name, err))
		}
	}
	return errors.Join(faults...)
}

func (s *Spec) check() error {
	switch {
	case !names.MatchString(s.Name):
		return fmt.Errorf("name must be letters, digits, '-', '_' and '.', at most 64")
	case s.MinSeverity < 0 || s.MinSeverity > maxSeverity:
		return fmt.Errorf("min-severity %d must be from 0 to %d", s.MinSeverity, maxSeverity)
	case s.Batch < 1 || s.Batch > 10_000:
		return fmt.Errorf("batch %d must be from 1 to 10000", s.Batch)
	case s.BatchWait < 0, s.Timeout < 0, s.RetryMin < 0, s.RetryMax < s.RetryMin:
		return fmt.Errorf("batch-wait, timeout and retry-min must not be negative, nor retry-max less than retry-min")
	case s.QueueLimit < 1<<16:
		return fmt.Errorf("queue-limit %s must be at least 64KiB", &s.QueueLimit)
	case s.RotateKeep < 0 || s.RotateKeep > 1000:
		return fmt.Errorf("rotate-keep %d must be from 0 to 1000", s.RotateKeep)
	case (s.CertFile == "") != (s.KeyFile == ""):
		return fmt.Errorf("cert-file and key-file go together")
	case s.BasicPasswordFile != "" && s.BasicUser == "":
		return fmt.Errorf("basic-password-file needs basic-user")
	case s.BearerTokenFile != "" && s.BasicUser != "":
		return fmt.Errorf("bearer-token-file and basic-user exclude each other")
	case s.CredsFile != "" && s.User != "":
		return fmt.Errorf("creds-file and user exclude each other")
	}
	return errors.Join(
		oneOf("fsync", s.Fsync, "", FsyncNever, FsyncBatch, FsyncEach),
		oneOf("compression", s.Compression, "", "none", "gzip"),
		oneOf("framing", s.Framing, "", FramingOctets, FramingNewline),
		oneOf("sasl", s.SASL, "", SASLPlain, SASLScram256, SASLScram512),
		s.checkHTTP(), s.checkAddress(), s.checkServers(),
	)
}

func oneOf(key, value string, words ...string) error {
	for _, w := range words {
		if value == w {
			return nil
		}
	}
	return fmt.Errorf("%s %q must be one of %s%s", key, value, strings.Join(words[1:], ", "), nearest.Hint(value, words))
}

// Of a header, as RFC 9110 has them.
var (
	headerName  = regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")
	headerValue = regexp.MustCompile("^[^\x00-\x08\x0a-\x1f\x7f]*$")
)

func (s *Spec) checkHeaders() error {
	for name, value := range s.Headers {
		if !headerName.MatchString(name) || !headerValue.MatchString(value) {
			return fmt.Errorf("headers: %q is no name of a header, or its value has line ends or control characters", name)
		}
	}
	for name := range s.HeaderFiles {
		if !headerName.MatchString(name) {
			return fmt.Errorf("header-files: %q is no name of a header", name)
		}
	}
	return nil
}

func (s *Spec) checkHTTP() error {
	if k := kindOf(s.Kind); !k.takes("url") {
		return nil
	}
	if err := s.checkHeaders(); err != nil {
		return err
	}
	u, err := url.Parse(s.URL)
	switch {
	case err != nil:
		return errors.New("url is malformed: must be https://HOST:PORT/PATH, with what is special in a password as %XX") // the error would show a password in it
	case u.Scheme != "http" && u.Scheme != "https" || u.Host == "":
		return fmt.Errorf("url %q must begin with http:// or https:// and a host", u.Redacted())
	}
	if s.Proxy == "" || s.Proxy == "none" {
		return nil
	}
	if p, err := url.Parse(s.Proxy); err != nil || p.Host == "" || p.Scheme != "http" && p.Scheme != "https" && p.Scheme != "socks5" {
		return fmt.Errorf("proxy must be none or a URL that begins with http://, https:// or socks5://")
	}
	return nil
}

// Networks of a syslog daemon.
var syslogSchemes = []string{"unix", "udp", "tcp", "tls"}

// SyslogAddress splits the address of a syslog daemon: unix:///dev/log, or udp, tcp or tls, a host and
// a port.
func (s *Spec) SyslogAddress() (network, address string) {
	network, address, _ = strings.Cut(s.Address, "://")
	return network, address
}

func (s *Spec) checkAddress() error {
	if s.Kind != Syslog {
		return nil
	}
	if _, ok := Facilities[s.Facility]; !ok {
		return fmt.Errorf("facility %q is none of syslog%s", s.Facility, nearest.Hint(s.Facility, facilityNames()))
	}
	network, address := s.SyslogAddress()
	if err := oneOf("address", network, append([]string{""}, syslogSchemes...)...); err != nil || network == "" {
		return fmt.Errorf("address %q must be unix:///dev/log, udp://HOST:PORT, tcp://HOST:PORT or tls://HOST:PORT", s.Address)
	}
	if network == "unix" {
		if !strings.HasPrefix(address, "/") {
			return fmt.Errorf("address %q must name a socket by its whole path, as unix:///dev/log", s.Address)
		}
		return nil
	}
	if _, _, err := net.SplitHostPort(address); err != nil {
		return fmt.Errorf("address %q must have a host and a port", s.Address)
	}
	return nil
}

func (s *Spec) checkServers() error {
	if s.Kind != Kafka && s.Kind != NATS {
		return nil
	}
	if len(s.Servers) == 0 {
		return errors.New("servers names none")
	}
	for _, server := range s.Servers {
		host := server
		if u, err := url.Parse(server); s.Kind == NATS && err == nil && u.Host != "" {
			host = u.Host
			if err := oneOf("servers: scheme", u.Scheme, "", "nats", "tls"); err != nil {
				return err
			}
		}
		if _, _, err := net.SplitHostPort(host); err != nil {
			return fmt.Errorf("servers: %q must have a host and a port", server)
		}
	}
	if s.Kind == NATS && strings.ContainsAny(s.Subject, " \t*>") {
		return fmt.Errorf("subject %q must be one subject, without wildcards and blanks", s.Subject)
	}
	if s.SASL != "" && (s.User == "" || s.PasswordFile == "") {
		return errors.New("sasl needs user and password-file")
	}
	return nil
}

// Facilities are those of RFC 5424.
var Facilities = map[string]int{
	"kern": 0, "user": 1, "mail": 2, "daemon": 3, "auth": 4, "syslog": 5, "lpr": 6, "news": 7, "uucp": 8, "cron": 9,
	"authpriv": 10, "ftp": 11, "local0": 16, "local1": 17, "local2": 18, "local3": 19, "local4": 20, "local5": 21, "local6": 22, "local7": 23,
}

func facilityNames() []string {
	all := make([]string, 0, len(Facilities))
	for name := range Facilities {
		all = append(all, name)
	}
	return all
}
