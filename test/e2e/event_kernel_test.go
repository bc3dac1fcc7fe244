//go:build lab

package e2e

var kernelCases = []emitted{}
