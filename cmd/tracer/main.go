// Tracer asks the kernel what processes do and writes events.
package main

import (
	"os"

	"github.com/tracehound/tracehound/pkg/tracer"
)

func main() { os.Exit(tracer.Main()) }
