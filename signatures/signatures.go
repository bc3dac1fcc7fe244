// Package signatures holds the detections that come with rules: those in Go in
// package golang, those in Rego and CEL as files.
package signatures

import "embed"

// Files are the shipped signatures in Rego and CEL, as rego/*.rego and
// cel/*.yaml.
//
//go:embed rego/*.rego cel/*.yaml
var Files embed.FS
