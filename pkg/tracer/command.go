package tracer

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/tracehound/tracehound/pkg/cli"
)

// launch is the hidden command by which tracer starts a COMMAND: the process
// waits until the probes are live and becomes the command then, so that not one
// of its instructions goes unseen. Its arguments are the program's path and the
// program's own arguments, from the zeroth on.
const launch = "launch-when-told"

// launchFD is the descriptor on which the word comes. It ends without one when
// tracer dies or gives up first; then the command is not run.
const launchFD = 3

// grace is how long a command may take to end when tracer ends it.
const grace = 2 * time.Second

func launchCommand() *cobra.Command {
	return &cobra.Command{
		Use: launch, Hidden: true, Args: cobra.MinimumNArgs(2), DisableFlagParsing: true,
		RunE: func(_ *cobra.Command, args []string) error {
			signal.Reset() // until it is the command, a signal ends it at once
			word := os.NewFile(launchFD, "word")
			if info, err := word.Stat(); err != nil || info.Mode()&os.ModeNamedPipe == 0 {
				return cli.Usagef("%s is for tracer itself: write tracer -- COMMAND", launch)
			}
			// Not closed by a call of its own later, which would be traced.
			syscall.CloseOnExec(launchFD)
			if n, _ := word.Read(make([]byte, 1)); n != 1 {
				return nil // tracer says why
			}
			return fmt.Errorf("start command: %s: %w", args[0], syscall.Exec(args[0], args[1:], os.Environ()))
		},
	}
}

// command is a COMMAND that waits for its start.
type command struct {
	cmd     *exec.Cmd
	word    *os.File
	started bool
	stopped bool
	done    chan struct{} // closed when it has ended
	err     error         // its end, once done
}

// findCommand finds the program of a COMMAND.
func findCommand(args []string) (string, error) {
	path, err := exec.LookPath(args[0])
	if err != nil {
		return "", cli.Usagef("find command: %w", err)
	}
	return path, nil
}

// prepare starts the process that will become the command. stdout and stderr are
// where the command's go: files, so that nobody stands between it and
// the command.
func prepare(path string, args []string, stdout, stderr *os.File) (*command, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find own program: %w", err)
	}
	r, w, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("make pipe: %w", err)
	}
	defer r.Close()
	cmd := exec.Command(self, append([]string{launch, path}, args...)...) //nolint:noctx // ended by stop, with SIGTERM
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, stdout, stderr
	cmd.ExtraFiles = []*os.File{r}
	if err := cmd.Start(); err != nil {
		_ = w.Close()
		return nil, fmt.Errorf("start command: %w", err)
	}
	c := &command{cmd: cmd, word: w, done: make(chan struct{})}
	go func() {
		c.err = cmd.Wait()
		close(c.done)
	}()
	return c, nil
}

func (c *command) pid() uint32 { return uint32(c.cmd.Process.Pid) }

// start lets the command run.
func (c *command) start() error {
	c.started = true
	_, err := c.word.Write([]byte{1})
	if err := errors.Join(err, c.word.Close()); err != nil {
		return fmt.Errorf("start command: %w", err)
	}
	return nil
}

// stop ends a command that still runs with SIGTERM, as perf and strace do, and
// gives it a moment to end. What it has started runs on. A command that was not
// started never runs.
func (c *command) stop() {
	_ = c.word.Close()
	if c.ended(0) {
		return
	}
	if c.started {
		c.stopped = true
		_ = c.cmd.Process.Signal(syscall.SIGTERM)
	}
	c.ended(grace)
}

// ended reports whether the command has ended or does so in time.
func (c *command) ended(in time.Duration) bool {
	select {
	case <-c.done:
		return true
	default:
	}
	select {
	case <-c.done:
		return true
	case <-time.After(in):
		return false
	}
}

// outcome tells how the command ended.
func (c *command) outcome() string {
	if !c.started {
		return "not started"
	}
	if !c.ended(0) {
		return "still running"
	}
	var exit *exec.ExitError
	how := "exit status 0"
	switch {
	case errors.As(c.err, &exit):
		how = exit.String()
	case c.err != nil:
		how = c.err.Error()
	}
	if c.stopped {
		how += " (ended by tracer)"
	}
	return how
}
