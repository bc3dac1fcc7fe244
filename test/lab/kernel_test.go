package lab

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The recorded searches are what "apt-cache search --names-only" said of each
// origin in November 2026.
func TestKernelCandidates(t *testing.T) {
	tests := []struct {
		recorded, series string
		first            []string
		count            int
	}{
		{"bookworm", "6.1.", []string{"linux-image-6.1.0-56-cloud-amd64", "linux-image-6.1.0-55-cloud-amd64"}, 10},
		{"bookworm", "6.12.", []string{"linux-image-6.12.117+deb12-cloud-amd64", "linux-image-6.12.115+deb12-cloud-amd64"}, 19},
		{"bullseye", "5.10.", []string{"linux-image-5.10.0-46-cloud-amd64"}, 4},
		{"bullseye", "6.1.", []string{"linux-image-6.1.0-0.deb11.52-cloud-amd64"}, 5},
		{"sid", "", []string{"linux-binary-7.2.13+deb14-cloud-amd64", "linux-image-7.2.13+deb14-cloud-amd64"}, 2},
		{"sid", "6.1.", nil, 0},
	}
	for _, tt := range tests {
		t.Run(tt.recorded+" "+tt.series, func(t *testing.T) {
			text, err := os.ReadFile(filepath.Join("testdata", "search-"+tt.recorded+".txt"))
			if err != nil {
				t.Fatal(err)
			}
			got := kernelCandidates(parseSearch(text), tt.series)
			if len(got) != tt.count {
				t.Errorf("%d candidates, want %d: %v", len(got), tt.count, got)
			}
			if len(got) < len(tt.first) {
				t.Fatalf("candidates %v, want first %v", got, tt.first)
			}
			if diff := cmp.Diff(tt.first, got[:len(tt.first):len(tt.first)], cmp.Comparer(slices.Equal[[]string])); diff != "" {
				t.Errorf("first candidates (-want +got):\n%s", diff)
			}
		})
	}
}

func TestKernelCandidatesIgnoresOthers(t *testing.T) {
	names := []string{
		"linux-binary-unsigned-7.2.13+deb14-cloud-amd64", // not signed, and a build ahead at times
		"linux-image-cloud-amd64",                        // meta packages
		"linux-image-6.1-cloud-amd64",
		"linux-image-6.1.0-56-rt-amd64",
		"linux-image-6.1.0-56-cloud-amd64-dbg",
		"linux-image-6.1.0-56-cloud-amd64-unsigned",
		"linux-image-6.12.1-cloud-amd64", // not of series 6.1.
	}
	if got := kernelCandidates(names, "6.1."); len(got) != 0 {
		t.Errorf("candidates %v, want none", got)
	}
}

func TestCompareVersions(t *testing.T) {
	ordered := []string{
		"5.10.0-9", "5.10.0-46", "6.1.0-0.deb11.52", "6.1.0-56", "6.12.9+deb12", "6.12.90+deb12", "6.12.90+deb12.1",
		"6.12.101+deb12", "7.2.3", "7.2.13", "7.10.1",
	}
	for i, a := range ordered {
		for j, b := range ordered {
			got := compareVersions(a, b)
			if (got < 0) != (i < j) || (got > 0) != (i > j) {
				t.Errorf("compare %s with %s: %d", a, b, got)
			}
		}
	}
}

func TestUnknownKernel(t *testing.T) {
	t.Setenv(CacheVariable, t.TempDir())
	for _, f := range []func(context.Context, string) (*KernelImage, error){Kernel, Refresh} {
		_, err := f(t.Context(), "6.2")
		if err == nil {
			t.Fatal("no error for an unknown kernel")
		}
		for _, want := range []string{`"6.2"`, "5.10", "6.1", "6.12", "newest"} {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("error %q does not name %s", err, want)
			}
		}
	}
}

func TestVersions(t *testing.T) {
	t.Setenv(CacheVariable, t.TempDir())
	c, err := openCache()
	if err != nil {
		t.Fatal(err)
	}
	image := c.path("kernels", "linux-image-6.1.0-56-cloud-amd64", "vmlinuz")
	if err := os.MkdirAll(filepath.Dir(image), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(image, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	want := &KernelImage{Name: "6.1", Package: "linux-image-6.1.0-56-cloud-amd64", Release: "6.1.0-56-cloud-amd64", Path: image}
	if err := c.point(want); err != nil {
		t.Fatal(err)
	}
	// A pointer that a crash or a clean-up made useless counts as absent.
	if err := os.WriteFile(c.path("kernels", "5.10.json"), []byte("{"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := c.point(&KernelImage{Name: "6.12", Package: "gone", Path: "/gone/vmlinuz"}); err != nil {
		t.Fatal(err)
	}
	versions, err := Versions()
	if err != nil {
		t.Fatal(err)
	}
	cached := map[string]*KernelImage{}
	for _, v := range versions {
		cached[v.Name] = v.Cached
		if v.Source == "" {
			t.Errorf("%s: no source", v.Name)
		}
	}
	if diff := cmp.Diff(map[string]*KernelImage{"5.10": nil, "6.1": want, "6.12": nil, "newest": nil}, cached); diff != "" {
		t.Errorf("cached kernels (-want +got):\n%s", diff)
	}
}

func TestSelected(t *testing.T) {
	tests := []struct {
		value string
		want  []string
		err   bool
	}{
		{"", []string{"6.1", "6.12"}, false},
		{"5.10, newest", []string{"5.10", "newest"}, false},
		{"6.1,", nil, true},
		{"4.19", nil, true},
	}
	for _, tt := range tests {
		t.Setenv(KernelsVariable, tt.value)
		got, err := Selected()
		if (err != nil) != tt.err || !slices.Equal(got, tt.want) {
			t.Errorf("%q: got %v, error %v", tt.value, got, err)
		}
	}
}
