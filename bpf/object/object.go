// Package object carries the compiled BPF programs inside the tracer.
package object

import (
	"embed"
	"errors"
	"io/fs"
)

// The object is built by `make bpf` and not committed; README.md is there so
// that there is always something to embed.
//
//go:embed *
var files embed.FS

// ErrMissing is returned by Bytes in a binary that was built without the
// object.
var ErrMissing = errors.New("this build holds no BPF object: build it with `make`")

// Bytes is the ELF object with all BPF programs.
func Bytes() ([]byte, error) {
	b, err := files.ReadFile("tracehound.bpf.o")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrMissing
	}
	return b, err
}
