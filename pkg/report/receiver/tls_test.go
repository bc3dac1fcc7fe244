package receiver

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tracehound/tracehound/pkg/report/output"
)

// authority issues certificates, in files.
type authority struct {
	t    *testing.T
	dir  string
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	file string
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	a := &authority{t: t, dir: t.TempDir()}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test authority"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	a.cert = template
	a.file, _ = a.issue("ca", template)
	return a
}

func (a *authority) issue(name string, template *x509.Certificate) (certFile, keyFile string) {
	a.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		a.t.Fatal(err)
	}
	if a.key == nil {
		a.key = key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, &key.PublicKey, a.key)
	if err != nil {
		a.t.Fatal(err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		a.t.Fatal(err)
	}
	certFile, keyFile = filepath.Join(a.dir, name+".crt"), filepath.Join(a.dir, name+".key")
	for path, block := range map[string]*pem.Block{certFile: {Type: "CERTIFICATE", Bytes: der}, keyFile: {Type: "PRIVATE KEY", Bytes: keyDER}} {
		if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
			a.t.Fatal(err)
		}
	}
	return certFile, keyFile
}

// leaf issues a certificate for a server or a client.
func (a *authority) leaf(name string) (certFile, keyFile string) {
	return a.issue(name, &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		DNSNames: []string{name}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, KeyUsage: x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	})
}

func (a *authority) pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pem, err := os.ReadFile(a.file)
	if err != nil || !pool.AppendCertsFromPEM(pem) {
		a.t.Fatal(err)
	}
	return pool
}

func TestTLS(t *testing.T) {
	ours, others := newAuthority(t), newAuthority(t)
	cert, key := ours.leaf("localhost")
	pair, err := tls.LoadX509KeyPair(cert, key)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	server.TLS = &tls.Config{Certificates: []tls.Certificate{pair}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: ours.pool(), MinVersion: tls.VersionTLS12}
	server.StartTLS()
	defer server.Close()
	client, clientKey := ours.leaf("client")
	stranger, strangerKey := others.leaf("client")
	for name, tt := range map[string]struct {
		spec output.Spec
		want string
	}{
		"mutual":              {output.Spec{CAFile: ours.file, CertFile: client, KeyFile: clientKey}, ""},
		"no certificate":      {output.Spec{CAFile: ours.file}, "certificate required"},
		"stranger":            {output.Spec{CAFile: ours.file, CertFile: stranger, KeyFile: strangerKey}, "tls: "},
		"unknown authority":   {output.Spec{CertFile: client, KeyFile: clientKey}, "certificate signed by unknown authority"},
		"other authority":     {output.Spec{CAFile: others.file, CertFile: client, KeyFile: clientKey}, "certificate signed by unknown authority"},
		"name of the server":  {output.Spec{CAFile: ours.file, CertFile: client, KeyFile: clientKey, ServerName: "localhost"}, ""},
		"name of another one": {output.Spec{CAFile: ours.file, CertFile: client, KeyFile: clientKey, ServerName: "example.org"}, "not example.org"},
	} {
		t.Run(name, func(t *testing.T) {
			tt.spec.Kind, tt.spec.URL = output.Webhook, server.URL
			_, err := send(t, sender(t, tt.spec, mimeJSON), items("{}"))
			if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}

// What is wrong with files is said at the start.
func TestBadFiles(t *testing.T) {
	for want, s := range map[string]output.Spec{
		"read ca-file: open /nowhere":             {CAFile: "/nowhere"},
		"holds no certificate":                    {CAFile: file(t, "x")},
		"read cert-file and key-file":             {CertFile: file(t, "x"), KeyFile: file(t, "x")},
		"read bearer-token-file: open /nowhere":   {BearerTokenFile: "/nowhere"},
		"is empty":                                {BearerTokenFile: file(t, "\n")},
		"holds more than one line":                {HeaderFiles: map[string]string{"X": file(t, "a\nb\n")}},
		"read basic-password-file: open /nowhere": {BasicUser: "u", BasicPasswordFile: "/nowhere"},
		"is too long for a secret":                {BearerTokenFile: file(t, strings.Repeat("x", maxSecret+1))},
	} {
		s.Kind, s.URL = output.Webhook, "https://h/"
		all := []output.Spec{s}
		if err := output.Complete(all); err != nil {
			t.Fatal(err)
		}
		if _, err := New(Options{Spec: &all[0], MIME: mimeJSON}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}
