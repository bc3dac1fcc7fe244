package report

import (
	"fmt"
	"net"
	"net/netip"
	"path"
	"strconv"
	"strings"

	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/signature"
)

// subject is what an event tells of, in the terms that receivers share. A member
// that the event does not tell is "" or empty.
type subject struct {
	argv   []string // of the process, on events that have it
	sha256 string   // of the process's program
	file   string   // path that was acted upon
	peer   address  // the other end of a connection
	local  address
}

type address struct {
	ip   string
	port uint16
	unix string // path of a socket
}

// Arguments by what they hold, the better one first.
var (
	fileArgs  = []string{"pathname", "path", "new_path", "new_pathname", "old_path", "file_path", "linkpath", "in_file_path", "library_path", "file_name"}
	peerArgs  = []string{"remote_addr", "addr", "uservaddr", "dest_addr"}
	localArgs = []string{"local_addr", "umyaddr"}
)

func subjectOf(e *event.Event) subject {
	var s subject
	s.argv, _ = e.Strings("argv")
	s.sha256, _ = e.String("sha256")
	for _, name := range fileArgs {
		if p, ok := e.String(name); ok && p != "" {
			s.file = p
			break
		}
	}
	s.peer, s.local = addressOf(e, peerArgs), addressOf(e, localArgs)
	return s
}

func addressOf(e *event.Event, names []string) address {
	for _, name := range names {
		if a, ok := e.Sockaddr(name); ok {
			at := address{port: a.Port, unix: a.Path}
			if ip, err := netip.ParseAddr(a.Addr); err == nil {
				at.ip = ip.WithZone("").String()
			}
			return at
		}
	}
	return address{}
}

// String is IP:PORT, or the path of a socket.
func (a address) String() string {
	if a.ip != "" {
		return net.JoinHostPort(a.ip, strconv.Itoa(int(a.port)))
	}
	return a.unix
}

// commandLine joins arguments as people read them: the boundaries of those that
// hold blanks are lost.
func (s subject) commandLine() string { return strings.Join(s.argv, " ") }

// image splits an image's name into repository, tag and digest. What is no such
// name is all repository, which is "" for no name alone.
func image(name string) (repository, tag, digest string) {
	repository, digest, _ = strings.Cut(name, "@")
	if i := strings.LastIndexByte(repository, ':'); i > strings.LastIndexByte(repository, '/') {
		repository, tag = repository[:i], repository[i+1:]
	}
	if repository == "" {
		return name, "", ""
	}
	return repository, tag, digest
}

// args are the event's arguments by name.
func args(e *event.Event) map[string]any {
	all := make(map[string]any, len(e.Args))
	for i := range e.Args {
		all[e.Args[i].Name] = e.Args[i].Value
	}
	return all
}

// base is "" for no path.
func base(p string) string {
	if p == "" {
		return ""
	}
	return path.Base(p)
}

// outcome says whether what the event tells of was done.
func outcome(e *event.Event) string {
	if e.ReturnValue < 0 {
		return "failure"
	}
	return "success"
}

// title is never empty of a signature that has an id.
func title(f *signature.Finding) string {
	if f.Metadata.Name != "" {
		return f.Metadata.Name
	}
	return f.Metadata.ID
}

// summary is a finding in a line: what, by whom, where, and its data.
func summary(f *signature.Finding) string {
	s := title(f) + ": " + whereabouts(f)
	if data := dataText(f); data != "" {
		s += " " + data
	}
	return s
}

// whereabouts names a process, its container and its host.
func whereabouts(f *signature.Finding) string {
	parts := []string{process(f)}
	if c := container(f); c != "" {
		parts = append(parts, "container "+c)
	}
	if f.Event.HostName != "" {
		parts = append(parts, "host "+f.Event.HostName)
	}
	return strings.Join(parts, ", ")
}

// texts are values as text each, those that are no text as JSON: receivers that
// give every key one type take them, whatever signatures put there.
func texts(m map[string]any) map[string]string {
	to := make(map[string]string, len(m))
	for k, v := range m {
		text, ok := v.(string)
		if !ok {
			b, err := marshal(v)
			if err != nil {
				b = fmt.Append(nil, v)
			}
			text = strings.TrimSuffix(string(b), "\n")
		}
		to[k] = text
	}
	return to
}
