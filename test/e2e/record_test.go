//go:build lab

package e2e

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"testing"
)

// The table of docs/events.md is made from what the last run on each kernel saw.
var recordFlag = flag.Bool("record", false, "write what was seen to "+recordFile)

const recordFile = "testdata/kernels.json"

// sightings are events that a kernel was asked for: why it lacks them, "" if it
// does not, or failed.
type sightings map[string]string

// failed stands for an event that was not had as it should: of it nothing is known.
const failed = "failed"

// add notes what became of the test of an event; of several the worst counts.
func (s sightings) add(t *testing.T, event, unavailable string) {
	switch {
	case t.Failed():
		s[event] = failed
	case s[event] != failed:
		s[event] = unavailable
	}
}

// record puts them in the place of what was known of these events on this kernel,
// and lets all else be: the file is put together of many runs.
func (s sightings) record(t *testing.T, kernel string) {
	if !*recordFlag {
		return
	}
	all := map[string]map[string]string{}
	if data, err := os.ReadFile(recordFile); err == nil {
		if err := json.Unmarshal(data, &all); err != nil {
			t.Fatal(err)
		}
	}
	for event, unavailable := range s {
		if all[event] == nil {
			all[event] = map[string]string{}
		}
		all[event][kernel] = unavailable
		if unavailable == failed {
			delete(all[event], kernel)
		}
	}
	data, err := json.MarshalIndent(all, "", "\t")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(recordFile, append(bytes.TrimSpace(data), '\n'), 0o644); err != nil {
		t.Fatal(err)
	}
}
