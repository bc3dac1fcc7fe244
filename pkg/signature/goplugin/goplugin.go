// Package goplugin loads signatures from Go plugins: shared objects built with
//
//	go build -buildmode=plugin -o mine.so ./mine
//
// that export a variable Signatures of type []signature.Signature. The Go
// runtime loads a plugin only into a program that was built by the same Go
// version, from the same module versions, with the same flags, and with the C
// library. So rules can do it only when it is built for that, with cgo and the
// build tag "plugins"; the usual static rules refuses plugins and says so.
package goplugin

// Symbol is the name of the variable that a plugin exports.
const Symbol = "Signatures"
