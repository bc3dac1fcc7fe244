package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRun(t *testing.T) {
	const (
		start = `{"Action":"start","Package":"p"}` + "\n"
		pass  = `{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Test":"TestA","Output":"=== RUN   TestA\n"}
{"Action":"output","Package":"p","Test":"TestA","Output":"    a_test.go:1: hidden\n"}
{"Action":"output","Package":"p","Test":"TestA","Output":"--- PASS: TestA (0.00s)\n"}
{"Action":"pass","Package":"p","Test":"TestA"}
`
		ended = `{"Action":"output","Package":"p","Output":"PASS\n"}
{"Action":"output","Package":"p","Output":"ok  \tp\t0.1s\n"}
{"Action":"pass","Package":"p"}
`
		fail = `{"Action":"output","Package":"p","Test":"TestB","Output":"    a_test.go:2: seen\n"}
{"Action":"output","Package":"p","Test":"TestB","Output":"--- FAIL: TestB (0.00s)\n"}
{"Action":"fail","Package":"p","Test":"TestB"}
`
		skip = `{"Action":"output","Package":"p","Test":"TestC","Output":"--- SKIP: TestC (0.00s)\n"}
{"Action":"skip","Package":"p","Test":"TestC"}
`
		broken = `{"Action":"output","Package":"p","Output":"FAIL\tp\t0.1s\n"}
{"Action":"fail","Package":"p"}
`
		crashed = `{"Action":"output","Package":"p","Test":"TestD","Output":"panic: boom\n"}` + "\n"
		build   = `{"ImportPath":"p","Action":"build-output","Output":"./p.go:1: undefined: x\n"}
{"ImportPath":"p","Action":"build-fail"}
`
	)
	tests := []struct {
		name    string
		in      string
		verbose bool
		out     string
		err     string
	}{
		{"passed", start + pass + ended, false, "ok  \tp\t0.1s\n1 tests passed, 0 failed, 0 skipped in 1 packages\n", ""},
		{
			"shown", start + pass + ended, true,
			"    a_test.go:1: hidden\n--- PASS: TestA (0.00s)\nok  \tp\t0.1s\n1 tests passed, 0 failed, 0 skipped in 1 packages\n", "",
		},
		{
			"failed", start + pass + fail + broken, false,
			"    a_test.go:2: seen\n--- FAIL: TestB (0.00s)\nFAIL\tp\t0.1s\n1 tests passed, 1 failed, 0 skipped in 1 packages\n",
			"1 packages failed",
		},
		{"skipped", start + skip + ended, false, "--- SKIP: TestC (0.00s)\nok  \tp\t0.1s\n0 tests passed, 0 failed, 1 skipped in 1 packages\n", ""},
		{
			"crashed", start + pass + crashed + broken, false,
			"FAIL\tp\t0.1s\npanic: boom\n1 tests passed, 0 failed, 0 skipped in 1 packages\n", "1 packages failed",
		},
		{
			"not built", build + start + broken, false,
			"./p.go:1: undefined: x\nFAIL\tp\t0.1s\n0 tests passed, 0 failed, 0 skipped in 0 packages\n", "1 packages failed",
		},
		{"cut", start + pass, false, "1 tests passed, 0 failed, 0 skipped in 1 packages\n", "tests ended early: no result of p"},
		{"empty", "", false, "0 tests passed, 0 failed, 0 skipped in 0 packages\n", "nothing was tested"},
		{"foreign", "go: no such tool\n", false, "go: no such tool\n0 tests passed, 0 failed, 0 skipped in 0 packages\n", "nothing was tested"},
		{"no final newline", strings.TrimSuffix(start+pass+ended, "\n"), false, "ok  \tp\t0.1s\n1 tests passed, 0 failed, 0 skipped in 1 packages\n", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var out strings.Builder
			err := run(strings.NewReader(tt.in), &out, tt.verbose)
			if diff := cmp.Diff(tt.out, out.String()); diff != "" {
				t.Errorf("output (-want +got):\n%s", diff)
			}
			got := ""
			if err != nil {
				got = err.Error()
			}
			if got != tt.err {
				t.Errorf("error %q, want %q", got, tt.err)
			}
		})
	}
}
