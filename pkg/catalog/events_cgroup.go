package catalog

import "github.com/tracehound/tracehound/pkg/schema"

// cgroupEvents tell of control groups, by which containers are known.
var cgroupEvents = []schema.Event{
	{
		ID: 719, Name: "cgroup_mkdir",
		Doc:      "A cgroup was created. Not filtered by process.",
		Programs: []schema.Program{{Name: "cgroup_mkdir", Hook: "tracepoint cgroup_mkdir"}},
		Fields: []schema.Field{
			{Name: "cgroup_id", Kind: schema.Ulong, Type: "u64", Doc: "its id"},
			{Name: "cgroup_path", Kind: schema.Path, Doc: "its path in the hierarchy"},
			{Name: "hierarchy_id", Kind: schema.Uint, Type: "u32", Doc: "its hierarchy; 0 is cgroup v2"},
		},
	},
	{
		ID: 720, Name: "cgroup_rmdir",
		Doc:      "A cgroup was removed. Not filtered by process.",
		Programs: []schema.Program{{Name: "cgroup_rmdir", Hook: "tracepoint cgroup_rmdir"}},
		Fields: []schema.Field{
			{Name: "cgroup_id", Kind: schema.Ulong, Type: "u64", Doc: "its id"},
			{Name: "cgroup_path", Kind: schema.Path, Doc: "its path in the hierarchy"},
			{Name: "hierarchy_id", Kind: schema.Uint, Type: "u32", Doc: "its hierarchy; 0 is cgroup v2"},
		},
	},
}
