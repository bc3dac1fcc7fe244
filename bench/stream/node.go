package stream

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/tracehound/tracehound/pkg/catalog"
	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/schema"
)

// node is a made-up machine with containers and processes.
type node struct {
	rand      *rand.Rand
	processes []process
	now       int64 // ns since 1970
	sequence  uint64
}

type process struct {
	comm, executable string
	pid, parent, uid int
	start            int64
	container        *container
}

type container struct {
	id, name, image, pod, namespace, uid, host string
	cgroup                                     uint64
	mountNS, pidNS                             uint32
}

const (
	boot      = "4c1f9be2"
	processes = 400
	hostMNT   = 4026531841
	hostPID   = 4026531836
)

// programs are what runs here, as comm and path.
var programs = [][2]string{
	{"node", "/usr/local/bin/node"}, {"java", "/usr/lib/jvm/java-17-openjdk-amd64/bin/java"}, {"python3", "/usr/local/bin/python3.11"},
	{"nginx", "/usr/sbin/nginx"}, {"postgres", "/usr/lib/postgresql/15/bin/postgres"}, {"redis-server", "/usr/bin/redis-server"},
	{"sshd", "/usr/sbin/sshd"}, {"cron", "/usr/sbin/cron"}, {"systemd-journal", "/usr/lib/systemd/systemd-journald"}, {"kubelet", "/usr/bin/kubelet"},
	{"containerd-shim", "/usr/bin/containerd-shim-runc-v2"}, {"envoy", "/usr/local/bin/envoy"},
}

func newNode(seed uint64) *node {
	n := &node{rand: rand.New(rand.NewPCG(seed, 0x7472616365)), now: 1_790_000_000_000_000_000} //nolint:gosec // the same every time
	containers := make([]*container, 24)
	for i := range containers {
		c := &container{
			id: n.hex(64), name: fmt.Sprintf("k8s_app_%d", i), image: "registry.local/shop/service-" + fmt.Sprint(i%8) + ":v1.42.7", cgroup: uint64(9000 + i),
			pod: fmt.Sprintf("service-%d-%s-%s", i%8, n.hex(9), n.hex(5)), namespace: "production", mountNS: uint32(4026532500 + 4*i), pidNS: uint32(4026532502 + 4*i),
			uid: fmt.Sprintf("%s-%s-4%s-a%s-%s", n.hex(8), n.hex(4), n.hex(3), n.hex(3), n.hex(12)),
		}
		c.host = c.pod
		containers[i] = c
	}
	for i := range processes {
		p := programs[n.rand.IntN(len(programs))]
		at := process{comm: p[0], executable: p[1], pid: 1000 + 7*i, parent: 990, uid: n.rand.IntN(3) * 1000, start: int64(i+1) * 1_000_003_117}
		if i%4 == 0 { // the rest is the node's own
			at.container = containers[n.rand.IntN(len(containers))]
		}
		n.processes = append(n.processes, at)
	}
	return n
}

func (n *node) hex(digits int) string {
	var b strings.Builder
	for range digits {
		b.WriteByte("0123456789abcdef"[n.rand.IntN(16)])
	}
	return b.String()
}

// event makes one event of a shape.
func (n *node) event(s *shape) *event.Event {
	def := catalog.ByName(s.name)
	p := &n.processes[n.rand.IntN(len(n.processes))]
	n.now += int64(1000 + n.rand.IntN(90_000))
	n.sequence++
	e := &event.Event{
		Timestamp: n.now, ThreadStartTime: p.start, ProcessorID: n.rand.IntN(8), ProcessID: p.pid, ThreadID: p.pid, ParentProcessID: p.parent,
		HostProcessID: p.pid, HostThreadID: p.pid, HostParentProcessID: p.parent, UserID: p.uid, MountNS: hostMNT, PIDNS: hostPID,
		ProcessName: p.comm, HostName: "node-17", CgroupID: 4213, EventID: def.ID, EventName: def.Name,
		Executable: p.executable, ExecID: fmt.Sprintf("%s-%d-%d-3", boot, p.pid, p.start), ParentExecID: fmt.Sprintf("%s-%d-%d-2", boot, p.parent, 800_000_000), Sequence: n.sequence,
	}
	if c := p.container; c != nil {
		e.ContainerID, e.ContainerName, e.ContainerImage, e.HostName, e.CgroupID, e.MountNS, e.PIDNS = c.id, c.name, c.image, c.host, c.cgroup, c.mountNS, c.pidNS
		e.PodName, e.PodNamespace, e.PodUID = c.pod, c.namespace, c.uid
		e.ProcessID, e.ThreadID, e.ParentProcessID = p.pid%97+1, p.pid%97+1, 1
	}
	given := s.args(n, e)
	for i := range def.Fields {
		f := &def.Fields[i]
		if v, ok := given[f.Name]; ok {
			e.Args = append(e.Args, event.Argument{Name: f.Name, Type: f.WireType(), Value: typed(f.Kind, v)})
		}
	}
	return e
}

// typed gives a number the type that its kind has in events.
func typed(k schema.Kind, v any) any {
	i, ok := v.(int)
	if !ok {
		return v
	}
	switch k.Info().Enc {
	case schema.EncI32:
		return int32(i)
	case schema.EncU32:
		return uint32(i)
	case schema.EncU64:
		return uint64(i)
	case schema.EncU16:
		return uint16(i)
	case schema.EncBool:
		return i != 0
	}
	return int64(i)
}
