#!/bin/sh
# container COMMAND ARG...: runs it in a container: a control group of its own with
# the name that Docker gives them, namespaces of its own, and of a root file system
# of its own, which is the machine's with an empty layer above, as an image's is.
# It has all capabilities, as with docker run --privileged. Its id is said on
# descriptor 3.
#
#	HOST_PID=1	it sees the processes of the host (--pid=host)
#	VOLUMES=FROM:TO...	files and folders of the host that it sees too (--volume)
set -e
if [ -z "$STORE" ]; then
	ID=$(tr -dc 0-9a-f </proc/sys/kernel/random/uuid)$(tr -dc 0-9a-f </proc/sys/kernel/random/uuid)
	STORE=/run/containers/$ID
	export ID STORE
	mkdir -p "$STORE" "/sys/fs/cgroup/docker-$ID.scope"
	mount -t tmpfs container "$STORE"
	mkdir "$STORE/upper" "$STORE/work" "$STORE/root"
	for volume in $VOLUMES; do
		from=${volume%:*} to=$STORE/upper${volume#*:}
		mkdir -p "${to%/*}"
		if [ -d "$from" ]; then mkdir -p "$to"; else : >"$to"; fi
	done
	mount -t overlay -o "lowerdir=/,upperdir=$STORE/upper,workdir=$STORE/work" overlay "$STORE/root"
	echo "container $ID" >&3
	echo $$ >"/sys/fs/cgroup/docker-$ID.scope/cgroup.procs"
	set -- "$0" "$@"
	[ -n "$HOST_PID" ] || set -- --pid --fork "$@"
	exec unshare --mount --uts --ipc --net "$@"
fi
cd "$STORE/root"
mount -t proc proc proc
mount -t sysfs sysfs sys
mount -t tmpfs dev dev
mount -t tmpfs tmp tmp
mkdir dev/shm .old
cp -a /dev/null /dev/zero /dev/random /dev/urandom dev
for volume in $VOLUMES; do mount --bind "${volume%:*}" ".${volume#*:}"; done
pivot_root . .old
cd /
umount -l .old
rmdir .old
ip link set lo up
echo "${ID%????????????????????????????????????????????????????}" >/proc/sys/kernel/hostname
exec env -i PATH="$PATH" PREEMPTED=1 "$@"
