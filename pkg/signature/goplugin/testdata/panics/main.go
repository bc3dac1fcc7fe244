// A plugin that fails while it starts.
package main

import "github.com/tracehound/tracehound/pkg/signature"

// Signatures panics.
var Signatures = fail()

func fail() []signature.Signature { panic("no such luck") }

func main() {}
