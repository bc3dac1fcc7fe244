package receiver

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/tracehound/tracehound/pkg/report/deliver"
	"github.com/tracehound/tracehound/pkg/report/output"
	"github.com/tracehound/tracehound/pkg/report/spool"
)

const mimeJSON = "application/json"

// sender makes one of a spec that the config file would take.
func sender(t *testing.T, s output.Spec, mime string) deliver.Sender {
	t.Helper()
	all := []output.Spec{s}
	if err := output.Complete(all); err != nil {
		t.Fatal(err)
	}
	made, err := New(Options{Spec: &all[0], MIME: mime, Host: "machine"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = made.Close() })
	return made
}

func items(payloads ...string) (all []spool.Item) {
	for i, p := range payloads {
		all = append(all, spool.Item{
			Seq: uint64(i + 1), ID: fmt.Sprintf("id%d", i+1), Severity: i, Time: time.Unix(1_700_000_000, 123456789), Payload: []byte(p),
		})
	}
	return all
}

func send(t *testing.T, s deliver.Sender, all []spool.Item) (int, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	return s.Send(ctx, all)
}

// request is what a receiver saw.
type request struct {
	Method, Path, Body string
	Header             map[string]string
}

// listen answers everything with 200 and keeps what it saw of the headers named.
func listen(t *testing.T, headers ...string) (*httptest.Server, *[]request) {
	t.Helper()
	var all []request
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		if r.Header.Get("Content-Encoding") == "gzip" {
			z, err := gzip.NewReader(bytes.NewReader(body))
			if err != nil {
				t.Error(err)
				return
			}
			if body, err = io.ReadAll(z); err != nil {
				t.Error(err)
			}
		}
		seen := request{r.Method, r.URL.Path, string(body), map[string]string{}}
		for _, h := range append(headers, "Content-Type", IDHeader) {
			seen.Header[h] = r.Header.Get(h)
		}
		all = append(all, seen)
	}))
	t.Cleanup(server.Close)
	return server, &all
}

func file(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestRequests(t *testing.T) {
	tests := []struct {
		name    string
		spec    output.Spec
		mime    string
		items   []spool.Item
		headers []string
		want    request
	}{
		{
			"one", output.Spec{Kind: output.Webhook}, mimeJSON, items(`{"a":1}` + "\n"), nil,
			request{"POST", "/hook", "{\"a\":1}\n", map[string]string{"Content-Type": mimeJSON, IDHeader: "id1"}},
		},
		{
			"a batch of JSON is a list", output.Spec{Kind: output.Webhook, Batch: 5}, mimeJSON, items("{}\n", "{\"a\":[]}\n"), nil,
			request{"POST", "/hook", `[{},{"a":[]}]`, map[string]string{"Content-Type": mimeJSON, IDHeader: "id1,id2"}},
		},
		{
			"a batch of lines", output.Spec{Kind: output.Webhook, Batch: 5, Method: "PUT"}, "text/plain", items("a\n", "b\n"), nil,
			request{"PUT", "/hook", "a\nb\n", map[string]string{"Content-Type": "text/plain", IDHeader: "id1,id2"}},
		},
		{
			"content type of its own", output.Spec{Kind: output.Webhook, ContentType: "application/x-mine"}, mimeJSON, items("x"), nil,
			request{"POST", "/hook", "x", map[string]string{"Content-Type": "application/x-mine", IDHeader: "id1"}},
		},
		{
			"gzip", output.Spec{Kind: output.Webhook, Compression: "gzip"}, mimeJSON, items("{}"), []string{"Content-Encoding"},
			request{"POST", "/hook", "{}", map[string]string{"Content-Type": mimeJSON, IDHeader: "id1", "Content-Encoding": "gzip"}},
		},
		{
			"headers and a bearer", output.Spec{
				Kind: output.Webhook, Headers: map[string]string{"X-Team": "red"}, HeaderFiles: map[string]string{"X-Key": file(t, "k3y\n")},
				BearerTokenFile: file(t, "t0ken\r\n"),
			}, mimeJSON, items("{}"), []string{"X-Team", "X-Key", "Authorization"},
			request{"POST", "/hook", "{}", map[string]string{
				"Content-Type": mimeJSON, IDHeader: "id1", "X-Team": "red", "X-Key": "k3y", "Authorization": "Bearer t0ken",
			}},
		},
		{
			"basic", output.Spec{Kind: output.Postee, BasicUser: "u", BasicPasswordFile: file(t, "p\n")}, mimeJSON, items("{}"), []string{"Authorization"},
			request{"POST", "/hook", "{}", map[string]string{"Content-Type": mimeJSON, IDHeader: "id1", "Authorization": "Basic dTpw"}},
		},
		{
			"alerts", output.Spec{Kind: output.Alertmanager}, mimeJSON, items("[{\"a\":1}]\n", "[{\"b\":2}]\n"), nil,
			request{"POST", "/api/v2/alerts", `[{"a":1},{"b":2}]`, map[string]string{"Content-Type": mimeJSON, IDHeader: "id1,id2"}},
		},
		{
			"records", output.Spec{Kind: output.OTLP}, "application/x-protobuf", items("\n\x00", "\n\x01x"), nil,
			request{"POST", "/v1/logs", "\n\x00\n\x01x", map[string]string{"Content-Type": "application/x-protobuf", IDHeader: "id1,id2"}},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server, seen := listen(t, tt.headers...)
			tt.spec.URL = server.URL
			if tt.want.Path == "/hook" {
				tt.spec.URL += "/hook"
			}
			n, err := send(t, sender(t, tt.spec, tt.mime), tt.items)
			if err != nil || n != len(tt.items) {
				t.Fatalf("%d, %v", n, err)
			}
			if diff := cmp.Diff([]request{tt.want}, *seen); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// Secrets are read for each request, so that they can be changed.
func TestSecretChanges(t *testing.T) {
	server, seen := listen(t, "Authorization")
	path := file(t, "old")
	s := sender(t, output.Spec{Kind: output.Webhook, URL: server.URL, BearerTokenFile: path}, mimeJSON)
	for _, token := range []string{"old", "new"} {
		if err := os.WriteFile(path, []byte(token), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := send(t, s, items("{}")); err != nil {
			t.Fatal(err)
		}
	}
	if got := (*seen)[1].Header["Authorization"]; got != "Bearer new" {
		t.Errorf("got %s", got)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	var refused *deliver.RefusedError
	if _, err := send(t, s, items("{}")); err == nil || errors.As(err, &refused) {
		t.Errorf("without a token: %v", err)
	}
}

func TestAnswers(t *testing.T) {
	date := time.Now().Add(-time.Hour).UTC() // a receiver whose clock is wrong
	tests := []struct {
		code    int
		header  map[string]string
		refused bool
		later   time.Duration
		want    string
	}{
		{code: 200}, {code: 202}, {code: 204},
		{code: 400, refused: true, want: "answer 400 Bad Request: no good"},
		{code: 401, refused: true}, {code: 404, refused: true}, {code: 413, refused: true}, {code: 422, refused: true},
		{code: 408}, {code: 425}, {code: 429}, {code: 500, want: "answer 500 Internal Server Error: no good"}, {code: 502}, {code: 503}, {code: 599},
		{code: 302, header: map[string]string{"Location": "/login"}, want: "redirects are not followed"}, {code: 307},
		{code: 429, header: map[string]string{"Retry-After": "7"}, later: 7 * time.Second},
		{code: 503, header: map[string]string{"Retry-After": date.Add(time.Minute).Format(http.TimeFormat), "Date": date.Format(http.TimeFormat)}, later: time.Minute},
		{code: 503, header: map[string]string{"Retry-After": "soon"}},
		{code: 503, header: map[string]string{"Retry-After": "-5"}},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprint(tt.code, tt.header), func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Method != http.MethodPost {
					t.Errorf("a redirect was followed: %s", r.Method)
				}
				for k, v := range tt.header {
					w.Header().Set(k, v)
				}
				w.WriteHeader(tt.code)
				_, _ = io.WriteString(w, "no\n good")
			}))
			defer server.Close()
			n, err := send(t, sender(t, output.Spec{Kind: output.Webhook, URL: server.URL}, mimeJSON), items("{}"))
			if tt.code < 300 {
				if n != 1 || err != nil {
					t.Errorf("%d, %v", n, err)
				}
				return
			}
			var refused *deliver.RefusedError
			var later *deliver.LaterError
			if n != 0 || err == nil || errors.As(err, &refused) != tt.refused || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%d, %v", n, err)
			}
			if errors.As(err, &later) != (tt.later > 0) || later != nil && later.After != tt.later {
				t.Errorf("later %+v", later)
			}
		})
	}
}

func TestUnreachable(t *testing.T) {
	hang := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // only then does the server see that the client is gone
		<-r.Context().Done()
	}))
	defer hang.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	s := sender(t, output.Spec{Kind: output.Webhook, URL: hang.URL + "/?token=s3cret"}, mimeJSON)
	if n, err := s.Send(ctx, items("{}")); n != 0 || !errors.Is(err, context.DeadlineExceeded) || strings.Contains(err.Error(), "s3cret") {
		t.Errorf("%d, %v", n, err)
	}
	s = sender(t, output.Spec{Kind: output.Webhook, URL: "http://127.0.0.1:1/?token=s3cret"}, mimeJSON)
	if n, err := send(t, s, items("{}")); n != 0 || err == nil || strings.Contains(err.Error(), "s3cret") {
		t.Errorf("%d, %v", n, err)
	}
}

func TestOTLPPartialSuccess(t *testing.T) {
	partial := protowire.AppendVarint(protowire.AppendTag(nil, 1, protowire.VarintType), 3)
	partial = protowire.AppendString(protowire.AppendTag(partial, 2, protowire.BytesType), "too old")
	answer := protowire.AppendBytes(protowire.AppendTag(nil, 1, protowire.BytesType), partial)
	warning := protowire.AppendBytes(protowire.AppendTag(nil, 1, protowire.BytesType), protowire.AppendString(protowire.AppendTag(nil, 2, protowire.BytesType), "hm"))
	for name, tt := range map[string]struct {
		answer []byte
		want   string
	}{"all": {nil, ""}, "some": {answer, "refused: 3 records rejected: too old"}, "a word": {warning, ""}, "noise": {[]byte("\xff\xff\xff"), ""}, "JSON": {[]byte("{}"), ""}} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(tt.answer) }))
		_, err := send(t, sender(t, output.Spec{Kind: output.OTLP, URL: server.URL}, ""), items("x"))
		if fmt.Sprint(err) != tt.want && (err != nil || tt.want != "") {
			t.Errorf("%s: %v", name, err)
		}
		server.Close()
	}
}

func FuzzOTLPAnswer(f *testing.F) {
	f.Add([]byte("\n\x02\x08\x03"))
	f.Add([]byte("\n\xff\xff\xff\xff\x0f"))
	f.Fuzz(func(_ *testing.T, b []byte) { _ = otlpRejected(b) })
}
