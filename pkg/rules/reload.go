package rules

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"github.com/tracehound/tracehound/pkg/engine"
)

// watchEvery is how often the folders of signatures are looked through. That
// works where notifications do not: over NFS, and through the links by which
// Kubernetes swaps a mounted ConfigMap.
const watchEvery = time.Second

// watch tells on SIGHUP, and when one of the files, or one in the folders, has changed and
// has then stayed the same for watchEvery: whoever copies files is not done with
// the first of them.
func watch(ctx context.Context, paths []string) <-chan struct{} {
	changed := make(chan struct{}, 1)
	hup := make(chan os.Signal, 1)
	signal.Notify(hup, syscall.SIGHUP)
	go func() {
		defer signal.Stop(hup)
		tick := time.NewTicker(watchEvery)
		defer tick.Stop()
		in, before := fingerprint(paths), ""
		for {
			select {
			case <-ctx.Done():
				return
			case <-hup:
			case <-tick.C:
				now := fingerprint(paths)
				settled := now == before
				before = now
				if !settled || now == in {
					continue
				}
				in = now
			}
			select {
			case changed <- struct{}{}:
			default:
			}
		}
	}()
	return changed
}

// fingerprint differs when a file was added, removed or
// written. What cannot be read is told when it is loaded.
func fingerprint(paths []string) string {
	h := sha256.New()
	for _, top := range paths {
		_ = filepath.WalkDir(top, func(path string, _ fs.DirEntry, err error) error {
			if err != nil {
				return nil //nolint:nilerr // a file that is gone differs from one that is there
			}
			if info, err := os.Stat(path); err == nil && !info.IsDir() { // of the file, not of a link to it
				var inode uint64
				if st, ok := info.Sys().(*syscall.Stat_t); ok {
					inode = st.Ino
				}
				fmt.Fprintln(h, path, info.Size(), info.ModTime().UnixNano(), inode)
			}
			return nil
		})
	}
	return string(h.Sum(nil))
}

// reload puts the signatures in place that are there now, or says why the ones
// in place stay.
func (s *session) reload() {
	all, err := s.load()
	if err == nil && s.bind != nil {
		err = s.bind(all)
	}
	if err == nil {
		err = s.engine.Replace(all.signatures)
	}
	if err != nil {
		s.log.Error("signatures are not reloaded: those in place go on", "error", err)
		return
	}
	s.wants.follow(s.engine)
	added, removed := difference(s.loaded.signatures, all.signatures)
	s.loaded, s.lack = all, newLack(all.needs, s.log)
	s.log.Info("reloaded signatures", "signatures", len(all.signatures), "new", added, "gone", removed)
}

// difference lists, by id, the signatures that only one of two sets holds with
// this text.
func difference(before, after []engine.Signature) (added, removed []string) {
	only := func(a, b []engine.Signature) []string {
		var ids []string
		for _, s := range a {
			if !slices.ContainsFunc(b, func(o engine.Signature) bool { return s.Key == o.Key }) {
				ids = append(ids, s.Metadata().ID)
			}
		}
		return ids
	}
	return only(after, before), only(before, after)
}
