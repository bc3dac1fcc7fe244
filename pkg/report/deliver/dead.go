package deliver

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/tracehound/tracehound/pkg/outfile"
	"github.com/tracehound/tracehound/pkg/report/spool"
)

// Limits of a file of dead letters: the current one and those kept beside it.
const (
	deadSize = 16 << 20
	deadKeep = 3
)

// DeadLetters is a file of findings that a receiver refuses, a JSON object on each
// line. It is made with the first of them, and rotated.
type DeadLetters struct {
	path string

	mu   sync.Mutex
	file *outfile.File
}

// NewDeadLetters is the file of that path.
func NewDeadLetters(path string) *DeadLetters { return &DeadLetters{path: path} }

// Path is the file's.
func (d *DeadLetters) Path() string { return d.path }

// letter is one line. The payload is text unless it is not UTF-8.
type letter struct {
	Time    string `json:"time"`
	Output  string `json:"output"`
	Finding string `json:"finding"`
	Reason  string `json:"reason"`
	Text    string `json:"payload,omitempty"`
	Bytes   []byte `json:"payloadBase64,omitempty"`
}

// add writes one. dropped says that the oldest file of them had to go for it.
func (d *DeadLetters) add(output string, it spool.Item, reason error) (dropped bool, err error) {
	l := letter{Time: time.Now().UTC().Format(time.RFC3339Nano), Output: output, Finding: it.ID, Reason: reason.Error()}
	if utf8.Valid(it.Payload) {
		l.Text = string(it.Payload)
	} else {
		l.Bytes = it.Payload
	}
	line, err := json.Marshal(l)
	if err != nil {
		return false, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.file == nil {
		f, err := outfile.Open(context.Background(), d.path, outfile.Options{Limit: deadSize, Keep: deadKeep, Append: true})
		if err != nil {
			return false, err
		}
		d.file = f
	}
	if d.file.Full() {
		_, err := os.Lstat(fmt.Sprintf("%s.%d", d.path, deadKeep))
		dropped = err == nil
		if err := d.file.Rotate(); err != nil {
			return false, err
		}
	}
	if err := d.file.WriteWhole(append(line, '\n')); err != nil {
		return dropped, fmt.Errorf("write dead letter: %w", err)
	}
	return dropped, d.file.Sync()
}

// Close closes the file.
func (d *DeadLetters) Close() error {
	if d == nil {
		return nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.file == nil {
		return nil
	}
	err := d.file.Close()
	d.file = nil
	if err != nil {
		return errors.Join(errors.New("close dead letters"), err)
	}
	return nil
}
