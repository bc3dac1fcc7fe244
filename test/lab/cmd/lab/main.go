// Command lab boots a real Debian kernel in a virtual machine and runs one
// command in it as root.
package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/tracehound/tracehound/test/lab"
)

func main() { os.Exit(run()) }

// Exit codes of the lab itself; any other is the command's own.
const (
	exitUsage   = 2
	exitTimeout = 124
	exitLab     = 125
)

type options struct {
	machine lab.Machine
	files   []string
	fetch   []string
	saveTo  string
	console bool
	verbose bool
}

func run() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	code := 0
	o := &options{}
	root := &cobra.Command{
		Use:   "lab [flags] -- COMMAND [ARG…]",
		Short: "Run a command as root on a real Debian kernel in a virtual machine",
		Long: `Run a command as root on a real Debian kernel in a virtual machine.

The kernel, qemu and the machine's userland come from Debian by apt on first use
and are kept in $TRACEHOUND_LAB_CACHE (default ~/.cache/tracehound/lab). Nothing
is installed on this machine and no root rights are needed. Every run starts from
a fresh disk. The command's output comes out when it has ended, standard output and
standard error kept apart.

Exit status: the command's own (128+n when signal n ended it), 2 for wrong usage, 124
when it did not end in time, 125 when the lab failed. ("go run" turns each
into 1: build the lab to see them.)`,
		Example: `  lab --kernel 6.1 -- uname -a
  lab --kernel 5.10 --file dist/tracer:/bin/tracer:0755 -- tracer check
  lab --kernel newest -- sh -c 'ls /sys/fs/bpf; cat /sys/kernel/security/lsm'
  lab fetch 6.1 6.12`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return errors.New("no command to run: lab [flags] -- COMMAND [ARG…] (see lab --help)")
			}
			return nil
		},
		SilenceUsage:  true,
		SilenceErrors: true,
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			code, err = o.run(cmd.Context(), args)
			return err
		},
	}
	o.addFlags(root)
	root.AddCommand(newFetch(), newVersions())
	err := root.ExecuteContext(ctx)
	if err == nil {
		return code
	}
	fmt.Fprintln(os.Stderr, "lab:", err)
	switch failure := (labError{}); {
	case errors.Is(err, lab.ErrTimeout):
		return exitTimeout
	case errors.As(err, &failure):
		return exitLab
	}
	return exitUsage
}

// labError marks an error as the lab's, not the user's.
type labError struct{ error }

func (e labError) Unwrap() error { return e.error }

func (o *options) addFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVarP(&o.machine.Kernel, "kernel", "k", "6.1", "kernel to boot: "+strings.Join(lab.Names(), ", "))
	f.StringArrayVarP(&o.files, "file", "f", nil, "put a file or folder into the machine: HOST:GUEST[:MODE], may be repeated")
	f.StringArrayVar(&o.fetch, "fetch", nil, "bring a file or folder back, may be repeated (see --save-to)")
	f.StringVar(&o.saveTo, "save-to", ".", "folder to put fetched files into, below their path in the machine")
	f.StringSliceVar(&o.machine.Modules, "module", nil, "kernel module to have in /lib/modules, may be repeated")
	f.StringSliceVar(&o.machine.Packages, "package", nil, "Debian package to have in the machine, may be repeated")
	f.StringSliceVar(&o.machine.Installable, "installable", nil, "Debian package to have in "+lab.RepositoryDir+" with what it needs, may be repeated")
	f.IntVar(&o.machine.CPUs, "cpus", 2, "number of CPUs")
	f.IntVar(&o.machine.MemoryMiB, "memory", 2048, "memory in MiB")
	f.DurationVar(&o.machine.Timeout, "timeout", 5*time.Minute, "time for the command, without the boot")
	f.StringVar(&o.machine.Append, "append", "", "more kernel command line, e.g. lsm=capability,bpf")
	f.BoolVar(&o.machine.CgroupV1, "cgroup-v1", false, "mount the old cgroup hierarchies in place of cgroup v2")
	f.BoolVar(&o.machine.ICount, "icount", false, "let guest time count instructions, for measuring")
	f.BoolVar(&o.console, "console", false, "show the machine's console on standard error")
	f.BoolVarP(&o.verbose, "verbose", "v", false, "say on standard error how long what took")
}

func (o *options) run(ctx context.Context, args []string) (int, error) {
	m := o.machine
	if err := checkKernel(m.Kernel); err != nil {
		return 0, err
	}
	for _, spec := range o.files {
		f, err := parseFile(spec)
		if err != nil {
			return 0, err
		}
		m.Files = append(m.Files, f)
	}
	m.Fetch = o.fetch
	m.Script = "exec " + quote(args)
	if o.console {
		m.Console = os.Stderr
	}
	res, err := lab.Run(ctx, m)
	if res != nil {
		_, outErr := os.Stdout.Write(res.Stdout)
		_, errErr := os.Stderr.Write(res.Stderr)
		err = errors.Join(err, outErr, errErr)
		if o.verbose {
			fmt.Fprintf(os.Stderr, "lab: kernel %s, %s: boot %.1fs, command %.1fs, exit status %d\n",
				m.Kernel, res.Accel, res.Boot.Seconds(), res.Duration.Seconds(), res.ExitCode)
		}
		err = errors.Join(err, save(o.saveTo, res.Files))
	}
	if err != nil {
		return 0, labError{err}
	}
	return res.ExitCode, nil
}

func checkKernel(name string) error {
	if !slices.Contains(lab.Names(), name) {
		return fmt.Errorf("unknown kernel %q: known are %s", name, strings.Join(lab.Names(), ", "))
	}
	return nil
}

// parseFile reads HOST:GUEST[:MODE].
func parseFile(spec string) (lab.File, error) {
	parts := strings.Split(spec, ":")
	if len(parts) < 2 || len(parts) > 3 || parts[0] == "" {
		return lab.File{}, fmt.Errorf("file %q: want HOST:GUEST or HOST:GUEST:MODE", spec)
	}
	f := lab.File{Host: parts[0], Guest: parts[1]}
	if len(parts) == 3 {
		mode, err := strconv.ParseUint(parts[2], 8, 12)
		if err != nil {
			return lab.File{}, fmt.Errorf("file %q: mode %q is not octal", spec, parts[2])
		}
		f.Mode = fs.FileMode(mode)
	}
	return f, nil
}

// quote makes one line of shell from arguments.
func quote(args []string) string {
	quoted := make([]string, len(args))
	for i, a := range args {
		quoted[i] = "'" + strings.ReplaceAll(a, "'", `'\''`) + "'"
	}
	return strings.Join(quoted, " ")
}
