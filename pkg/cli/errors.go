package cli

import (
	"errors"
	"fmt"
)

// Exit codes of both binaries.
const (
	Done     = 0 // did what was asked
	Failed   = 1 // run-time failure
	BadUsage = 2 // wrong usage or a bad file
	BadHost  = 3 // this machine cannot run it: kernel or privilege
)

// Usage marks an error as wrong usage or a bad file: exit code 2. nil stays nil.
func Usage(err error) error { return coded(BadUsage, err) }

// Usagef is Usage of fmt.Errorf.
func Usagef(format string, args ...any) error { return Usage(fmt.Errorf(format, args...)) }

// Unfit marks an error as this machine's inability: exit code 3. nil stays nil.
func Unfit(err error) error { return coded(BadHost, err) }

// Unfitf is Unfit of fmt.Errorf.
func Unfitf(format string, args ...any) error { return Unfit(fmt.Errorf(format, args...)) }

// WithHint adds the way out to an error; Main prints it on a line of its own.
// nil stays nil.
func WithHint(err error, hint string) error {
	if err == nil {
		return nil
	}
	return &hinted{err: err, hint: hint}
}

// ErrReaderGone says that whoever read our standard output went away. It ends
// a program with exit code 0 and no message.
var ErrReaderGone = errors.New("reader of standard output went away")

// ExitCode returns the exit code that an error carries: Done for nil and
// ErrReaderGone, Failed when nothing says otherwise. A code set further out
// beats one further in.
func ExitCode(err error) int {
	if err == nil || errors.Is(err, ErrReaderGone) {
		return Done
	}
	var c *codedError
	if errors.As(err, &c) {
		return c.code
	}
	return Failed
}

func coded(code int, err error) error {
	if err == nil {
		return nil
	}
	return &codedError{code: code, err: err}
}

type codedError struct {
	code int
	err  error
}

func (e *codedError) Error() string { return e.err.Error() }
func (e *codedError) Unwrap() error { return e.err }

type hinted struct {
	err  error
	hint string
}

func (e *hinted) Error() string { return e.err.Error() }
func (e *hinted) Unwrap() error { return e.err }

func hintOf(err error) string {
	var h *hinted
	if errors.As(err, &h) {
		return h.hint
	}
	return ""
}
