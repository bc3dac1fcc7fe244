package report

import (
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/tracehound/tracehound/pkg/signature"
)

// falcoTime is how Falco writes a time: nine digits behind the point, always.
const falcoTime = "2006-01-02T15:04:05.000000000Z"

// falco is what Falco prints with json_output: numbers stay numbers.
func falco(f *signature.Finding, lost uint64) ([]byte, error) {
	return encode(f, func(f *signature.Finding) any { return falcoAlert(f, falcoFields(f, lost)) })
}

// falcosidekick is what Falcosidekick accepts and its receivers show. It takes
// k8s.ns.name and k8s.pod.name for text without looking, and so do templates with
// other fields: all are texts, and none is empty.
func falcosidekick(f *signature.Finding, lost uint64) ([]byte, error) {
	return encode(f, func(f *signature.Finding) any {
		fields := falcoFields(f, lost)
		for name, value := range fields {
			if _, ok := value.(string); !ok {
				fields[name] = fmt.Sprint(value)
			}
		}
		return falcoAlert(f, fields)
	})
}

func falcoAlert(f *signature.Finding, fields object) object {
	level := levelOf(f)
	alert := object{
		"hostname": f.Event.HostName, "output_fields": fields, "priority": level.falco, "rule": title(f),
		"source": "syscall", "tags": falcoTags(f), "time": f.Timestamp.UTC().Format(falcoTime),
		"output": falcoOutput(f, level.falco, fields),
	}
	alert.put("uuid", findingUUID(f))
	return alert
}

// findingUUID is a finding's id in the form that receivers keep ids in.
func findingUUID(f *signature.Finding) string {
	id := f.ID
	if b, err := hex.DecodeString(id); err != nil || len(b) != 16 {
		return ""
	}
	return strings.Join([]string{id[:8], id[8:12], id[12:16], id[16:20], id[20:]}, "-")
}

// falcoTags are the signature's, and its place in ATT&CK as Falco's rules say it.
func falcoTags(f *signature.Finding) []string {
	tags := slices.Clone(f.Metadata.Tags)
	a := attackOf(f)
	if a.tactic != "" {
		tags = append(tags, "mitre_"+strings.ReplaceAll(strings.ToLower(a.tactic), " ", "_"))
	}
	if id := a.id(); id != "" {
		tags = append(tags, id)
	}
	slices.Sort(tags)
	return append([]string{}, slices.Compact(tags)...)
}

// falcoOutput is a line as Falco prints it: time, priority, what was found, and
// the fields by which people know the culprit.
func falcoOutput(f *signature.Finding, priority string, fields object) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s %s (", f.Timestamp.UTC().Format("15:04:05.000000000"), priority, Escape(title(f)))
	for _, key := range []struct{ label, field string }{
		{"file", "fd.name"}, {"evt_type", "evt.type"}, {"user_uid", "user.uid"}, {"process", "proc.name"}, {"proc_exepath", "proc.exepath"},
		{"parent", "proc.pname"}, {"command", "proc.cmdline"}, {"container_id", "container.id"}, {"container_name", "container.name"},
		{"k8s_ns", "k8s.ns.name"}, {"k8s_pod", "k8s.pod.name"}, {"data", "tracehound.data"},
	} {
		if v, ok := fields[key.field]; ok {
			fmt.Fprintf(&b, "%s=%s ", key.label, Escape(fmt.Sprint(v)))
		}
	}
	fmt.Fprintf(&b, "signature=%s)", Escape(f.Metadata.ID))
	return b.String()
}

// falcoFields are Falco's fields as far as we know them, and ours under
// tracehound. What is not known is not there.
func falcoFields(f *signature.Finding, lost uint64) object {
	e, s := f.Event, subjectOf(f.Event)
	fields := object{
		"evt.time": e.Timestamp, "evt.rawres": e.ReturnValue,
		"proc.pid": e.HostProcessID, "proc.vpid": e.ProcessID, "thread.tid": e.HostThreadID, "thread.vtid": e.ThreadID,
		"proc.ppid": e.HostParentProcessID, "user.uid": e.UserID, "container.id": "host",
	}
	for name, value := range map[string]string{
		"evt.type": e.EventName, "proc.name": e.ProcessName, "proc.exepath": e.Executable,
		"proc.cmdline": s.commandLine(), "fd.name": s.file, "container.id": e.ContainerID, "container.name": e.ContainerName,
		"k8s.ns.name": e.PodNamespace, "k8s.pod.name": e.PodName, "k8s.pod.uid": e.PodUID, "proc.hash.sha256": s.sha256,
		"tracehound.id": f.ID, "tracehound.signature": f.Metadata.ID, "tracehound.exec_id": e.ExecID, "tracehound.data": dataText(f),
		"tracehound.response": f.Metadata.Property("response"),
	} {
		fields.put(name, value)
	}
	if e.UserID == 0 {
		fields["user.name"] = "root"
	}
	if len(s.argv) > 1 {
		fields.put("proc.args", strings.Join(s.argv[1:], " "))
	}
	if e.ContainerImage != "" {
		repository, tag, digest := image(e.ContainerImage)
		fields.put("container.image.repository", repository)
		fields.put("container.image.tag", tag)
		fields.put("container.image.digest", digest)
	}
	if lost > 0 {
		fields["tracehound.lost_events"] = lost
	}
	maps.Copy(fields, falcoLineage(e.HostParentProcessID, ancestorsOf(e)))
	maps.Copy(fields, falcoSockets(s))
	return fields
}

// falcoLineage names ancestors: proc.pname is the parent, proc.aname[2] its parent.
func falcoLineage(ppid int, all []ancestor) object {
	fields := object{}
	for i, a := range all {
		n := "[" + strconv.Itoa(i+1) + "]"
		fields.put("proc.aname"+n, a.ProcessName)
		fields.put("proc.aexepath"+n, a.Executable)
		if a.HostProcessID != 0 {
			fields["proc.apid"+n] = a.HostProcessID
		}
	}
	if len(all) > 0 && all[0].HostProcessID == ppid {
		fields.put("proc.pname", all[0].ProcessName)
		fields.put("proc.pexepath", all[0].Executable)
	}
	return fields
}

func falcoSockets(s subject) object {
	fields := object{}
	for _, end := range []struct {
		at       address
		ip, port string
	}{{s.peer, "fd.rip", "fd.rport"}, {s.local, "fd.lip", "fd.lport"}} {
		if end.at.ip != "" {
			fields[end.ip], fields[end.port] = end.at.ip, int(end.at.port)
		}
	}
	if s.file == "" {
		fields.put("fd.name", s.peer.String())
	}
	return fields
}
