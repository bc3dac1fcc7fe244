package receiver

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

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
			payload = slices.Concat(f.header, payload)
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
	if err := f.sync(); err != nil {
		return 0, err
	}
	return taken, nil
}

// sync brings a batch to the disk, if that is wanted.
func (f *fileSender) sync() error {
	if f.fsync == output.FsyncNever {
		return nil
	}
	if err := f.file.Sync(); err != nil {
		return fmt.Errorf("write file: %w", err)
	}
	return nil
}

// Close implements deliver.Sender.
func (f *fileSender) Close() error { return f.file.Close() }

// documentFile is a file that is one document, whole after each finding.
type documentFile struct {
	fileSender
	begin []byte
	end   func() []byte
	tail  int64 // how long the end is that the file has now
}

// NewDocumentFile makes the sender of a file that begins anew, with begin, and has what end
// returns behind the last finding.
func NewDocumentFile(ctx context.Context, s *output.Spec, begin []byte, end func() []byte) (deliver.Sender, error) {
	f, err := outfile.Open(ctx, s.Path, outfile.Options{})
	if err != nil {
		return nil, err
	}
	d := &documentFile{fileSender: fileSender{file: f, fsync: s.Fsync}, begin: begin, end: end}
	if err := f.Empty(); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	if err := d.write(nil); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return d, nil
}

// write puts what comes next in the place of the end, and the end behind it.
func (d *documentFile) write(payload []byte) error {
	if err := d.file.TakeBack(d.tail); err != nil {
		return fmt.Errorf("write file: %w", err)
	}
	d.tail = 0
	end := d.end()
	if err := d.file.WriteWhole(slices.Concat(d.begin, payload, end)); err != nil {
		return fmt.Errorf("write file: %w", err)
	}
	d.begin, d.tail = nil, int64(len(end))
	return nil
}

// Send implements deliver.Sender.
func (d *documentFile) Send(_ context.Context, items []spool.Item) (int, error) {
	var all []byte
	for _, it := range items {
		all = append(all, it.Payload...)
	}
	if err := d.write(all); err != nil {
		return 0, err
	}
	return len(items), d.sync()
}

// streamSender writes to what is open already: standard output.
type streamSender struct {
	to    io.Writer
	begin []byte
	end   func() []byte
	gone  func(error)
	ended bool
}

// NewStream makes the sender of a stream, with begin before the first finding and
// what end returns, unless it is nil, behind the last. An error of it ends it for good:
// gone is called, and what comes later is dropped.
func NewStream(to io.Writer, begin []byte, end func() []byte, gone func(error)) deliver.Sender {
	return &streamSender{to: to, begin: begin, end: end, gone: gone}
}

// Send implements deliver.Sender.
func (s *streamSender) Send(_ context.Context, items []spool.Item) (int, error) {
	for _, it := range items {
		s.write(it.Payload)
	}
	return len(items), nil
}

func (s *streamSender) write(payload []byte) {
	if s.ended {
		return
	}
	payload = slices.Concat(s.begin, payload)
	s.begin = nil
	if _, err := s.to.Write(payload); err != nil {
		s.ended = true
		s.gone(err)
	}
}

// Close implements deliver.Sender.
func (s *streamSender) Close() error {
	if s.end != nil {
		s.write(s.end())
	}
	return nil
}
