package receiver

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/tracehound/tracehound/pkg/report/output"
)

// tlsConfig is what the spec says of TLS. The client's certificate is read again for
// each connection, so that it can be renewed.
func tlsConfig(s *output.Spec) (*tls.Config, error) {
	c := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: s.ServerName}
	if s.CAFile != "" {
		pem, err := os.ReadFile(s.CAFile)
		if err != nil {
			return nil, fmt.Errorf("read ca-file: %w", err)
		}
		c.RootCAs = x509.NewCertPool()
		if !c.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("read ca-file %s: holds no certificate in PEM", s.CAFile)
		}
	}
	if s.CertFile == "" {
		return c, nil
	}
	load := func() (*tls.Certificate, error) {
		pair, err := tls.LoadX509KeyPair(s.CertFile, s.KeyFile)
		if err != nil {
			return nil, fmt.Errorf("read cert-file and key-file: %w", err)
		}
		return &pair, nil
	}
	if _, err := load(); err != nil {
		return nil, err
	}
	c.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return load() }
	return c, nil
}

// maxSecret is the longest secret in a file.
const maxSecret = 64 << 10

// secret reads a file that holds one secret; the line end behind it is not part of it.
func secret(key, path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("read %s: %w", key, err)
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxSecret+1))
	if err != nil {
		return "", fmt.Errorf("read %s: %w", key, err)
	}
	b = bytes.TrimRight(b, "\r\n")
	switch {
	case len(b) == 0:
		err = errors.New("is empty")
	case len(b) > maxSecret:
		err = errors.New("is too long for a secret")
	case bytes.ContainsAny(b, "\r\n\x00"):
		err = errors.New("holds more than one line")
	}
	if err != nil {
		return "", fmt.Errorf("read %s: %s %w", key, path, err)
	}
	return string(b), nil
}
