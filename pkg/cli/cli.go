// Package cli is what the command lines of both binaries share: exit codes and
// the errors that carry them, --config, logging, enum and list flags, version,
// signals, and a standard output whose reader may go away.
//
// A binary is one root command given to Main. Commands return errors; they
// print none themselves and never exit.
package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
)

// Main runs a root command with the process's arguments and returns the exit
// code. The command's context is cancelled by the first SIGINT or SIGTERM; a
// second one kills the process as usual. An error is printed to stderr as one
// line that begins with the program's name, and its hint, if any, as another.
func Main(root *cobra.Command) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)
	takeSIGPIPE()
	root.SetOut(&Output{W: os.Stdout})
	return Run(ctx, root)
}

// Run is Main for a caller that has set up the command's context, arguments and
// streams itself.
func Run(ctx context.Context, root *cobra.Command) int {
	prepare(root)
	cmd, err := root.ExecuteContextC(ctx)
	printError(root.ErrOrStderr(), root.Name(), cmd.CommandPath(), err)
	return ExitCode(err)
}

// takeSIGPIPE makes a write to a closed pipe an EPIPE error in place of death.
// The signal is caught and not ignored: programs that we start must not inherit
// an ignored SIGPIPE.
func takeSIGPIPE() {
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
}

// prepare adds the shared flags and commands to a root command.
func prepare(root *cobra.Command) {
	root.SilenceErrors = true
	root.SilenceUsage = true
	root.SetFlagErrorFunc(flagError)
	o := addSharedFlags(root)
	root.PersistentPreRunE = o.apply
	root.AddCommand(versionCommand(root.Name()))
	strictArgs(root)
}

// strictArgs refuses positional arguments, and so unknown commands, wherever a
// command does not say what it takes.
func strictArgs(cmd *cobra.Command) {
	if cmd.Args == nil {
		cmd.Args = NoArgs
	}
	for _, sub := range cmd.Commands() {
		strictArgs(sub)
	}
}

func printError(w io.Writer, program, path string, err error) {
	if err == nil || ExitCode(err) == Done {
		return
	}
	fmt.Fprintf(w, "%s: %s\n", program, printable(err.Error()))
	switch hint := hintOf(err); {
	case hint != "":
		fmt.Fprintf(w, "%s: %s\n", program, printable(hint))
	case ExitCode(err) == BadUsage:
		fmt.Fprintf(w, "%s: see '%s --help'\n", program, path)
	}
}

// printable keeps what files and arguments smuggle into an error from acting on
// the terminal. Line feeds stay: joined errors are several lines.
func printable(s string) string {
	var b strings.Builder
	for _, r := range s {
		if (r < ' ' && r != '\n') || (r >= 0x7f && r < 0xa0) {
			fmt.Fprintf(&b, `\x%02x`, r)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}
