// Loads the plugins named and says what they hold and find.
package main

import (
	"fmt"
	"os"

	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/signature/goplugin"
)

func main() {
	for _, path := range os.Args[1:] {
		all, err := goplugin.Load(path)
		if err != nil {
			fmt.Println("error:", err)
			continue
		}
		for _, s := range all {
			e := event.Event{EventName: "ptrace", ProcessName: "strace", Args: []event.Argument{{Name: "request", Value: int64(0)}}}
			m, err := s.OnEvent(&e)
			fmt.Println(s.Metadata().ID, s.Selectors(), m.Data, err)
		}
	}
}
