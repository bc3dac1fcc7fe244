package report

import "github.com/tracehound/tracehound/pkg/template"

// Escape makes text that an attacker chose harmless on a terminal and in a log of
// lines.
func Escape(s string) string { return template.Printable(s) }
