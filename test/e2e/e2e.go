// Package e2e runs both programs in the lab, on real kernels, and asserts what
// they say about real attacks. Its tests need the build tag lab and the programs
// that `make tracer rules` leaves in dist/; $TRACEHOUND_KERNELS chooses the
// kernels.
//
// A test boots one machine per kernel. The machine's script starts tracers and
// performs what they are to see; testdata/lib.sh has the words for that. What
// they wrote comes back and is compared on the host.
package e2e
