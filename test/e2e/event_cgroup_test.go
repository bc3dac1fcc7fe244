//go:build lab

package e2e

var cgroupCases = []emitted{
	{
		event: "cgroup_attach_task", command: "mkdir /sys/fs/cgroup/to; asleep; echo $asleep >/sys/fs/cgroup/to/cgroup.procs; awake; rmdir /sys/fs/cgroup/to",
		args: map[string]string{"cgroup_path": `"/to"`, "comm": `"sleep"`, "pid": `$echo $asleep`},
	},
	{
		event: "cgroup_mkdir", command: "mkdir /sys/fs/cgroup/made",
		args: map[string]string{"cgroup_id": `$stat -c %i /sys/fs/cgroup/made`, "cgroup_path": `"/made"`, "hierarchy_id": `0`},
	},
	{
		event: "cgroup_rmdir", command: "made=$(stat -c %i /sys/fs/cgroup/made); rmdir /sys/fs/cgroup/made",
		args: map[string]string{"cgroup_id": `$echo $made`, "cgroup_path": `"/made"`, "hierarchy_id": `0`},
	},
}
