package rules

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tracehound/tracehound/pkg/cli"
	"github.com/tracehound/tracehound/pkg/cli/nearest"
	"github.com/tracehound/tracehound/pkg/report"
	"github.com/tracehound/tracehound/pkg/signature"
	"github.com/tracehound/tracehound/pkg/signature/load"
	"github.com/tracehound/tracehound/pkg/signature/sigtest"
)

const aboutTest = `Gives the events of cases to signatures and compares what they find with what
the cases say. Cases are files named *_test.yaml or *.txtar; signatures are taken
from the same arguments, and from those shipped. Lists the signatures that no case
tests, or only with findings, or only without any. The exit code is 1 when a case
fails.

With --record a case is made: of the events that one signature selects from a
recorded stream, and of what it finds in them today. Look at it before you keep it.`

const testExamples = `  rules test my-rules/
  rules test --all my-signature.yaml my-signature_test.yaml
  tracer --trace event=$(rules list-events) --output json --output out-file:events.json
  rules test --record drop.txtar --from events.json --signature TRC-5 --name "drop and run"`

// testOptions are the flags of rules test.
type testOptions struct {
	all     bool
	verbose bool
	shipped bool
	record  struct{ to, from, id, name string }
}

func testCommand() *cobra.Command {
	var o testOptions
	cmd := &cobra.Command{
		Use:     "test FILE|DIR …",
		Short:   "Test signatures with cases of events and expected findings",
		Long:    aboutTest,
		Example: testExamples,
		Args:    cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if o.record.to != "" {
				return o.makeCase(args)
			}
			if len(args) == 0 {
				return cli.Usagef("test: names no file")
			}
			return o.run(cmd.OutOrStdout(), args)
		},
	}
	flags := cmd.Flags()
	flags.BoolVar(&o.verbose, "verbose", false, "also print the cases that pass")
	flags.BoolVar(&o.shipped, "shipped", false, "the shipped signatures must have cases too")
	flags.BoolVar(&o.all, "all", false, "a signature without both kinds of cases is a failure")
	flags.StringVar(&o.record.to, "record", "", "write a case to this new `FILE`.txtar")
	flags.StringVar(&o.record.from, "from", "", "the recorded stream to make it of")
	flags.StringVar(&o.record.id, "signature", "", "the `ID` of its signature")
	flags.StringVar(&o.record.name, "name", "recorded", "the case's name")
	return cmd
}

// coverage is how the cases of one signature end.
type coverage struct{ found, silent int }

func (o *testOptions) run(out io.Writer, args []string) error {
	cases, err := findCases(args)
	if err != nil {
		return cli.Usage(err)
	}
	signatures, own, err := loadForTest(args)
	if err != nil {
		return err
	}
	covered := map[string]*coverage{}
	for id, s := range signatures {
		if o.shipped || slices.Contains(own, s) {
			covered[id] = &coverage{}
		}
	}
	failed := 0
	for i := range cases {
		c := &cases[i]
		err := runCase(c, signatures)
		if err != nil {
			failed++
		}
		if err := o.tell(out, c, err); err != nil {
			return err
		}
		if covered[c.Signature] == nil {
			covered[c.Signature] = &coverage{}
		}
		covered[c.Signature].count(c)
	}
	gaps := gaps(covered)
	var b strings.Builder
	for _, gap := range gaps {
		fmt.Fprintln(&b, report.Escape(gap))
	}
	fmt.Fprintf(&b, "%d cases of %d signatures, %d failed\n", len(cases), len(covered), failed)
	if _, err := io.WriteString(out, b.String()); err != nil {
		return fmt.Errorf("write result: %w", err)
	}
	switch {
	case failed > 0:
		return fmt.Errorf("test: %d of %d cases failed", failed, len(cases))
	case o.all && len(gaps) > 0:
		return fmt.Errorf("test: %d signatures lack cases", len(gaps))
	}
	return nil
}

func (c *coverage) count(k *sigtest.Case) {
	if len(k.Findings) > 0 {
		c.found++
	} else {
		c.silent++
	}
}

// tell prints how a case ended.
func (o *testOptions) tell(out io.Writer, c *sigtest.Case, outcome error) error {
	what, detail := "ok   ", ""
	switch {
	case outcome != nil:
		what, detail = "FAIL ", "      "+strings.ReplaceAll(strings.TrimSpace(outcome.Error()), "\n", "\n      ")+"\n"
	case !o.verbose:
		return nil
	}
	_, err := fmt.Fprintf(out, "%s %s: %s: %s\n%s", what, report.Escape(c.Where.String()), report.Escape(c.Signature), report.Escape(c.Name), detail)
	if err != nil {
		return fmt.Errorf("write result: %w", err)
	}
	return nil
}

func runCase(c *sigtest.Case, signatures map[string]signature.Signature) error {
	s := signatures[c.Signature]
	if s == nil {
		ids := make([]string, 0, len(signatures))
		for id := range signatures {
			ids = append(ids, id)
		}
		return fmt.Errorf("no signature has the id %q%s", c.Signature, nearest.Hint(c.Signature, ids))
	}
	if remembers, ok := s.(signature.Stateful); ok {
		remembers.Reset()
	}
	return c.Run(s)
}

// gaps names the signatures that lack cases, sorted.
func gaps(covered map[string]*coverage) []string {
	var all []string
	for id, c := range covered {
		switch {
		case c.found == 0 && c.silent == 0:
			all = append(all, id+": no case")
		case c.found == 0:
			all = append(all, id+": no case with a finding")
		case c.silent == 0:
			all = append(all, id+": no case without a finding")
		}
	}
	slices.Sort(all)
	return all
}

// findCases reads the cases of files, and of all files below folders that hold
// cases by their name.
func findCases(args []string) ([]sigtest.Case, error) {
	var files []string
	for _, arg := range args {
		err := filepath.WalkDir(arg, func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				return fmt.Errorf("find cases: %w", err)
			}
			if !d.IsDir() && sigtest.IsFile(path) {
				files = append(files, path)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	var all []sigtest.Case
	var faults []error
	for _, file := range files {
		cases, err := sigtest.Load(file)
		if err != nil {
			faults = append(faults, err)
		}
		all = append(all, cases...)
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("test: no cases in %s: their files are named *_test.yaml or *.txtar", strings.Join(args, ", "))
	}
	return all, errors.Join(faults...)
}

// loadForTest loads the signatures of the arguments, which it also returns by
// themselves, and those shipped ones whose ids they leave free.
func loadForTest(args []string) (byID map[string]signature.Signature, own []signature.Signature, err error) {
	byID = map[string]signature.Signature{}
	var files []string
	for _, arg := range args {
		if !sigtest.IsFile(arg) {
			files = append(files, arg)
		}
	}
	for _, found := range []*load.Result{load.Load(load.Options{Files: files}), load.Load(load.Options{Shipped: true})} {
		if err := found.Err(); err != nil {
			return nil, nil, cli.Usage(fmt.Errorf("load signatures: %w", err))
		}
		for _, s := range found.Signatures {
			if byID[s.ID] == nil {
				byID[s.ID] = s.Signature
			}
		}
		if own == nil {
			own = make([]signature.Signature, 0, len(found.Signatures))
			for _, s := range found.Signatures {
				own = append(own, s.Signature)
			}
		}
	}
	return byID, own, nil
}

// makeCase records a case.
func (o *testOptions) makeCase(args []string) error {
	if o.record.from == "" || o.record.id == "" {
		return cli.Usagef("flag --record: needs --from STREAM and --signature ID")
	}
	events, err := sigtest.LoadStream(o.record.from)
	if err != nil {
		return cli.Usage(err)
	}
	signatures, _, err := loadForTest(args)
	if err != nil {
		return err
	}
	s := signatures[o.record.id]
	if s == nil {
		return cli.Usagef("flag --signature: no signature has the id %q", o.record.id)
	}
	data, err := sigtest.Record(s, o.record.name, events)
	if err != nil {
		return fmt.Errorf("record case: %w", err)
	}
	f, err := os.OpenFile(o.record.to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return fmt.Errorf("record case: %w", err)
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Close())
}
