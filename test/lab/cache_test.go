package lab

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func testCache(t *testing.T) *cache {
	t.Helper()
	t.Setenv(CacheVariable, filepath.Join(t.TempDir(), "empty", "so far"))
	c, err := openCache()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestMakeBuildsOnce(t *testing.T) {
	c := testCache(t)
	path := c.path("roots", "thing")
	var builds atomic.Int32
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			err := c.make(t.Context(), "thing", path, func(temp string) error {
				builds.Add(1)
				if exists(path) {
					t.Error("final name is there before the build has ended")
				}
				time.Sleep(50 * time.Millisecond)
				return os.WriteFile(temp, []byte("whole"), 0o644)
			})
			if err != nil {
				t.Error(err)
			}
			if got, _ := os.ReadFile(path); string(got) != "whole" {
				t.Errorf("got %q", got)
			}
		})
	}
	all.Wait()
	if n := builds.Load(); n != 1 {
		t.Errorf("built %d times, want once", n)
	}
}

func TestMakeAfterFailure(t *testing.T) {
	c := testCache(t)
	path := c.path("tools", "thing")
	broken := errors.New("disk full")
	err := c.make(t.Context(), "thing", path, func(temp string) error {
		if err := os.MkdirAll(filepath.Join(temp, "half"), 0o755); err != nil {
			t.Fatal(err)
		}
		return broken
	})
	if !errors.Is(err, broken) {
		t.Errorf("error %v, want %v", err, broken)
	}
	if exists(path) || exists(path+".part") {
		t.Error("a failed build left something behind")
	}
	// What a killed process left is cleared, not built upon.
	if err := os.MkdirAll(filepath.Join(path+".part", "stale"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := c.make(t.Context(), "thing", path, func(temp string) error { return os.Mkdir(temp, 0o755) }); err != nil {
		t.Fatal(err)
	}
	if !exists(path) || exists(filepath.Join(path, "stale")) {
		t.Error("stale files survived")
	}
}

func TestLockWaitsAndGivesUp(t *testing.T) {
	c := testCache(t)
	release, err := c.lock(t.Context(), "busy")
	if err != nil {
		t.Fatal(err)
	}
	short, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := c.lock(short, "busy"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("second lock: %v, want deadline exceeded", err)
	}
	release()
	again, err := c.lock(t.Context(), "busy")
	if err != nil {
		t.Fatal(err)
	}
	again()
}

func TestTurns(t *testing.T) {
	c := testCache(t)
	var held []func()
	for {
		short, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		release, err := c.turn(short)
		cancel()
		if err != nil {
			break
		}
		if held = append(held, release); len(held) > 1000 {
			t.Fatal("turns never run out")
		}
	}
	if len(held) == 0 {
		t.Fatal("no turn at all")
	}
	held[0]()
	release, err := c.turn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	release()
}

func TestCacheFolderUnusable(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	t.Setenv(CacheVariable, file)
	if _, err := openCache(); err == nil {
		t.Error("no error for a cache folder that is a file")
	}
}
