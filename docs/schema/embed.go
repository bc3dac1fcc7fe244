// Package schema is the JSON schema of an event, made by `make generate`.
package schema

import _ "embed"

// Event is the text of event.schema.json.
//
//go:embed event.schema.json
var Event []byte
