package tracer

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/tracehound/tracehound/pkg/cli"
)

// launch is the hidden command by which tracer starts a COMMAND: the process
// waits until the probes are live and becomes the command then, so that not one
// of its instructions goes unseen. Its arguments are the program's path and the
// program's own arguments, from the zeroth on.
const launch = "launch-when-told"

// launchFD is the descriptor on which the word comes. It ends without one when
// tracer dies first; then the command is not run.
const launchFD = 3

func launchCommand() *cobra.Command {
	return &cobra.Command{
		Use: launch, Hidden: true, Args: cobra.MinimumNArgs(2), DisableFlagParsing: true,
		RunE: func(_ *cobra.Command, args []string) error {
			word := os.NewFile(launchFD, "word")
			if n, _ := word.Read(make([]byte, 1)); n != 1 {
				return errors.New("launch command: tracer went away")
			}
			_ = word.Close()
			return fmt.Errorf("launch command: %s: %w", args[0], syscall.Exec(args[0], args[1:], os.Environ()))
		},
	}
}

// command is a COMMAND that waits for its start.
type command struct {
	cmd  *exec.Cmd
	word *os.File
	done chan struct{} // closed when it has ended
	err  error         // its end, once done
}

// prepare starts the process that will become the command. stdout is where the
// command's standard output goes.
func prepare(args []string, stdout io.Writer) (*command, error) {
	path, err := exec.LookPath(args[0])
	if err != nil {
		return nil, cli.Usagef("find command: %w", err)
	}
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
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, stdout, os.Stderr
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
	_, err := c.word.Write([]byte{1})
	if err := errors.Join(err, c.word.Close()); err != nil {
		return fmt.Errorf("start command: %w", err)
	}
	return nil
}

// stop ends a command that still runs, as the user's signal ends tracer.
func (c *command) stop() {
	_ = c.word.Close()
	select {
	case <-c.done:
	default:
		_ = c.cmd.Process.Signal(syscall.SIGTERM)
	}
}

// outcome tells how the command ended.
func (c *command) outcome() string {
	select {
	case <-c.done:
	default:
		return "still running"
	}
	var exit *exec.ExitError
	switch {
	case c.err == nil:
		return "exit status 0"
	case errors.As(c.err, &exit):
		return exit.String()
	}
	return c.err.Error()
}
