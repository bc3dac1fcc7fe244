package tuning

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/tracehound/tracehound/pkg/catalog"
	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/schema"
)

// Suggest writes the exception that silences a finding and what is like it: the
// same program, in the same image if it ran in a container, on the same paths
// and addresses. f is a finding in its JSON form. The reason is left to the
// reader.
func Suggest(f []byte) (string, error) {
	var finding struct {
		Context     *event.Event
		SigMetadata struct{ ID, Name string }
	}
	if err := json.Unmarshal(f, &finding); err != nil {
		return "", fmt.Errorf("read finding: %w", err)
	}
	e := finding.Context
	if e == nil || finding.SigMetadata.ID == "" {
		return "", fmt.Errorf("read finding: lacks Context or SigMetadata: is it the output of rules --output json?")
	}
	def := catalog.ByName(e.EventName)
	if def == nil {
		return "", fmt.Errorf("read finding: unknown event %q", e.EventName)
	}
	event.Normalize(e, def)
	var b strings.Builder
	fmt.Fprintf(&b, "apiVersion: %s\nkind: %s\nexceptions:\n", apiVersion, kind)
	fmt.Fprintf(&b, "  - signature: %s\n    when: |\n", quoted(finding.SigMetadata.ID))
	fmt.Fprintf(&b, "      %s\n", strings.Join(conditions(e, def), " &&\n      "))
	fmt.Fprintf(&b, "    reason: \"\" # why this is no finding here\n    owner: \"\"\n    # expires: 2027-06-30\n")
	return b.String(), nil
}

// conditions describe an event by what stays when it happens again.
func conditions(e *event.Event, def *schema.Event) []string {
	var all []string
	is := func(name, value string) {
		if value != "" {
			all = append(all, name+" == "+quoted(value))
		}
	}
	if e.Executable != "" {
		is("event.executable", e.Executable)
	} else {
		is("event.processName", e.ProcessName)
	}
	if e.ContainerImage != "" {
		is("event.containerImage", e.ContainerImage)
	} else if e.ContainerID == "" {
		is("event.origin", string(e.Origin()))
	}
	for i := range def.Fields {
		all = append(all, onArgument(e, &def.Fields[i])...)
	}
	return slices.Compact(all)
}

// onArgument is the condition on an argument whose value is likely to be the
// same again: paths, texts that are short, and addresses.
func onArgument(e *event.Event, f *schema.Field) []string {
	a := e.Arg(f.Name)
	if a == nil || a.Truncated {
		return nil
	}
	switch v := a.Value.(type) {
	case string:
		if v != "" && len(v) < 512 {
			return []string{"args." + f.Name + " == " + quoted(v)}
		}
	case event.Sockaddr:
		switch {
		case v.Addr != "":
			return []string{
				fmt.Sprintf("args.%s.addr == %s", f.Name, quoted(v.Addr)), fmt.Sprintf("args.%s.port == %d", f.Name, v.Port),
			}
		case v.Path != "":
			return []string{fmt.Sprintf("args.%s.path == %s", f.Name, quoted(v.Path))}
		}
	}
	return nil
}

// quoted is a text as CEL and YAML both read it.
func quoted(s string) string { return strconv.QuoteToASCII(s) }
