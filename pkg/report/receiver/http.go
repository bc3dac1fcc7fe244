package receiver

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tracehound/tracehound/pkg/report/deliver"
	"github.com/tracehound/tracehound/pkg/report/output"
	"github.com/tracehound/tracehound/pkg/report/spool"
)

// IDHeader carries the ids of the findings in a request, by which a receiver tells those that
// it gets twice.
const IDHeader = "X-Finding-Id"

// maxIDs is how many ids the header carries; of a longer batch it is left out, for servers
// limit headers to a few KiB.
const maxIDs = 100

// maxAnswer is how much of a receiver's answer is read, maxReason how much of it is shown.
const (
	maxAnswer = 64 << 10
	maxReason = 300
)

type httpSender struct {
	spec   *output.Spec
	mime   string
	join   func([]spool.Item) []byte
	client *http.Client
}

func newHTTP(o Options) (deliver.Sender, error) {
	s := o.Spec
	h := &httpSender{spec: s, mime: o.MIME, join: joinFor(s, o.MIME)}
	if s.ContentType != "" {
		h.mime = s.ContentType
	}
	conf, err := tlsConfig(s)
	if err != nil {
		return nil, err
	}
	transport := &http.Transport{
		Proxy: http.ProxyFromEnvironment, TLSClientConfig: conf, ForceAttemptHTTP2: true,
		MaxIdleConnsPerHost: 1, IdleConnTimeout: time.Minute, TLSHandshakeTimeout: s.Timeout,
	}
	switch s.Proxy {
	case "":
	case "none":
		transport.Proxy = nil
	default:
		u, err := url.Parse(s.Proxy)
		if err != nil {
			return nil, fmt.Errorf("proxy: %w", err)
		}
		transport.Proxy = http.ProxyURL(u)
	}
	h.client = &http.Client{
		Transport: transport,
		// A POST that follows a redirect may become a GET, and the finding is gone.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	// A request that cannot be made is better known now.
	_, err = h.request(context.Background(), nil)
	return h, err
}

// Send implements deliver.Sender.
func (h *httpSender) Send(ctx context.Context, items []spool.Item) (int, error) {
	req, err := h.request(ctx, items)
	if err != nil {
		return 0, err
	}
	res, err := h.client.Do(req)
	if err != nil {
		return 0, trim(err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err := judge(res, answer); err != nil {
		return 0, err
	}
	if err != nil && h.spec.Kind == output.OTLP {
		return 0, fmt.Errorf("read answer: %w", err)
	}
	if h.spec.Kind == output.OTLP {
		if err := otlpRejected(answer); err != nil {
			return 0, err
		}
	}
	return len(items), nil
}

// trim takes the method and the URL, which may hold a password, off an error.
func trim(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

func (h *httpSender) request(ctx context.Context, items []spool.Item) (*http.Request, error) {
	body := h.join(items)
	if h.spec.Compression == "gzip" {
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		_, err := w.Write(body)
		if err = errors.Join(err, w.Close()); err != nil {
			return nil, fmt.Errorf("compress findings: %w", err)
		}
		body = b.Bytes()
	}
	req, err := http.NewRequestWithContext(ctx, h.spec.Method, h.spec.URL, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("make request: %w", trim(err))
	}
	req.Header.Set("User-Agent", "tracehound")
	if h.mime != "" {
		req.Header.Set("Content-Type", h.mime)
	}
	if h.spec.Compression == "gzip" {
		req.Header.Set("Content-Encoding", "gzip")
	}
	if len(items) > 0 && len(items) <= maxIDs {
		ids := make([]string, len(items))
		for i, it := range items {
			ids[i] = it.ID
		}
		req.Header.Set(IDHeader, strings.Join(ids, ","))
	}
	return req, h.authorize(req)
}

func (h *httpSender) authorize(req *http.Request) error {
	s := h.spec
	for name, value := range s.Headers {
		req.Header.Set(name, value)
		if strings.EqualFold(name, "Host") {
			req.Host = value
		}
	}
	for name, file := range s.HeaderFiles {
		value, err := secret("header-files", file)
		if err != nil {
			return err
		}
		req.Header.Set(name, value)
	}
	if s.BearerTokenFile != "" {
		token, err := secret("bearer-token-file", s.BearerTokenFile)
		if err != nil {
			return err
		}
		req.Header.Set("Authorization", "Bearer "+token)
	}
	if s.BasicUser != "" {
		password := ""
		if s.BasicPasswordFile != "" {
			var err error
			if password, err = secret("basic-password-file", s.BasicPasswordFile); err != nil {
				return err
			}
		}
		req.SetBasicAuth(s.BasicUser, password)
	}
	return nil
}

// judge says what an answer means.
func judge(res *http.Response, answer []byte) error {
	err := fmt.Errorf("answer %s%s", res.Status, reason(answer))
	switch code := res.StatusCode; {
	case code >= 200 && code < 300:
		return nil
	case code >= 300 && code < 400:
		return fmt.Errorf("%w: redirects are not followed: name the URL %s itself", err, res.Header.Get("Location"))
	case code == http.StatusRequestTimeout, code == http.StatusTooEarly, code == http.StatusTooManyRequests, code >= 500:
		if after := retryAfter(res.Header); after > 0 {
			return &deliver.LaterError{After: after, Err: err}
		}
		return err
	}
	return &deliver.RefusedError{Err: err}
}

func reason(answer []byte) string {
	text := strings.Join(strings.Fields(strings.ToValidUTF8(string(answer), "?")), " ")
	if text == "" {
		return ""
	}
	if len(text) > maxReason {
		text = strings.ToValidUTF8(text[:maxReason], "") + "…"
	}
	return ": " + text
}

// retryAfter is how long the receiver wants to be left alone. A date counts from
// the receiver's own clock when it tells it.
func retryAfter(header http.Header) time.Duration {
	text := header.Get("Retry-After")
	if n, err := strconv.ParseInt(text, 10, 32); err == nil {
		return time.Duration(n) * time.Second
	}
	at, err := http.ParseTime(text)
	if err != nil {
		return 0
	}
	now, err := http.ParseTime(header.Get("Date"))
	if err != nil {
		now = time.Now()
	}
	return at.Sub(now)
}

// Close implements deliver.Sender.
func (h *httpSender) Close() error {
	h.client.CloseIdleConnections()
	return nil
}

// joinFor is how several payloads become one body.
func joinFor(s *output.Spec, mime string) func([]spool.Item) []byte {
	switch {
	case s.Kind == output.Alertmanager:
		return joinLists
	case s.Kind != output.OTLP && s.Batch > 1 && strings.HasPrefix(mime, "application/json"):
		return joinObjects
	}
	return concat
}

func payloads(items []spool.Item) [][]byte {
	all := make([][]byte, len(items))
	for i, it := range items {
		all[i] = bytes.TrimSpace(it.Payload)
	}
	return all
}

// concat puts one behind the other what is whole by itself: lines of text, and
// protobuf, where that is how lists are joined.
func concat(items []spool.Item) []byte {
	var b bytes.Buffer
	for _, it := range items {
		b.Write(it.Payload)
	}
	return b.Bytes()
}

func joinObjects(items []spool.Item) []byte {
	return slices.Concat([]byte("["), bytes.Join(payloads(items), []byte(",")), []byte("]"))
}

// joinLists makes one JSON list of lists.
func joinLists(items []spool.Item) []byte {
	all := payloads(items)
	for i, p := range all {
		all[i] = bytes.TrimSuffix(bytes.TrimPrefix(p, []byte("[")), []byte("]"))
	}
	return slices.Concat([]byte("["), bytes.Join(all, []byte(",")), []byte("]"))
}
