package kernel

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// Config is the kernel's build options. The zero Config knows nothing.
type Config struct {
	Path   string // where they were read
	values map[string]string
}

// maxConfig bounds what is read: real ones are below 400 kB.
const maxConfig = 8 << 20

// config reads the first file of build options that is there and belongs to
// the release.
func (h host) config(release string) Config {
	for _, path := range []string{
		"/proc/config.gz",
		"/boot/config-" + release,
		"/lib/modules/" + release + "/config",
		"/usr/lib/modules/" + release + "/config",
		"/usr/lib/ostree-boot/config-" + release,
	} {
		b, err := readBounded(filepath.Join(h.root, path))
		if err != nil {
			continue
		}
		if values := parseConfig(b); len(values) > 0 {
			return Config{Path: path, values: values}
		}
	}
	return Config{}
}

func readBounded(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var r io.Reader = f
	if strings.HasSuffix(path, ".gz") {
		if r, err = gzip.NewReader(f); err != nil {
			return nil, err
		}
	}
	return io.ReadAll(io.LimitReader(r, maxConfig))
}

func parseConfig(b []byte) map[string]string {
	values := map[string]string{}
	for s := bufio.NewScanner(bytes.NewReader(b)); s.Scan(); {
		name, value, ok := strings.Cut(s.Text(), "=")
		if name, known := strings.CutPrefix(name, "CONFIG_"); ok && known {
			values[name] = strings.Trim(value, `"`)
		}
	}
	return values
}

// Known reports whether the options could be read.
func (c Config) Known() bool { return c.values != nil }

// Value is an option's value, without quotes; "" when it is not set or nothing
// is known. The name comes without CONFIG_.
func (c Config) Value(name string) string { return c.values[name] }

// State reports whether an option is built in or a module.
func (c Config) State(name string) State {
	switch v := c.values[name]; {
	case !c.Known():
		return Unknown
	case v == "y" || v == "m":
		return Yes
	}
	return No
}
