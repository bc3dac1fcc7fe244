package receiver

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/tracehound/tracehound/pkg/report/output"
)

// nginx as it stands before receivers: it ends TLS, wants a client's certificate,
// and limits bodies.
func TestNginx(t *testing.T) {
	program := daemon(t, "nginx")
	a := newAuthority(t)
	cert, key := a.leaf("localhost")
	client, clientKey := a.leaf("client")
	behind, seen := listen(t, "X-Client")
	dir := t.TempDir()
	plain, mutual := port(t), port(t)
	config := fmt.Sprintf(`
daemon off; pid %[1]s/pid; error_log stderr; worker_processes 1; user root;
events {}
http {
  access_log off; client_body_temp_path %[1]s/body; proxy_temp_path %[1]s/proxy; fastcgi_temp_path %[1]s/f; uwsgi_temp_path %[1]s/u; scgi_temp_path %[1]s/s;
  ssl_certificate %[2]s; ssl_certificate_key %[3]s; client_max_body_size 4k;
  server { listen 127.0.0.1:%[4]s ssl http2; location / { proxy_pass %[6]s; } }
  server { listen 127.0.0.1:%[5]s ssl; ssl_client_certificate %[7]s; ssl_verify_client on;
    location / { proxy_pass %[6]s; proxy_set_header X-Client $ssl_client_s_dn; } }
}`, dir, cert, key, plain, mutual, behind.URL, a.file)
	if err := os.WriteFile(dir+"/conf", []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	cmd := exec.CommandContext(t.Context(), program, "-p", dir, "-c", dir+"/conf")
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = cmd.Process.Signal(os.Interrupt); _ = cmd.Wait() }()

	s := sender(t, output.Spec{Kind: output.Webhook, URL: "https://localhost:" + plain + "/tls", CAFile: a.file}, mimeJSON)
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		_, err := send(t, s, items("{}"))
		if err == nil {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("%v\n%s", err, said.String())
		}
	}
	if _, err := send(t, s, items(strings.Repeat("x", 5000))); err == nil || !strings.Contains(err.Error(), "refused: answer 413") {
		t.Errorf("too long: %v", err)
	}
	s = sender(t, output.Spec{Kind: output.Webhook, URL: "https://localhost:" + mutual + "/mutual", CAFile: a.file, CertFile: client, KeyFile: clientKey}, mimeJSON)
	if _, err := send(t, s, items("{}")); err != nil {
		t.Error(err)
	}
	s = sender(t, output.Spec{Kind: output.Webhook, URL: "https://localhost:" + mutual + "/mutual", CAFile: a.file}, mimeJSON)
	if _, err := send(t, s, items("{}")); err == nil || !strings.Contains(err.Error(), "No required SSL certificate was sent") {
		t.Errorf("without a certificate: %v", err)
	}
	last := (*seen)[len(*seen)-1]
	if (*seen)[0].Path != "/tls" || last.Path != "/mutual" || last.Header["X-Client"] != "CN=client" {
		t.Errorf("seen %+v", *seen)
	}
}

// A proxy sees what it is to pass on.
func TestProxy(t *testing.T) {
	asked := ""
	proxy := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { asked = r.URL.String() }))
	defer proxy.Close()
	s := sender(t, output.Spec{Kind: output.Webhook, URL: "http://receiver.invalid/x", Proxy: proxy.URL}, mimeJSON)
	if _, err := send(t, s, items("{}")); err != nil || asked != "http://receiver.invalid/x" {
		t.Errorf("%v, asked %q", err, asked)
	}
}
