package rules

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/tracehound/tracehound/pkg/cli"
	"github.com/tracehound/tracehound/pkg/cli/nearest"
	"github.com/tracehound/tracehound/pkg/redact"
	"github.com/tracehound/tracehound/pkg/report"
	"github.com/tracehound/tracehound/pkg/report/outlet"
	"github.com/tracehound/tracehound/pkg/report/output"
	"github.com/tracehound/tracehound/pkg/signature"
	"github.com/tracehound/tracehound/pkg/tuning"
)

// outputFlags say where findings go: outputs of the config file, and those that
// have a flag.
type outputFlags struct {
	forms    formList
	listed   outputList
	webhooks []string
	// Of all webhooks that are flags, with Tracee's names.
	webhookTemplate, webhookContentType               string
	postee, falcosidekick, alertmanager, otlp, syslog []string

	spoolDir   string
	spoolLimit output.Size
	patience   time.Duration

	redact         []string // regular expressions
	redactDefaults bool
	redactor       *redact.Redactor // of those, by specs
}

const outputNone = "none"

func (o *outputFlags) add(flags *pflag.FlagSet) {
	flags.Var(&o.forms, "output", "findings in this `FORMAT[:PATH]`, to standard output unless there is a path; none: not to standard output (repeatable; default text)")
	cli.ListVar(flags, &o.webhooks, "webhook", "", "send findings to this `URL` (repeatable)")
	flags.StringVar(&o.webhookTemplate, "webhook-template", "", "`TEMPLATE` of what webhooks get: a shipped one's name or a file (default: json)")
	flags.StringVar(&o.webhookContentType, "webhook-content-type", "", "content `TYPE` of what webhooks get (default: the format's)")
	cli.ListVar(flags, &o.postee, "postee", "", "send findings to the Postee at this `URL` (repeatable)")
	cli.ListVar(flags, &o.falcosidekick, "falcosidekick", "", "send findings to the Falcosidekick at this `URL` (repeatable)")
	cli.ListVar(flags, &o.alertmanager, "alertmanager", "", "send findings to the Prometheus Alertmanager at this `URL`, http://HOST:9093 (repeatable)")
	cli.ListVar(flags, &o.otlp, "otlp", "", "send findings as OpenTelemetry logs to this `URL`, http://HOST:4318 (repeatable)")
	cli.ListVar(flags, &o.syslog, "syslog", "", "send findings to the syslog daemon at this `ADDRESS`: unix:///dev/log, tcp://HOST:601, tls://HOST:6514 (repeatable)")
	flags.StringVar(&o.spoolDir, "spool-dir", defaultSpoolDir(), "`DIR` in which findings wait until their receiver has them")
	o.spoolLimit = output.DefaultQueueLimit
	flags.Var(&o.spoolLimit, "spool-limit", "how much may wait for one receiver, before the oldest of the least severity go")
	flags.DurationVar(&o.patience, "flush-timeout", 5*time.Second, "how long to deliver what is left when the input has ended; the rest stays in --spool-dir")
	cli.ListVar(flags, &o.redact, "redact", "", "write [redacted] in place of what this `REGEX` (RE2), or its groups, match in a finding (repeatable)")
	flags.BoolVar(&o.redactDefaults, "redact-defaults", true, "redact passwords, tokens and keys too, by their form, name or flag")
	flags.Var(&o.listed, "outputs", "outputs, in a config file alone")
	if err := flags.MarkHidden("outputs"); err != nil {
		panic(err) // it was declared just now
	}
}

// formList is the flag --output: FORMAT, to standard output, or FORMAT:PATH.
type formList []string

func (l *formList) String() string { return strings.Join(*l, " ") }
func (l *formList) Type() string   { return "FORMAT[:PATH]" }

// Set checks the format's name; templates are read later.
func (l *formList) Set(text string) error {
	format, path := splitForm(text)
	known := append(report.Names(), outputNone)
	switch {
	case format == report.TemplatePrefix:
		return errors.New("names no template: must be " + report.TemplatePrefix + "NAME|FILE")
	case path == "" && strings.HasSuffix(text, ":"), format == outputNone && path != "":
		return errors.New("must be FORMAT or FORMAT:PATH")
	case !strings.HasPrefix(format, report.TemplatePrefix) && !slices.Contains(known, format):
		return fmt.Errorf("must be one of %s, %sNAME|FILE%s", strings.Join(known, ", "), report.TemplatePrefix, nearest.Hint(format, known))
	}
	*l = append(*l, text)
	return nil
}

// outputList is the key outputs of a config file.
type outputList []output.Spec

func (l *outputList) String() string { return "" }
func (l *outputList) Type() string   { return "LIST" }

// Set refuses the command line.
func (l *outputList) Set(string) error {
	return errors.New("is a list of outputs in a file: give that to --config")
}

// SetYAML implements cli.Structured.
func (l *outputList) SetYAML(file string, node ast.Node) error {
	all, err := output.Parse(file, node)
	*l = append(*l, all...)
	return err
}

// defaultSpoolDir is where root's and everybody else's findings wait.
func defaultSpoolDir() string {
	if os.Geteuid() == 0 {
		return "/var/lib/tracehound/spool"
	}
	if dir := os.Getenv("XDG_STATE_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "tracehound", "spool")
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return filepath.Join(os.TempDir(), fmt.Sprintf("tracehound-%d", os.Geteuid()), "spool")
	}
	return filepath.Join(home, ".local", "state", "tracehound", "spool")
}

// specs are all outputs, completed. Without any of a config file or --output,
// findings go to standard output as text.
func (o *outputFlags) specs() ([]output.Spec, error) {
	all := slices.Clone([]output.Spec(o.listed))
	flag := func(name string, s output.Spec) {
		s.Where = signature.Position{File: "flag --" + name}
		all = append(all, s)
	}
	forms := []string(o.forms)
	if len(forms) == 0 && len(all) == 0 {
		forms = []string{report.Text}
	}
	for _, form := range forms {
		if form == outputNone {
			continue
		}
		format, path := splitForm(form)
		if path == "" {
			flag("output", output.Spec{Kind: output.Stdout, Format: format})
		} else {
			flag("output", output.Spec{Kind: output.File, Format: format, Path: path})
		}
	}
	webhookFormat := ""
	if o.webhookTemplate != "" {
		webhookFormat = report.TemplatePrefix + o.webhookTemplate
	}
	if len(o.webhooks) == 0 && (o.webhookTemplate != "" || o.webhookContentType != "") {
		return nil, errors.New("flags --webhook-template and --webhook-content-type: there is no --webhook")
	}
	for _, u := range o.webhooks {
		flag("webhook", output.Spec{Kind: output.Webhook, URL: u, Format: webhookFormat, ContentType: o.webhookContentType})
	}
	for _, of := range []struct {
		kind string
		urls []string
	}{{output.Postee, o.postee}, {output.Falcosidekick, o.falcosidekick}, {output.Alertmanager, o.alertmanager}, {output.OTLP, o.otlp}} {
		for _, u := range of.urls {
			flag(of.kind, output.Spec{Kind: of.kind, URL: u})
		}
	}
	for _, address := range o.syslog {
		flag("syslog", output.Spec{Kind: output.Syslog, Address: address})
	}
	return o.complete(all)
}

// complete fills in what the flags say of all outputs, and checks them.
func (o *outputFlags) complete(all []output.Spec) ([]output.Spec, error) {
	for i := range all {
		if all[i].Network() && all[i].QueueLimit == 0 {
			all[i].QueueLimit = o.spoolLimit
		}
	}
	if o.patience < 0 {
		return nil, fmt.Errorf("flag --flush-timeout %q: is negative", o.patience)
	}
	if n := count(all, output.Stdout); n > 1 {
		return nil, fmt.Errorf("%d outputs go to standard output: only one can", n)
	}
	var err error
	if o.redactor, err = redact.New(o.redactDefaults, o.redact); err != nil {
		return nil, fmt.Errorf("flag --redact: %w", err)
	}
	if err := output.Complete(all); err != nil {
		return nil, err
	}
	for _, s := range all {
		if _, err := report.LookupAs(s.Format, s.ContentType); err != nil {
			return nil, fmt.Errorf("%s: output %s: %w", s.Where, s.Name, err)
		}
	}
	return all, nil
}

func count(all []output.Spec, kind string) (n int) {
	for _, s := range all {
		if s.Kind == kind {
			n++
		}
	}
	return n
}

// splitForm splits FORMAT:PATH. Formats have no colons; a path behind that of a
// template begins with / or ./.
func splitForm(text string) (format, path string) {
	if !strings.HasPrefix(text, report.TemplatePrefix) {
		format, path, _ = strings.Cut(text, ":")
		return format, path
	}
	for _, sign := range []string{":/", ":./"} {
		if i := strings.Index(text, sign); i >= 0 {
			return text[:i], text[i+1:]
		}
	}
	return text, ""
}

// options are what outputs are opened with.
func (o *outputFlags) options(specs []output.Spec, cmd *cobra.Command) outlet.Options {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	return outlet.Options{
		Specs: specs, SpoolDir: o.spoolDir, Stdout: cmd.OutOrStdout(), Host: host, Patience: o.patience, Log: slog.Default(),
		Prepare: o.redactor.Finding,
	}
}

// open opens the outputs. Rights are dropped by then: what cannot be opened now
// could not be opened later either.
func (o *outputFlags) open(cmd *cobra.Command, specs []output.Spec, patient bool) (*outlet.Outlets, error) {
	opts := o.options(specs, cmd)
	opts.Patient = patient
	all, err := outlet.Open(cmd.Context(), opts)
	if err != nil {
		return nil, cli.WithHint(cli.Usage(err), "rules outputs test tries all outputs; docs/delivery.md lists their keys")
	}
	return all, nil
}

// bindOutputs fits the filters of outputs to the signatures.
func bindOutputs(out *outlet.Outlets, all *loaded, log *slog.Logger) error {
	signatures := make([]signature.Signature, len(all.signatures))
	for i, s := range all.signatures {
		signatures[i] = s.Signature
	}
	return out.Bind(func(text string) (func(*signature.Finding) bool, error) {
		return tuning.NewFilter(text, signatures, log)
	})
}
