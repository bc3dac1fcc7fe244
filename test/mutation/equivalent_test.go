package mutation

import (
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/goccy/go-yaml"
)

// equivalent is a change that no case can notice, because nothing changes by it.
type equivalent struct {
	File   string `yaml:"file"`
	Change string `yaml:"change"`
	Reason string `yaml:"reason"`
	seen   bool
}

// leftOver are those of one kind of file.
type leftOver struct {
	lock sync.Mutex
	all  []equivalent
}

func equivalents(t *testing.T, extension string) *leftOver {
	t.Helper()
	data, err := os.ReadFile("equivalent.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var all []equivalent
	if err := yaml.UnmarshalWithOptions(data, &all, yaml.Strict()); err != nil {
		t.Fatal(err)
	}
	l := &leftOver{}
	for _, e := range all {
		if e.Reason == "" {
			t.Errorf("%s: %s: no reason", e.File, e.Change)
		}
		if filepath.Ext(e.File) == extension {
			l.all = append(l.all, e)
		}
	}
	return l
}

// survived reports a change that no case noticed, unless none can.
func (l *leftOver) survived(t *testing.T, m Mutant) {
	t.Helper()
	l.lock.Lock()
	defer l.lock.Unlock()
	for i := range l.all {
		if e := &l.all[i]; e.File == m.File && e.Change == m.What {
			e.seen = true
			return
		}
	}
	t.Errorf("%s: no case notices", m)
}

// end reports what is in the list for nothing.
func (l *leftOver) end(t *testing.T) {
	t.Helper()
	for _, e := range l.all {
		if !e.seen {
			t.Errorf("equivalent.yaml: %s: %s: a case notices it, or it is no change any more: take it off the list", e.File, e.Change)
		}
	}
}
