package catalog

import "github.com/tracehound/tracehound/pkg/schema"

// cgroupEvents tell of control groups, by which containers are known.
var cgroupEvents = []schema.Event{
	{
		ID: 718, Name: "cgroup_attach_task",
		Doc:      "A task is moved into a cgroup.",
		Programs: []schema.Program{{Name: "cgroup_attach_task", Hook: "tracepoint cgroup_attach_task"}},
		Fields: []schema.Field{
			{Name: "cgroup_path", Kind: schema.Path, Doc: "path of the cgroup in its hierarchy"},
			{Name: "comm", Kind: schema.String, Doc: "name of the task that is moved"},
			{Name: "pid", Kind: schema.PID, Doc: "the task"},
		},
	},
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
