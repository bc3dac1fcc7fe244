package document

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goccy/go-yaml/parser"
)

func TestRead(t *testing.T) {
	const limit = 1 << 20
	path := filepath.Join(t.TempDir(), "a.yaml")
	for size, want := range map[int]string{limit: "", limit + 1: "a.yaml: longer than 1 MiB"} {
		if err := os.WriteFile(path, make([]byte, size), 0o600); err != nil {
			t.Fatal(err)
		}
		data, err := Read(path, limit)
		if want == "" && (err != nil || len(data) != size) || want != "" && (err == nil || !strings.HasSuffix(err.Error(), want)) {
			t.Errorf("of %d bytes read %d, %v", size, len(data), err)
		}
	}
}

func TestPlaces(t *testing.T) {
	_, err := parser.ParseBytes([]byte("a: 1\nb: [1\n"), 0)
	if err == nil || !strings.HasPrefix(Error("x.yaml", err).Error(), "x.yaml:2:4: ") {
		t.Errorf("error %v", Error("x.yaml", err))
	}
	file, err := parser.ParseBytes([]byte("cases:\n- a: 1\n- b: 2\n"), 0)
	if err != nil {
		t.Fatal(err)
	}
	if body := file.Docs[0].Body; Line(body, "cases", 1) != 3 || Line(body, "cases", 2) != 0 || Line(body, "none", 0) != 0 {
		t.Errorf("lines %d, %d, %d", Line(body, "cases", 1), Line(body, "cases", 2), Line(body, "none", 0))
	}
}
