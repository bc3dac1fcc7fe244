// A plugin whose variable has another type.
package main

// Signatures is not a list of signatures.
var Signatures = []string{"x"}

func main() {}
