package rules

import (
	"errors"
	"fmt"
	"strings"

	"github.com/tracehound/tracehound/pkg/cli/nearest"
	"github.com/tracehound/tracehound/pkg/report"
)

// outputSpec is the flag --output.
type outputSpec string

func (s *outputSpec) String() string { return string(*s) }
func (s *outputSpec) Type() string   { return "FORMAT" }

func (s *outputSpec) Set(text string) error {
	if file, ok := strings.CutPrefix(text, report.TemplatePrefix); ok {
		if file == "" {
			return errors.New("names no template: must be " + report.TemplatePrefix + "NAME|FILE")
		}
		*s = outputSpec(text)
		return nil
	}
	for _, form := range report.Names() {
		if text == form {
			*s = outputSpec(text)
			return nil
		}
	}
	return fmt.Errorf("must be one of %s, %sNAME|FILE%s", strings.Join(report.Names(), ", "), report.TemplatePrefix, nearest.Hint(text, report.Names()))
}
