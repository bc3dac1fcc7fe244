//go:build lab

package e2e

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/tracehound/tracehound/pkg/event"
)

// keys are those of every event in JSON, in this order: first Tracee's, then
// ours.
var keys = strings.Fields(`timestamp threadStartTime processorId processId cgroupId threadId parentProcessId
	hostProcessId hostThreadId hostParentProcessId userId mountNamespace pidNamespace processName hostName
	containerId containerImage containerName podName podNamespace podUID eventId eventName argsNum returnValue
	stackAddresses args executable execId parentExecId sequence`)

// The same program is watched by two tracers, one of which writes JSON and the
// other gob. Both must tell the same, value by value and type by type; only
// when and on which processor a probe ran differs between two probes.
func TestLsInJSONAndGob(t *testing.T) {
	schema := eventSchema(t)
	onKernels(t, func(t *testing.T, kernel string) {
		g := boot(t, kernel, `
			launch json --trace comm=ls --output json
			launch gob --trace comm=ls --output gob
			ready json gob
			ls -l /etc >/dev/null
			finish json gob`)
		fromJSON, fromGob := g.events("json"), g.events("gob")
		g.clean("json", len(fromJSON))
		g.clean("gob", len(fromGob))
		t.Logf("%d events", len(fromJSON))
		checkLs(t, fromJSON)
		for line := range bytes.Lines(g.file("json.out")) {
			checkLine(t, schema, line)
		}
		diff := cmp.Diff(fromJSON, fromGob, cmpopts.IgnoreFields(event.Event{}, "Timestamp", "ProcessorID"))
		if diff != "" {
			t.Errorf("through JSON and through gob (-JSON +gob):\n%s", diff)
		}
	})
}

// checkLs asserts what everybody knows of ls.
func checkLs(t *testing.T, all []*event.Event) {
	t.Helper()
	execs := named(all, "sched_process_exec")
	if len(execs) != 1 || text(execs[0], "pathname") != "/usr/bin/ls" || texts(execs[0], "argv") != "ls -l /etc" {
		t.Errorf("executions of ls: %v", execs)
	}
	for name, by := range map[string]string{"openat": "pathname", "security_file_open": "pathname"} {
		opens := keep(named(all, name), func(e *event.Event) bool { return text(e, by) == "/etc/ld.so.cache" })
		if len(opens) != 1 || name == "openat" && opens[0].ReturnValue < 3 || name != "openat" && opens[0].ReturnValue != 0 {
			t.Errorf("%s of /etc/ld.so.cache: %v", name, opens)
		}
	}
	for _, e := range all {
		if e.ProcessName != "ls" || e.Executable != "/usr/bin/ls" || e.HostName != "lab" || e.UserID != 0 ||
			e.HostProcessID != execs[0].HostProcessID || e.ProcessID != e.HostProcessID {
			t.Errorf("event of another process: %+v", e)
		}
	}
}

func checkLine(t *testing.T, schema *jsonschema.Schema, line []byte) {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(line))
	if err != nil {
		t.Fatalf("%v: %s", err, line)
	}
	if err := schema.Validate(doc); err != nil {
		t.Errorf("%v: %s", err, line)
	}
	if got := keysOf(t, line); !slices.Equal(got, keys) {
		t.Errorf("keys (-want +got):\n%s", cmp.Diff(keys, got))
	}
}

// keysOf lists the keys of a JSON object as they come.
func keysOf(t *testing.T, line []byte) []string {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(line))
	if _, err := d.Token(); err != nil {
		t.Fatal(err)
	}
	var found []string
	for d.More() {
		key, err := d.Token()
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, key.(string))
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			t.Fatal(err)
		}
	}
	return found
}
