package receiver

import (
	"context"
	"fmt"
	"io"

	"github.com/tracehound/tracehound/pkg/outfile"
	"github.com/tracehound/tracehound/pkg/report/deliver"
	"github.com/tracehound/tracehound/pkg/report/output"
	"github.com/tracehound/tracehound/pkg/report/spool"
)

// rotateKeep is how many full files are kept unless it is said.
const rotateKeep = 5

type fileSender struct {
	file   *outfile.File
	fsync  string
	header []byte
	begun  bool
}

// NewFile makes the sender of a file. Findings go behind those that it holds; header is what a
// new one begins with. waiting is called when it is a FIFO that nobody reads
// yet, which is waited for until ctx ends.
func NewFile(ctx context.Context, s *output.Spec, header []byte, waiting func()) (deliver.Sender, error) {
	keep := s.RotateKeep
	if keep == 0 {
		keep = rotateKeep
	}
	f, err := outfile.Open(ctx, s.Path, outfile.Options{Limit: int64(s.RotateSize), Keep: keep, Append: true, Waiting: waiting})
	if err != nil {
		return nil, err
	}
	return &fileSender{file: f, fsync: s.Fsync, header: header}, nil
}

// Send implements deliver.Sender.
func (f *fileSender) Send(_ context.Context, items []spool.Item) (taken int, err error) {
	for _, it := range items {
		if f.file.Full() {
			if err := f.file.Rotate(); err != nil {
				return taken, err
			}
			f.begun = false
		}
		payload := it.Payload
		if !f.begun && f.file.Size() == 0 {
			payload = append(append([]byte{}, f.header...), payload...)
		}
		if err := f.file.WriteWhole(payload); err != nil {
			return taken, fmt.Errorf("write file: %w", err)
		}
		f.begun = true
		if f.fsync == output.FsyncEach {
			if err := f.file.Sync(); err != nil {
				return taken, fmt.Errorf("write file: %w", err)
			}
		}
		taken++
	}
	if f.fsync == output.FsyncBatch {
		if err := f.file.Sync(); err != nil {
			return 0, fmt.Errorf("write file: %w", err)
		}
	}
	return taken, nil
}

// Close implements deliver.Sender.
func (f *fileSender) Close() error { return f.file.Close() }

// streamSender writes to what is open already: standard output.
type streamSender struct {
	to     io.Writer
	header []byte
	end    func(error)
	ended  bool
}

// NewStream makes the sender of a stream. An error of it ends it for good: end is called,
// and what comes later is dropped.
func NewStream(to io.Writer, header []byte, end func(error)) deliver.Sender {
	return &streamSender{to: to, header: header, end: end}
}

// Send implements deliver.Sender.
func (s *streamSender) Send(_ context.Context, items []spool.Item) (int, error) {
	for _, it := range items {
		if s.ended {
			break
		}
		payload := append(s.header, it.Payload...)
		s.header = nil
		if _, err := s.to.Write(payload); err != nil {
			s.ended = true
			s.end(err)
		}
	}
	return len(items), nil
}

// Close implements deliver.Sender.
func (s *streamSender) Close() error { return nil }
