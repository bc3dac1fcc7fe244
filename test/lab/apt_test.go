package lab

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseSearch(t *testing.T) {
	text := "linux-image-6.1.0-56-cloud-amd64 - Linux 6.1 for x86-64 cloud (signed)\n" +
		"W: some warning - with a dash\n" +
		"no description\n\n" +
		"qemu-system-x86 - QEMU full system emulation - x86"
	want := []string{"linux-image-6.1.0-56-cloud-amd64", "qemu-system-x86"}
	if diff := cmp.Diff(want, parseSearch([]byte(text))); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
}

func TestFirstErrors(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"none", "", ""},
		{"one", "W: a warning\nE: Unable to locate package nosuch\n", "Unable to locate package nosuch"},
		{"three at most", "E: 1\nE: 2\nE: 3\nE: 4\n", "1; 2; 3"},
		{"last line else", "dpkg: first\ndpkg: last\n\n", "dpkg: last"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := firstErrors(tt.text); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// Whatever the host's apt is set to do, nothing outside dir may be named but
// the keyring.
func TestAptConfigurationStaysPrivate(t *testing.T) {
	a := &aptRoot{origin: bookworm, dir: "/cache/apt/bookworm"}
	for line := range strings.Lines(a.configText()) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		if strings.HasPrefix(name, "Dir::") && strings.HasPrefix(value, `"/`) && !strings.HasPrefix(value, `"`+a.dir) {
			t.Errorf("%s points outside: %s", name, value)
		}
	}
	for _, want := range []string{"Dir::State ", "Dir::Cache ", "Dir::Etc::sourcelist ", "Dir::Etc::sourceparts ", "#clear APT::Update::Post-Invoke;"} {
		if !strings.Contains(a.configText(), want) {
			t.Errorf("configuration lacks %s", want)
		}
	}
}

func TestSources(t *testing.T) {
	a := &aptRoot{origin: bullseye}
	const options = "deb [arch=amd64 signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] "
	tests := []struct{ mirror, want string }{
		{"", options + "http://deb.debian.org/debian-security bullseye-security main\n"},
		{"https://mirror.example/", options + "https://mirror.example/debian-security bullseye-security main\n"},
	}
	for _, tt := range tests {
		if got := a.sourcesText(tt.mirror); got != tt.want {
			t.Errorf("mirror %q: got %q, want %q", tt.mirror, got, tt.want)
		}
	}
}

// A host without what the lab needs is told which package to install.
func TestMissingProgram(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	err := (&aptRoot{origin: sid, dir: t.TempDir()}).setUp()
	if err == nil || !strings.Contains(err.Error(), "the package apt") {
		t.Errorf("error %v does not name the package", err)
	}
}
