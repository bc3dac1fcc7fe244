package cel_test

import (
	"fmt"
	"os"
	"testing"

	"github.com/tracehound/tracehound/pkg/catalog"
	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/schema"
	"github.com/tracehound/tracehound/pkg/signature"
	"github.com/tracehound/tracehound/pkg/signature/cel"
)

func load(t *testing.T, path string) signature.Signature {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	all, err := cel.Load(path, data, shared(t), func(name string) (*schema.Event, error) {
		if def := catalog.ByName(name); def != nil {
			return def, nil
		}
		return nil, fmt.Errorf("unknown event %q", name)
	})
	if err != nil || len(all) != 1 {
		t.Fatalf("Load = %d signatures, %v", len(all), err)
	}
	return all[0]
}

// file is an event about one file.
func file(name, comm string, path any) *event.Event {
	return &event.Event{EventName: name, ProcessName: comm, Args: []event.Argument{{Name: "pathname", Type: "const char*", Value: path}}}
}

func inContainer(e *event.Event) *event.Event {
	e.ContainerID = "c0ffee"
	return e
}

func shared(t *testing.T) *cel.Shared {
	t.Helper()
	data, err := os.ReadFile("shared.yaml")
	if err != nil {
		t.Fatal(err)
	}
	s := &cel.Shared{}
	if err := cel.LoadShared("shared.yaml", data, s); err != nil {
		t.Fatal(err)
	}
	return s
}
