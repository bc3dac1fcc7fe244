package lab

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
	"time"
)

// CacheVariable names the environment variable that moves the cache.
const CacheVariable = "TRACEHOUND_LAB_CACHE"

// cache is the folder that holds everything fetched or built. Any number of
// processes may share it: what is in place under its final name is complete
// and never changes, and whoever makes something holds the lock of its name.
type cache struct{ dir string }

func openCache() (*cache, error) {
	dir := os.Getenv(CacheVariable)
	if dir == "" {
		base, err := os.UserCacheDir()
		if err != nil {
			return nil, fmt.Errorf("find cache folder (or set %s): %w", CacheVariable, err)
		}
		dir = filepath.Join(base, "tracehound", "lab")
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("find cache folder: %w", err)
	}
	for _, d := range []string{"locks", "apt", "kernels", "tools", "roots"} {
		if err := os.MkdirAll(filepath.Join(dir, d), 0o755); err != nil {
			return nil, fmt.Errorf("make cache folder (set %s to use another): %w", CacheVariable, err)
		}
	}
	return &cache{dir: dir}, nil
}

func (c *cache) path(elem ...string) string {
	return filepath.Join(append([]string{c.dir}, elem...)...)
}

// lock waits until this process alone holds name. The lock ends with the
// process, so a crash leaves nothing to clear.
func (c *cache) lock(ctx context.Context, name string) (release func(), err error) {
	for {
		release, ok, err := c.tryLock(name)
		if ok || err != nil {
			return release, err
		}
		if err := sleep(ctx, 100*time.Millisecond); err != nil {
			return nil, fmt.Errorf("wait for another process working on %s: %w", name, err)
		}
	}
}

func (c *cache) tryLock(name string) (release func(), ok bool, err error) {
	f, err := os.OpenFile(c.path("locks", name), os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, false, fmt.Errorf("open lock: %w", err)
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	switch {
	case err == nil:
		return func() { f.Close() }, true, nil
	case errors.Is(err, syscall.EWOULDBLOCK):
		f.Close()
		return nil, false, nil
	default:
		f.Close()
		return nil, false, fmt.Errorf("lock %s: %w", name, err)
	}
}

// turn waits for one of a few places: half as many machines as CPUs run at
// once, because an emulated machine that is starved of time looks like one
// that hangs.
func (c *cache) turn(ctx context.Context) (release func(), err error) {
	places := max(1, runtime.NumCPU()/2)
	for {
		for i := range places {
			release, ok, err := c.tryLock("machine-" + strconv.Itoa(i))
			if ok || err != nil {
				return release, err
			}
		}
		if err := sleep(ctx, 100*time.Millisecond); err != nil {
			return nil, fmt.Errorf("wait for other machines to end: %w", err)
		}
	}
}

// make fills the folder or file at path by calling build with a temporary
// name beside it, unless it is there already. It is safe to call at once from
// several processes.
func (c *cache) make(ctx context.Context, lock, path string, build func(temp string) error) error {
	if exists(path) {
		return nil
	}
	release, err := c.lock(ctx, lock)
	if err != nil {
		return err
	}
	defer release()
	if exists(path) {
		return nil
	}
	temp := path + ".part"
	if err := os.RemoveAll(temp); err != nil {
		return fmt.Errorf("clear leftovers: %w", err)
	}
	if err := build(temp); err != nil {
		os.RemoveAll(temp)
		return err
	}
	if err := os.Rename(temp, path); err != nil {
		return fmt.Errorf("put in place: %w", err)
	}
	return nil
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
