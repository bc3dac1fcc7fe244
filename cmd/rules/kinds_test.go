package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	logs "go.opentelemetry.io/proto/otlp/logs/v1"
	"google.golang.org/protobuf/proto"
)

// What each receiver demands of what it is sent, as its own code and documentation
// have it; an error is what it would answer 400 with.
var demands = map[string]func(body []byte) error{
	"/postee": func(body []byte) error {
		var p struct {
			Data        map[string]any
			Context     map[string]any
			SigMetadata struct {
				ID, Name   string
				Properties map[string]any
			}
		}
		if err := json.Unmarshal(body, &p); err != nil {
			return err
		}
		if p.SigMetadata.ID != "TRC-2" || p.SigMetadata.Name == "" || p.SigMetadata.Properties["Severity"] == nil || p.Context["processName"] != "strace" {
			return fmt.Errorf("not what templates read: %s", body)
		}
		return nil
	},
	"/falcosidekick": func(body []byte) error {
		var p struct {
			Priority, Rule string
			Time           time.Time
			OutputFields   map[string]any `json:"output_fields"`
		}
		if err := json.Unmarshal(body, &p); err != nil {
			return err
		}
		known := []string{"emergency", "alert", "critical", "error", "warning", "notice", "informational", "info", "debug"}
		if !slices.Contains(known, strings.ToLower(p.Priority)) || p.Rule == "" || p.Time.IsZero() || len(p.OutputFields) == 0 {
			return fmt.Errorf("not accepted: %s", body)
		}
		for key, value := range p.OutputFields {
			if _, is := value.(string); strings.HasPrefix(key, "k8s.") && !is {
				return fmt.Errorf("%s is no text", key)
			}
		}
		return nil
	},
	"/api/v2/alerts": func(body []byte) error {
		var alerts []struct {
			Labels, Annotations map[string]string
			StartsAt            time.Time
		}
		if err := json.Unmarshal(body, &alerts); err != nil {
			return err
		}
		if len(alerts) == 0 || alerts[0].Labels["alertname"] == "" || alerts[0].StartsAt.IsZero() {
			return fmt.Errorf("not alerts: %s", body)
		}
		return nil
	},
	"/v1/logs": func(body []byte) error {
		var data logs.LogsData
		if err := proto.Unmarshal(body, &data); err != nil {
			return err
		}
		for _, r := range data.ResourceLogs {
			if r.Resource == nil || len(r.ScopeLogs) != 1 || len(r.ScopeLogs[0].LogRecords) != 1 || r.ScopeLogs[0].LogRecords[0].TimeUnixNano == 0 {
				return fmt.Errorf("not records: %v", r)
			}
		}
		return nil
	},
}

// Every receiver gets what it demands, from the flag that is its name.
func TestReceiversAccept(t *testing.T) {
	var mu sync.Mutex
	times := map[string]int{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		demand := demands[r.URL.Path]
		if err == nil && demand == nil {
			err = fmt.Errorf("unexpected path %s", r.URL.Path)
		}
		if err == nil {
			err = demand(body)
		}
		if err != nil {
			t.Error(r.URL.Path, err)
			w.WriteHeader(http.StatusBadRequest)
		}
		mu.Lock()
		defer mu.Unlock()
		times[r.URL.Path] += len(strings.Split(r.Header.Get("X-Finding-Id"), ","))
	}))
	defer server.Close()
	const findings = 50
	dir := t.TempDir()
	var events strings.Builder
	for i := range findings {
		events.WriteString(numbered(i))
	}
	p := start(t, "--rules", "TRC-2", "--spool-dir", filepath.Join(dir, "spool"), "--output", "none", "--output", "sarif:"+dir+"/findings.sarif",
		"--input", "file:"+writeFile(t, filepath.Join(dir, "events"), events.String()),
		"--postee", server.URL+"/postee", "--falcosidekick", server.URL+"/falcosidekick", "--alertmanager", server.URL, "--otlp", server.URL)
	if code := p.end(t); code != 0 {
		t.Errorf("exit code %d: %s", code, p.stderr.String())
	}
	for path := range demands {
		if times[path] != findings {
			t.Errorf("%s got %d of %d: %s", path, times[path], findings, p.stderr.String())
		}
	}
	var sarif struct {
		Runs []struct{ Results []any }
	}
	if err := json.Unmarshal([]byte(readFile(t, dir+"/findings.sarif")), &sarif); err != nil || len(sarif.Runs) != 1 || len(sarif.Runs[0].Results) != findings {
		t.Errorf("SARIF: %v, %d runs", err, len(sarif.Runs))
	}
}
