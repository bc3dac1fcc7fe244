package cli

import (
	"errors"
	"fmt"
	"io"
	"syscall"

	"golang.org/x/term"
)

// Output is a standard output whose reader may go away: from then on every
// Write returns ErrReaderGone. Any other error of W is named as what it is.
type Output struct{ W io.Writer }

// Write writes to W. It blocks as long as W does.
func (o *Output) Write(p []byte) (int, error) {
	n, err := o.W.Write(p)
	switch {
	case err == nil:
		return n, nil
	case errors.Is(err, syscall.EPIPE), errors.Is(err, io.ErrClosedPipe):
		return n, ErrReaderGone
	default:
		return n, fmt.Errorf("write to standard output: %w", err)
	}
}

// Fd is the descriptor of W; an impossible one when W is no file.
func (o *Output) Fd() uintptr {
	if f, ok := o.W.(interface{ Fd() uintptr }); ok {
		return f.Fd()
	}
	return ^uintptr(0)
}

// IsTerminal reports whether a stream (an *os.File or an *Output over one) is a
// terminal.
func IsTerminal(stream any) bool {
	f, ok := stream.(interface{ Fd() uintptr })
	return ok && term.IsTerminal(int(f.Fd()))
}
