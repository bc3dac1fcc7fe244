package main

import (
	"fmt"
	"os"
	"path/filepath"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/tracehound/tracehound/test/lab"
)

func newFetch() *cobra.Command {
	var refresh bool
	cmd := &cobra.Command{
		Use:   "fetch [KERNEL…]",
		Short: "Fetch kernels, qemu and the userland ahead of their first use",
		Long: `Fetch kernels (default: all that the lab knows), qemu and the userland, so that
later runs need no network.`,
		Example:   "  lab fetch 6.1 6.12\n  lab fetch --refresh newest",
		ValidArgs: lab.Names(),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				args = lab.Names()
			}
			for _, name := range args {
				if err := checkKernel(name); err != nil {
					return err
				}
			}
			for _, name := range args {
				fetch := lab.Kernel
				if refresh {
					fetch = lab.Refresh
				}
				k, err := fetch(cmd.Context(), name)
				if err != nil {
					return labError{fmt.Errorf("fetch kernel %s: %w", name, err)}
				}
				fmt.Printf("%s: %s\n", name, k.Release)
			}
			if err := lab.Prepare(cmd.Context(), args[0]); err != nil {
				return labError{err}
			}
			fmt.Println("qemu and userland: ready")
			return nil
		},
	}
	cmd.Flags().BoolVar(&refresh, "refresh", false, "look for newer builds of kernels that are in the cache")
	return cmd
}

func newVersions() *cobra.Command {
	return &cobra.Command{
		Use:   "versions",
		Short: "List the kernels the lab knows and what each means now",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			versions, err := lab.Versions()
			if err != nil {
				return labError{err}
			}
			w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
			fmt.Fprintln(w, "KERNEL\tIN CACHE\tPACKAGE\tSUITES")
			for _, v := range versions {
				release, pkg := "not fetched", "-"
				if v.Cached != nil {
					release, pkg = v.Cached.Release, v.Cached.Package
				}
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", v.Name, release, pkg, v.Source)
			}
			return w.Flush()
		},
	}
}

// save writes fetched files below dir, each at its path in the machine.
func save(dir string, files map[string][]byte) error {
	for name, data := range files {
		target := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			return fmt.Errorf("save fetched file: %w", err)
		}
		if err := os.WriteFile(target, data, 0o644); err != nil {
			return fmt.Errorf("save fetched file: %w", err)
		}
	}
	return nil
}
