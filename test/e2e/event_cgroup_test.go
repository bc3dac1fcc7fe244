//go:build lab

package e2e

var cgroupCases = []emitted{
	{
		event: "cgroup_mkdir", command: "mkdir /sys/fs/cgroup/made",
		args: map[string]string{"cgroup_id": `$stat -c %i /sys/fs/cgroup/made`, "cgroup_path": `"/made"`, "hierarchy_id": `0`},
	},
	{
		event: "cgroup_rmdir", command: "made=$(stat -c %i /sys/fs/cgroup/made); rmdir /sys/fs/cgroup/made",
		args: map[string]string{"cgroup_id": `$echo $made`, "cgroup_path": `"/made"`, "hierarchy_id": `0`},
	},
}
