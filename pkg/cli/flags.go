package cli

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/tracehound/tracehound/pkg/cli/nearest"
)

// EnumVar adds a flag that takes one of a list of words, checks itself, lists
// the words in its help and completes them. *p holds the default. flags is one
// of cmd's flag sets.
func EnumVar[T ~string](cmd *cobra.Command, flags *pflag.FlagSet, p *T, name string, words []T, usage string) {
	known := make([]string, len(words))
	for i, w := range words {
		known[i] = string(w)
	}
	flags.Var(&enum[T]{p: p, words: known}, name, usage)
	must(cmd.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(known, cobra.ShellCompDirectiveNoFileComp)))
}

type enum[T ~string] struct {
	p     *T
	words []string
}

func (e *enum[T]) String() string { return string(*e.p) }
func (e *enum[T]) Type() string   { return strings.Join(e.words, "|") }

func (e *enum[T]) Set(s string) error {
	if err := OneOf(s, e.words); err != nil {
		return err
	}
	*e.p = T(s)
	return nil
}

// OneOf returns an error that lists the words, and the nearest, when s is none
// of them.
func OneOf(s string, words []string) error {
	for _, w := range words {
		if s == w {
			return nil
		}
	}
	return fmt.Errorf("must be one of %s%s", strings.Join(words, ", "), nearest.Hint(s, words))
}

// WordsVar adds a flag that takes words joined by commas and may be repeated;
// all words add up, and naming one twice is naming it once.
func WordsVar(flags *pflag.FlagSet, p *[]string, name, usage string) {
	flags.Var(&wordList{p: p}, name, usage)
}

type wordList struct{ p *[]string }

func (l *wordList) String() string { return strings.Join(*l.p, ",") }
func (l *wordList) Type() string   { return "WORDS" }

func (l *wordList) Set(s string) error {
	for w := range strings.SplitSeq(s, ",") {
		w = strings.TrimSpace(w)
		if w == "" {
			return errors.New("names nothing between or beside its commas")
		}
		if !contains(*l.p, w) {
			*l.p = append(*l.p, w)
		}
	}
	return nil
}

// ListVar adds a flag that takes one value, whatever is in it, and may be
// repeated; all values add up, in order. Empty values are refused.
func ListVar(flags *pflag.FlagSet, p *[]string, name, short, usage string) {
	flags.VarP(&list{p: p}, name, short, usage)
}

type list struct{ p *[]string }

func (l *list) String() string { return strings.Join(*l.p, " ") }
func (l *list) Type() string   { return "VALUE" }

func (l *list) Set(s string) error {
	if strings.TrimSpace(s) == "" {
		return errors.New("is empty")
	}
	*l.p = append(*l.p, s)
	return nil
}

// NoArgs refuses positional arguments; on a command that has commands of its
// own, an argument is taken for an unknown one.
func NoArgs(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if !cmd.HasAvailableSubCommands() {
		return Usagef("unexpected argument %q", args[0])
	}
	return Usagef("unknown command %q%s", args[0], nearest.Hint(args[0], commandNames(cmd)))
}

// DashArgs is NoArgs for what stands before --; behind it anything goes.
func DashArgs(cmd *cobra.Command, args []string) error {
	if n := cmd.ArgsLenAtDash(); n >= 0 {
		args = args[:n]
	}
	return NoArgs(cmd, args)
}

func commandNames(cmd *cobra.Command) []string {
	var names []string
	for _, sub := range cmd.Commands() {
		if sub.IsAvailableCommand() {
			names = append(names, sub.Name())
		}
	}
	return names
}

// flagError words pflag's errors as ours.
func flagError(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	if errors.As(err, &unknown) {
		if short := unknown.GetSpecifiedShortnames(); short != "" {
			return Usagef("unknown flag -%s", unknown.GetSpecifiedName())
		}
		return Usagef("unknown flag --%s%s", unknown.GetSpecifiedName(), nearestFlag(cmd, unknown.GetSpecifiedName()))
	}
	var invalid *pflag.InvalidValueError
	if errors.As(err, &invalid) {
		return Usagef("flag --%s %q: %w", invalid.GetFlag().Name, invalid.GetValue(), reason(invalid))
	}
	var missing *pflag.ValueRequiredError
	if errors.As(err, &missing) {
		return Usagef("flag --%s: needs a value", missing.GetFlag().Name)
	}
	return Usage(err)
}

// reason is why a flag refused its value, without the words of pflag and
// strconv around it.
func reason(invalid *pflag.InvalidValueError) error {
	var number *strconv.NumError
	if errors.As(invalid, &number) {
		return fmt.Errorf("is not a number that fits: %w", number.Err)
	}
	return invalid.Unwrap()
}

func nearestFlag(cmd *cobra.Command, word string) string {
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			names = append(names, f.Name)
		}
	})
	if w := nearest.Word(word, names); w != "" {
		return "; did you mean --" + w + "?"
	}
	return ""
}

func contains(words []string, w string) bool {
	for _, have := range words {
		if have == w {
			return true
		}
	}
	return false
}

// must ends a program that is put together wrongly: a mistake in our own code.
func must(err error) {
	if err != nil {
		panic(err)
	}
}
