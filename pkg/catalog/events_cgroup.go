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
	{
		ID: 2001, Name: "container_create", DependsOn: []string{"cgroup_mkdir"},
		Doc:    "A container was made. It is told when its runtime has said what it is, or not in time. Of the scope container, container-name, image, pod, namespace and label count.",
		Fields: containerFields,
	},
	{
		ID: 2002, Name: "container_remove", DependsOn: []string{"cgroup_rmdir"},
		Doc:    "A container's cgroup was removed. Of the scope what is said of containers counts.",
		Fields: containerFields[:2],
	},
	{
		ID: 2003, Name: "existing_container",
		Doc:    "A container was there when the tracer began. Of the scope what is said of containers counts.",
		Fields: containerFields,
	},
	{
		ID: 9080, Name: "container_enriched",
		Doc:    "The runtime of a container said what it is; events before may carry its id alone. `rules` puts it on their findings. Of the scope what is said of containers counts.",
		Sets:   []schema.Set{schema.Default},
		Fields: containerFields,
	},
}

// containerFields are what is told of a container. Those that the runtime tells
// are left out when it has not.
var containerFields = []schema.Field{
	{Name: "runtime", Kind: schema.String, Doc: "docker, containerd, crio, podman, lxc, systemd-nspawn, or unknown"},
	{Name: "container_id", Kind: schema.String, Doc: "its id"},
	{Name: "ctime", Kind: schema.Ulong, Type: "u64", Doc: "when it was made, ns since 1970: as its runtime has it, else when its cgroup was made"},
	{Name: "container_image", Kind: schema.String, Doc: "its image"},
	{Name: "container_name", Kind: schema.String, Doc: "its name; in Kubernetes the one within the pod"},
	{Name: "pod_name", Kind: schema.String, Doc: "its pod, in Kubernetes"},
	{Name: "pod_namespace", Kind: schema.String, Doc: "the pod's namespace"},
	{Name: "pod_uid", Kind: schema.String, Doc: "the pod's id"},
	{Name: "container_image_digest", Kind: schema.String, Doc: "the digest that the image was pulled by; of one built on the machine its id"},
	{Name: "labels", Kind: schema.Strings, Doc: "KEY=VALUE, the container's and its pod's"},
	{Name: "privileged", Kind: schema.Bool, Doc: "it was started with all rights"},
	{Name: "mounts", Kind: schema.Strings, Doc: "what it is given from outside: SOURCE:TARGET, with :ro when it is only to be read"},
}
