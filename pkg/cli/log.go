package cli

import (
	"io"
	"log/slog"

	"github.com/spf13/cobra"
)

type logLevel string

var logLevels = []logLevel{"debug", "info", "warn", "error"}

var slogLevels = map[logLevel]slog.Level{
	"debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError,
}

type logFormat string

var logFormats = []logFormat{"text", "json"}

// shared holds the values of the flags that both binaries have.
type shared struct {
	config string
	level  logLevel
	format logFormat
}

func addSharedFlags(root *cobra.Command) *shared {
	o := &shared{level: "info", format: "text"}
	flags := root.PersistentFlags()
	flags.StringVar(&o.config, configFlag, "", "read flags from this YAML `FILE`; the command line beats it")
	EnumVar(root, flags, &o.level, "log-level", logLevels, "least important messages to show on stderr")
	EnumVar(root, flags, &o.format, "log-format", logFormats, "form of the messages on stderr")
	return o
}

// apply runs before every command: flags from the file, then the logger.
func (o *shared) apply(cmd *cobra.Command, _ []string) error {
	if o.config != "" {
		if err := readConfig(cmd, o.config); err != nil {
			return err
		}
	}
	slog.SetDefault(newLogger(cmd.ErrOrStderr(), o.level, o.format))
	return nil
}

func newLogger(w io.Writer, level logLevel, format logFormat) *slog.Logger {
	opts := &slog.HandlerOptions{Level: slogLevels[level]}
	if format == "json" {
		return slog.New(slog.NewJSONHandler(w, opts))
	}
	return slog.New(slog.NewTextHandler(w, opts))
}
