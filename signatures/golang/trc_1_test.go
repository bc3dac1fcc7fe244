package golang

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/signature"
)

// task is the process of the events that it makes.
type task struct{ pid, parent int }

func (p task) event(name string, args ...event.Argument) *event.Event {
	return &event.Event{EventName: name, Args: args, HostProcessID: p.pid, HostThreadID: p.pid, HostParentProcessID: p.parent,
		ProcessID: 1, ThreadStartTime: int64(p.pid) * 1000}
}

func (p task) connect(fd int32, to any) *event.Event {
	return p.event("security_socket_connect", event.Argument{Name: "sockfd", Value: fd}, event.Argument{Name: "remote_addr", Value: to})
}

func (p task) dup(from, to int32, peer any) *event.Event {
	return p.event("socket_dup", event.Argument{Name: "oldfd", Value: from}, event.Argument{Name: "newfd", Value: to}, event.Argument{Name: "remote_addr", Value: peer})
}

func (p task) exit(whole bool) *event.Event {
	return p.event("sched_process_exit", event.Argument{Name: "exit_code", Value: int64(0)}, event.Argument{Name: "process_group_exit", Value: whole})
}

func inet(port uint16) event.Sockaddr {
	return event.Sockaddr{Family: "AF_INET", Addr: "10.0.0.1", Port: port}
}

// shell is what a reverse shell does: connect, then copy the socket to all
// three standard descriptors.
func (p task) shell(port uint16) []*event.Event {
	return []*event.Event{p.connect(3, inet(port)), p.dup(3, 0, inet(port)), p.dup(3, 1, inet(port)), p.dup(3, 2, inet(port))}
}

func on(e *event.Event, change func(e *event.Event)) *event.Event {
	change(e)
	return e
}

func join(lists ...[]*event.Event) []*event.Event {
	var all []*event.Event
	for _, l := range lists {
		all = append(all, l...)
	}
	return all
}

func TestStdioOverSocket(t *testing.T) {
	p, child, other := task{100, 1}, task{101, 100}, task{200, 1}
	v6 := event.Sockaddr{Family: "AF_INET6", Addr: "fe80::1", Port: 443}
	unix := event.Sockaddr{Family: "AF_UNIX", Path: "/run/x"}
	thread := func(e *event.Event) { e.HostThreadID, e.ThreadStartTime = 150, 150000 }
	reborn := task{100, 1}.shell(9)
	for _, e := range reborn {
		e.ThreadStartTime = 777
	}
	sshd := p.dup(4, 0, inet(5000))
	sshd.Executable = "/usr/sbin/sshd"
	boxedSSHD := p.dup(4, 0, inet(5000))
	boxedSSHD.Executable, boxedSSHD.ContainerID = "/usr/sbin/sshd", "c0"

	tests := []struct {
		name   string
		events []*event.Event
		want   []string
	}{
		// Attacks, each found once.
		{"reverse shell", p.shell(9), []string{"10.0.0.1 9 0"}},
		{"twenty in turn", func() (all []*event.Event) {
			for i := range 20 {
				one := task{300 + i, 1}
				all = append(append(all, one.shell(9)...), one.exit(true))
			}
			return all
		}(), repeat(20, "10.0.0.1 9 0")},
		{"twenty of one process", func() (all []*event.Event) {
			for range 20 {
				all = append(all, p.shell(9)...)
			}
			return all
		}(), repeat(20, "10.0.0.1 9 0")},
		{"only output", []*event.Event{p.connect(5, inet(9)), p.dup(5, 1, inet(9))}, []string{"10.0.0.1 9 1"}},
		{"socket opened as standard input", []*event.Event{p.connect(0, inet(9)), p.dup(0, 1, inet(9)), p.dup(0, 2, inet(9))}, []string{"10.0.0.1 9 0"}},
		{"such a connect again and again", []*event.Event{p.connect(0, inet(9)), p.connect(0, inet(9)), p.connect(0, inet(9))}, []string{"10.0.0.1 9 0"}},
		{"IPv6", []*event.Event{p.dup(3, 0, v6)}, []string{"fe80::1 443 0"}},
		{"connection made before the trace", []*event.Event{p.dup(3, 0, inet(9))}, []string{"10.0.0.1 9 0"}},
		{"bind shell", []*event.Event{p.dup(4, 0, inet(40000)), p.dup(4, 1, inet(40000))}, []string{"10.0.0.1 40000 0"}},
		{"each child of one connection", []*event.Event{p.connect(3, inet(9)), child.dup(3, 0, inet(9)), child.dup(3, 1, inet(9)), task{102, 100}.dup(3, 0, inet(9))},
			[]string{"10.0.0.1 9 0", "10.0.0.1 9 0"}},
		{"two peers", join(p.shell(9), p.shell(10)), []string{"10.0.0.1 9 0", "10.0.0.1 10 0"}},
		{"two processes at once", []*event.Event{p.dup(3, 0, inet(9)), other.dup(3, 0, inet(9)), p.dup(3, 1, inet(9)), other.dup(3, 1, inet(9))},
			[]string{"10.0.0.1 9 0", "10.0.0.1 9 0"}},
		{"pid taken over, exit seen", join(p.shell(9), []*event.Event{p.exit(true)}, reborn), []string{"10.0.0.1 9 0", "10.0.0.1 9 0"}},
		{"pid taken over, exit lost", join(p.shell(9), []*event.Event{reborn[1]}), []string{"10.0.0.1 9 0", "10.0.0.1 9 0"}},
		{"from another thread", []*event.Event{on(p.dup(3, 0, inet(9)), thread), p.dup(3, 1, inet(9))}, []string{"10.0.0.1 9 0"}},
		{"child connects anew", join(p.shell(9), child.shell(9)), []string{"10.0.0.1 9 0", "10.0.0.1 9 0"}},
		{"denied by a security module", []*event.Event{on(p.connect(0, inet(9)), func(e *event.Event) { e.ReturnValue = -13 })}, []string{"10.0.0.1 9 0"}},
		{"sshd in a container", []*event.Event{boxedSSHD}, []string{"10.0.0.1 5000 0"}},

		// The shell that the attack executes goes on in the same process.
		{"shell moves its descriptors", join(p.shell(9), []*event.Event{p.dup(0, 10, inet(9)), p.dup(10, 0, inet(9))}), []string{"10.0.0.1 9 0"}},
		{"command with 2>&1", join(p.shell(9), []*event.Event{child.dup(1, 2, inet(9))}), []string{"10.0.0.1 9 0"}},
		{"subshell restores input", join(p.shell(9), []*event.Event{child.dup(10, 0, inet(9)), task{102, 101}.dup(10, 0, inet(9))}), []string{"10.0.0.1 9 0"}},
		{"a thread ends between", []*event.Event{p.dup(3, 0, inet(9)), on(p.exit(false), thread), p.dup(3, 1, inet(9))}, []string{"10.0.0.1 9 0"}},

		// Near misses.
		{"plain client", []*event.Event{p.connect(3, inet(80)), p.dup(3, 4, inet(80))}, nil},
		{"copy above standard error", []*event.Event{p.dup(3, 3, inet(80)), p.dup(2, 10, inet(80))}, nil},
		{"local socket", []*event.Event{p.connect(0, unix), p.dup(3, 0, unix), p.dup(3, 1, unix)}, nil},
		{"port 0", []*event.Event{p.connect(0, inet(0))}, nil},
		{"sshd on the host", []*event.Event{sshd}, nil},
		{"end of a process", []*event.Event{p.exit(true), p.exit(false)}, nil},

		// Values that no tracer of ours sends.
		{"no arguments", []*event.Event{p.event("socket_dup"), p.event("security_socket_connect"), p.event("sched_process_exit")}, nil},
		{"descriptor -1", []*event.Event{p.connect(-1, inet(9)), p.dup(3, -1, inet(9))}, nil},
		{"descriptor is text", []*event.Event{p.event("socket_dup", event.Argument{Name: "newfd", Value: "0"}, event.Argument{Name: "remote_addr", Value: inet(9)})}, nil},
		{"address is a map", []*event.Event{p.dup(3, 0, map[string]any{"sa_family": "AF_INET", "sin_addr": "10.0.0.1", "sin_port": "9"})}, nil},
		{"address without a host", []*event.Event{p.dup(3, 0, event.Sockaddr{Family: "AF_INET", Port: 9})}, nil},
		{"address is null", []*event.Event{p.dup(3, 0, nil)}, nil},
		{"own parent", []*event.Event{task{7, 7}.dup(3, 0, inet(9)), task{7, 7}.dup(3, 1, inet(9))}, []string{"10.0.0.1 9 0"}},
		{"another event", []*event.Event{p.event("ptrace")}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, run(t, newStdioOverSocket(), tt.events)); diff != "" {
				t.Errorf("findings as ip, port, fd (-want +got):\n%s", diff)
			}
		})
	}
}

func TestStdioOverSocketIsBounded(t *testing.T) {
	s := newStdioOverSocket()
	found := 0
	for i := range 3 * maxProcesses {
		found += len(run(t, s, task{1000 + i, 1}.shell(9)))
	}
	for port := range uint16(3 * maxPeers) {
		found += len(run(t, s, task{5, 1}.shell(1+port)))
	}
	if want := 3*maxProcesses + 3*maxPeers; found != want {
		t.Errorf("%d findings, want %d", found, want)
	}
	if n := s.reported.processes.Len(); n != maxProcesses {
		t.Errorf("%d processes remembered, want %d", n, maxProcesses)
	}
	if n := len(s.reported.find(task{5, 1}.exit(true)).told); n > maxPeers {
		t.Errorf("%d peers remembered, want at most %d", n, maxPeers)
	}
}

// Clients of all kinds leave nothing behind.
func TestStdioOverSocketForgetsClients(t *testing.T) {
	s := newStdioOverSocket()
	for i := range 1000 {
		run(t, s, []*event.Event{task{i + 2, 1}.connect(3, inet(443)), task{i + 2, 1}.dup(3, 7, inet(443))})
	}
	run(t, s, append(task{5000, 1}.shell(9), task{5000, 1}.exit(true)))
	if n := s.reported.processes.Len(); n != 0 {
		t.Errorf("%d processes remembered, want none", n)
	}
}

func BenchmarkStdioOverSocket(b *testing.B) {
	s := newStdioOverSocket()
	e := task{100, 1}.connect(3, inet(443))
	b.ReportAllocs()
	for b.Loop() {
		if m, _ := s.OnEvent(e); m != nil {
			b.Fatal("match")
		}
	}
}

// run feeds events and returns the findings as "ip port fd".
func run(t *testing.T, s signature.Signature, events []*event.Event) []string {
	t.Helper()
	var found []string
	for _, e := range events {
		m, err := s.OnEvent(e)
		if err != nil {
			t.Fatal(err)
		}
		if m != nil {
			found = append(found, fmt.Sprint(m.Data["ip"], " ", m.Data["port"], " ", m.Data["fd"]))
		}
	}
	return found
}

func repeat(n int, s string) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = s
	}
	return all
}
