// Rules reads events, runs signatures over them and reports findings.
package main

import (
	"os"

	"github.com/tracehound/tracehound/pkg/rules"
)

func main() { os.Exit(rules.Main()) }
