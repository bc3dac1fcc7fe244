// Package golang holds the shipped signatures that are written in Go.
package golang

import "github.com/tracehound/tracehound/pkg/signature"

// All lists them; each call makes new ones, with no memory of earlier events.
func All() []signature.Signature {
	return []signature.Signature{
		newStdioOverSocket(),
		newDrift(),
		newAPIServer(),
	}
}
