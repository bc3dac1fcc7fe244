package catalog

import "github.com/tracehound/tracehound/pkg/schema"

// kernelEvents tell of changes to the kernel itself: modules, probes, BPF, tables
// and entries of /proc, /dev and debugfs.
var kernelEvents = []schema.Event{}
