//go:build lab

package e2e

var memoryCases = []emitted{}
