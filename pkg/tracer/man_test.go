package tracer

import (
	goflag "flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/tracehound/tracehound/pkg/filter"
)

var update = goflag.Bool("update-man", false, "write docs/man/tracer.1 anew")

const manPage = "../../docs/man/tracer.1"

// The manual page says what the commands and their help say: it is made from
// them, and from the grammar that tracer --trace help prints.
func TestManPage(t *testing.T) {
	want := man(NewCommand())
	if *update {
		if err := os.WriteFile(manPage, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(manPage)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("docs/man/tracer.1 is stale: go test ./pkg/tracer -run TestManPage -update-man\n(-commands +page):\n%s", diff)
	}
}

func man(root *cobra.Command) string {
	var b strings.Builder
	fmt.Fprintf(&b, ".\\\" Made from the commands by go test ./pkg/tracer -run TestManPage -update-man. Do not edit.\n")
	fmt.Fprintf(&b, ".TH TRACER 1\n.SH NAME\ntracer \\- %s\n", roff(root.Short))
	fmt.Fprintf(&b, ".SH SYNOPSIS\n.nf\n%s\n", roff(root.Use))
	for _, c := range root.Commands() {
		if !c.Hidden {
			fmt.Fprintf(&b, "%s\n", roff(c.CommandPath()+strings.TrimPrefix(c.Use, c.Name())))
		}
	}
	fmt.Fprintf(&b, ".fi\n.SH DESCRIPTION\n%s", lines(root.Long))
	fmt.Fprintf(&b, ".SH OPTIONS\n%s", manOptions(root.Flags()))
	for _, c := range root.Commands() {
		if c.Hidden {
			continue
		}
		text := c.Long
		if text == "" {
			text = c.Short + "."
		}
		fmt.Fprintf(&b, ".SH %s\n%s%s", strings.ToUpper(roff(c.CommandPath())), lines(text), manOptions(c.Flags()))
		if c.Example != "" {
			fmt.Fprintf(&b, ".PP\nExamples:\n%s", lines(c.Example))
		}
	}
	fmt.Fprintf(&b, ".SH FILTERS\n%s", lines(filter.Help()))
	fmt.Fprintf(&b, ".SH EXAMPLES\n%s", lines(root.Example))
	return b.String()
}

func manOptions(flags *pflag.FlagSet) string {
	var b strings.Builder
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		value, usage := pflag.UnquoteUsage(f)
		name := "--" + f.Name
		if f.Shorthand != "" {
			name = "-" + f.Shorthand + ", " + name
		}
		if value != "" {
			name += " " + value
		}
		fmt.Fprintf(&b, ".TP\n.B %s\n%s\n", roff(name), roff(usage))
	})
	return b.String()
}

// lines are text whose lines stay as they are.
func lines(text string) string { return ".nf\n" + roff(strings.TrimRight(text, "\n")) + "\n.fi\n" }

func roff(text string) string {
	text = strings.NewReplacer(`\`, `\e`, "-", `\-`).Replace(text)
	var out []string
	for line := range strings.SplitSeq(text, "\n") {
		if strings.HasPrefix(line, ".") || strings.HasPrefix(line, "'") {
			line = `\&` + line
		}
		out = append(out, line)
	}
	return strings.Join(out, "\n")
}
