// Package output is what a user says of where findings go: a list of outputs, from the
// config file and from flags, each checked before anything is opened.
package output

import (
	"net/url"
	"time"

	"github.com/tracehound/tracehound/pkg/signature"
)

// The kinds of outputs.
const (
	Stdout        = "stdout"
	File          = "file"
	Syslog        = "syslog"
	Webhook       = "webhook"
	Postee        = "postee"
	Falcosidekick = "falcosidekick"
	Alertmanager  = "alertmanager"
	OTLP          = "otlp"
	Kafka         = "kafka"
	NATS          = "nats"
)

// Spec is one output, as written. The keys of the config file are the yaml names.
type Spec struct {
	Name        string `yaml:"name"`
	Kind        string `yaml:"kind"`
	Format      string `yaml:"format"`
	MinSeverity int    `yaml:"min-severity"`
	Filter      string `yaml:"filter"`

	// The queue, and how it is delivered.
	QueueLimit Size          `yaml:"queue-limit"`
	Batch      int           `yaml:"batch"`
	BatchWait  time.Duration `yaml:"batch-wait"`
	Timeout    time.Duration `yaml:"timeout"`
	RetryMin   time.Duration `yaml:"retry-min"`
	RetryMax   time.Duration `yaml:"retry-max"`

	// Files.
	Path       string `yaml:"path"`
	RotateSize Size   `yaml:"rotate-size"`
	RotateKeep int    `yaml:"rotate-keep"`
	Fsync      string `yaml:"fsync"`

	// HTTP.
	URL               string            `yaml:"url"`
	Method            string            `yaml:"method"`
	ContentType       string            `yaml:"content-type"`
	Headers           map[string]string `yaml:"headers"`
	HeaderFiles       map[string]string `yaml:"header-files"`
	BearerTokenFile   string            `yaml:"bearer-token-file"`
	BasicUser         string            `yaml:"basic-user"`
	BasicPasswordFile string            `yaml:"basic-password-file"`
	Proxy             string            `yaml:"proxy"`
	Compression       string            `yaml:"compression"`

	// TLS.
	CAFile     string `yaml:"ca-file"`
	CertFile   string `yaml:"cert-file"`
	KeyFile    string `yaml:"key-file"`
	ServerName string `yaml:"server-name"`

	// Syslog.
	Address  string `yaml:"address"`
	Facility string `yaml:"facility"`
	AppName  string `yaml:"app-name"`
	Framing  string `yaml:"framing"`

	// Kafka and NATS.
	Servers      []string `yaml:"servers"`
	Topic        string   `yaml:"topic"`
	Subject      string   `yaml:"subject"`
	User         string   `yaml:"user"`
	PasswordFile string   `yaml:"password-file"`
	SASL         string   `yaml:"sasl"`
	CredsFile    string   `yaml:"creds-file"`

	// Where is where the user wrote it; a flag has only a File, its name.
	Where signature.Position `yaml:"-"`
}

// Network says that findings wait on disk until the receiver has them.
func (s *Spec) Network() bool { return s.Kind != Stdout && s.Kind != File }

// DefaultQueueLimit is how much may wait for one receiver.
const DefaultQueueLimit Size = 256 << 20

// Defaults of every output.
const (
	defaultTimeout   = 10 * time.Second
	firstRetry       = 500 * time.Millisecond
	longestRetry     = time.Minute
	defaultMemory    = 64 << 20
	defaultBatchWait = 200 * time.Millisecond
	defaultFacility  = "daemon"
)

// complete gives what was not said its default.
func (s *Spec) complete() {
	k := kindOf(s.Kind)
	set(&s.Format, k.format)
	set(&s.Timeout, defaultTimeout)
	set(&s.RetryMin, firstRetry)
	set(&s.RetryMax, max(longestRetry, s.RetryMin))
	set(&s.Batch, max(1, k.batch))
	if s.Batch > 1 {
		set(&s.BatchWait, defaultBatchWait)
	}
	if s.Network() {
		set(&s.QueueLimit, DefaultQueueLimit)
	} else {
		set(&s.QueueLimit, defaultMemory)
	}
	set(&s.Facility, defaultFacility)
	set(&s.AppName, "tracehound")
	set(&s.Method, "POST")
	if s.Path != "" {
		set(&s.Fsync, FsyncNever)
	}
	if u, err := url.Parse(s.URL); err == nil && u.Host != "" && (u.Path == "" || u.Path == "/") && k.path != "" {
		u.Path = k.path
		s.URL = u.String()
	}
}

func set[T comparable](p *T, value T) {
	var zero T
	if *p == zero {
		*p = value
	}
}

// When a file is brought to the disk.
const (
	FsyncNever = "never"
	FsyncBatch = "batch" // whenever all that is there was written
	FsyncEach  = "each"
)

// How messages of syslog are told apart on a stream.
const (
	FramingOctets  = "octet-counting"
	FramingNewline = "newline"
)

// How a password is shown to Kafka.
const (
	SASLPlain    = "plain"
	SASLScram256 = "scram-sha-256"
	SASLScram512 = "scram-sha-512"
)
