package tracer

import (
	"context"
	"fmt"
	"os"

	"golang.org/x/sys/unix"

	"github.com/tracehound/tracehound/pkg/cli"
	"github.com/tracehound/tracehound/pkg/outfile"
)

// redirectStderr sends standard error to a file, from here on and whoever
// writes: messages, libbpf, a panic. It returns what standard error was. Without a
// file nothing changes.
func redirectStderr(ctx context.Context, path string) (*os.File, error) {
	if path == "" {
		return os.Stderr, nil
	}
	fd, err := unix.FcntlInt(2, unix.F_DUPFD_CLOEXEC, 3)
	if err != nil {
		return nil, fmt.Errorf("keep standard error: %w", err)
	}
	before := os.NewFile(uintptr(fd), "standard error")
	f, err := outfile.Open(ctx, path, outfile.Options{})
	if err != nil {
		return nil, cli.Usagef("open err-file: %w", err)
	}
	if err := f.Empty(); err != nil {
		return nil, err
	}
	if err := unix.Dup3(int(f.Fd()), 2, 0); err != nil {
		return nil, fmt.Errorf("redirect standard error to %s: %w", path, err)
	}
	return before, f.Close()
}
