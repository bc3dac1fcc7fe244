package rules

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/tracehound/tracehound/pkg/cli"
	"github.com/tracehound/tracehound/pkg/cli/nearest"
	"github.com/tracehound/tracehound/pkg/engine"
	"github.com/tracehound/tracehound/pkg/signature"
	"github.com/tracehound/tracehound/pkg/signature/load"
	"github.com/tracehound/tracehound/pkg/tuning"
)

// loaded is what watches, and what is done with what it finds.
type loaded struct {
	signatures []engine.Signature
	tuning     *tuning.Tuning
	// needs are the ids of those that read what tracer does not give unasked.
	needs map[load.Need][]string
}

// load loads what the flags ask for. A single fault refuses it all: rules does
// not watch for less than it was asked to.
func (o *options) load(log *slog.Logger) (*loaded, error) {
	found := load.Load(load.Options{Shipped: true, Dirs: o.dirs})
	for _, note := range found.Notes {
		log.Info(note)
	}
	for _, warning := range found.Warnings {
		log.Warn(warning)
	}
	if n := len(found.Errors); n > 0 {
		err := fmt.Errorf("load signatures: %w", found.Err())
		if n > 1 {
			err = fmt.Errorf("load signatures: %d faults:\n%w", n, found.Err())
		}
		return nil, cli.WithHint(cli.Usage(err), "signatures are not used in part: put them right (rules check FILE) or take them away")
	}
	t, err := o.tune(found.Signatures, log)
	if err != nil {
		return nil, cli.Usage(fmt.Errorf("load tuning: %w", err))
	}
	chosen, err := choose(found.Signatures, o.ids)
	if err != nil {
		return nil, err
	}
	all := &loaded{tuning: t, needs: map[load.Need][]string{}}
	for _, s := range chosen {
		if s.Signature == nil {
			log.Info("signature is not enabled", "signature", s.ID)
			continue
		}
		all.signatures = append(all.signatures, engine.Signature{Signature: s.Signature, Where: s.Where.String(), Key: s.Key})
		for _, n := range s.Needs {
			all.needs[n] = append(all.needs[n], s.ID)
		}
	}
	return all, nil
}

// tune reads the files of --exceptions and puts what they make of the signatures
// in their place.
func (o *options) tune(all []load.Loaded, log *slog.Logger) (*tuning.Tuning, error) {
	t, err := tuning.Load(o.exceptions)
	if err != nil {
		return nil, err
	}
	signatures := make([]signature.Signature, len(all))
	for i, s := range all {
		signatures[i] = s.Signature
	}
	bound, err := t.Bind(signatures)
	if err != nil {
		return nil, err
	}
	for i, s := range bound {
		if s != signatures[i] && s != nil {
			all[i].Key += fmt.Sprint(" ", s.Metadata())
		}
		all[i].Signature = s
	}
	for _, x := range t.Expired(time.Now()) {
		log.Warn("exception has expired: it silences nothing later", "exception", x.Where, "signature", x.Signature, "owner", x.Owner, "expired", x.Expires)
	}
	return t, nil
}

// choose keeps the signatures of the given ids, all when there are none.
func choose(all []load.Loaded, ids []string) ([]load.Loaded, error) {
	if len(ids) == 0 {
		return all, nil
	}
	wanted := make(map[string]bool, len(ids))
	for _, id := range ids {
		wanted[id] = true
	}
	var chosen []load.Loaded
	var known []string
	for _, s := range all {
		names := []string{s.ID}
		if s.Signature != nil {
			names = append(names, s.Metadata().Aliases()...)
		}
		known = append(known, names...)
		asked := slices.ContainsFunc(names, func(n string) bool { return slices.Contains(ids, n) })
		for _, n := range names {
			delete(wanted, n)
		}
		if asked {
			chosen = append(chosen, s)
		}
	}
	for _, id := range ids {
		if wanted[id] {
			err := cli.Usagef("flag --rules: no signature has the id %q%s", id, nearest.Hint(id, known))
			return nil, cli.WithHint(err, "rules list shows the signatures; --rules-dir adds your own")
		}
	}
	return chosen, nil
}

// announce says once, on stderr, what watches.
func (o *options) announce(log *slog.Logger, all []engine.Signature) {
	ids := make([]string, len(all))
	for i, s := range all {
		ids[i] = s.Metadata().ID
	}
	from := append([]string{"shipped"}, o.dirs...)
	plural := "s"
	if len(all) == 1 {
		plural = ""
	}
	log.Info(fmt.Sprintf("loaded %d signature%s", len(all), plural), "ids", strings.Join(ids, ","), "from", strings.Join(from, ","))
}
