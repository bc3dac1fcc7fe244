package catalog

import "github.com/tracehound/tracehound/pkg/schema"

// memoryEvents tell of mappings: code that is loaded, made or changed in memory.
var memoryEvents = []schema.Event{}
