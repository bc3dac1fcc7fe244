# Words for the scripts of the tests. Read by dash in /e2e/out, which is brought
# back to the host.

# A kernel that preempts tasks inside probes lets no other task of that processor
# into the same probe meanwhile, so events are missed, which the tracer counts
# (busy). Tasks that are left alone for a second at a time are hardly ever
# preempted there: so nothing here depends on luck. PREEMPTED=1 changes nothing.
sched=/sys/kernel/debug/sched
if [ -z "$PREEMPTED" ] && grep -qse '(lazy)' -e '(full)' $sched/preempt; then
	echo NO_WAKEUP_PREEMPTION >$sched/features
	echo 1000000000 >$sched/base_slice_ns
fi

die() {
	echo "$*" >&2
	exit 99
}

# symbol NAME: its address in the kernel or a module, as events have it.
symbol() { printf '%u\n' "0x$(awk -v name="$1" '$3 == name { print $1; exit }' /proc/kallsyms)"; }

# member SYMBOL BYTES: an address so far behind a symbol of the kernel itself, whose
# lie in the last 2 GiB; in hex, for the shell has no numbers so large.
member() { printf '0xffffffff%08x\n' $((0x$(awk -v name="$1" '$3 == name { print substr($1, 9); exit }' /proc/kallsyms) + $2)); }

# probed NAME and probed_at NAME: where the kernel has put a probe of this function's
# beginning, by name and by address: kernels with IBT put it behind the first
# instruction.
probed() { awk -v name="$1" '{ at = $3; sub(/[+]0x0$/, "", $3); sub(/[+].*/, "", at) } at == name { print $3; exit }' /sys/kernel/debug/kprobes/list; }
probed_at() { printf '%u\n' "0x$(awk -v name="$1" '{ sub(/[+].*/, "", $3) } $3 == name { print $1; exit }' /sys/kernel/debug/kprobes/list)"; }

# told MODULE WHAT: where the hostile module has said that this of it is, as events
# have it.
told() { printf '%u\n' "0x$(dmesg | sed -n "s/.*$1: .*$2 at \([0-9a-f]*\).*/\1/p")"; }

# list_entry MODULE: the address of its place in the list of modules, 8 behind the
# module's own, which is a multiple of 64.
list_entry() { printf '%u\n' "0x$(awk -v owner="[$1]" '$3 == "__this_module" && $4 == owner { sub(/0$/, "8", $1); print $1 }' /proc/kallsyms)"; }

# launch NAME ARG...: a tracer in the background. Its events go to NAME.out, its
# words to NAME.err, its process id to NAME.pid.
launch() {
	name=$1
	shift
	: >"$name.err"
	tracer "$@" >"$name.out" 2>"$name.err" &
	echo $! >"$name.pid"
}

# ready NAME...: waits until the probes of these are live.
ready() {
	for name; do
		n=0
		until grep -qs '^tracer: ready' "$name.err"; do
			n=$((n + 1))
			[ $n -lt 1200 ] || die "$name is not ready: $(cat "$name.err")"
			if [ -e "$name.pid" ] && ! kill -0 "$(cat "$name.pid")" 2>/dev/null; then
				die "$name ended: $(cat "$name.err")"
			fi
			sleep 0.05
		done
	done
}

# finish NAME...: stops these as a user's ^C does; exit statuses go to NAME.status.
finish() {
	for name; do kill -INT "$(cat "$name.pid")"; done
	for name; do
		wait "$(cat "$name.pid")"
		echo $? >"$name.status"
	done
}

# during COMMAND ARG...: runs it and notes between which times, in ns since 1970.
during() {
	date +%s%N >begin
	"$@"
	date +%s%N >end
}

# until_true COMMAND ARG...: tries it until it succeeds, half a minute at most.
until_true() {
	n=0
	until "$@"; do
		n=$((n + 1))
		[ $n -lt 600 ] || die "never true: $*"
		sleep 0.05
	done
}

# ctime FILE: when it last changed, in ns since 1970.
ctime() { date -d "$(stat -c %z "$1")" +%s%N; }

# mode FILE: its type and permissions.
mode() { printf '"0%o"' "0x$(stat -Lc %f "$1")"; }

# dev FILE: the file system's device as the kernel writes it.
dev() { echo $(($(stat -c '%Hd << 20 | %Ld' "$1"))); }

# load_module NAME: one that the machine was given, unless it is built in.
load_module() {
	for file in /lib/modules/"$1".ko*; do
		[ ! -e "$file" ] || insmod "$file" || die "cannot load $file"
	done
}

# ns KIND [PID]: the number of a process's namespace, of this shell's if not said.
ns() { readlink "/proc/${2:-$$}/ns/$1" | tr -dc 0-9; }

# cred UID GID CAPABILITIES: credentials in JSON of a task that has these; what it
# could get is everything.
cred() {
	printf '{"Uid":%d,"Gid":%d,"Suid":%d,"Sgid":%d,"Euid":%d,"Egid":%d,"Fsuid":%d,"Fsgid":%d,' "$1" "$2" "$1" "$2" "$1" "$2" "$1" "$2"
	printf '"UserNamespace":%d,"SecureBits":0,"CapInheritable":0,"CapPermitted":%d,"CapEffective":%d,' "$(ns user)" "$3" "$3"
	printf '"CapBounding":%d,"CapAmbient":0}' "$(capabilities)"
}

# capabilities: all that there are on this kernel.
capabilities() { echo $((0x$(sed -n 's/^CapBnd:[^0-9a-f]*//p' /proc/$$/status))); }

# asleep [COMMAND ARG...]: a sleeping process in the background, run by COMMAND. Its
# id is in $asleep.
asleep() {
	"$@" sleep 60 &
	asleep=$!
	until_true grep -qx sleep /proc/$asleep/comm
}

# awake: ends it.
awake() {
	kill -TERM "$asleep"
	wait "$asleep"
	:
}

# as NAME COMMAND ARG...: runs a program under another name, without success.
as() {
	mkdir -p /as
	cp "$(command -v "$2")" "/as/$1"
	as=/as/$1
	shift 2
	"$as" "$@" 2>/dev/null && die "$as was not refused"
	:
}
