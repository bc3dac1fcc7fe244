package report

import (
	"strconv"
	"strings"

	"github.com/tracehound/tracehound/pkg/cli"
	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/signature"
)

// Numbers of the Open Cybersecurity Schema Framework.
const (
	ocsfVersion = "1.6.0"
	ocsfClass   = 2004 // Detection Finding
	ocsfCreate  = 1    // its activity: the finding is new

	ocsfRule        = 1 // type of an analytic
	ocsfRegularFile = 1
	ocsfUnknown     = 0
	ocsfSHA256      = 3 // algorithm of a fingerprint
)

// Types of observables.
const (
	ocsfHostname    = 1
	ocsfIP          = 2
	ocsfHash        = 8
	ocsfProcessName = 9
	ocsfResource    = 10
	ocsfCommandLine = 13
	ocsfProcessID   = 15
	ocsfFilePath    = 45
)

// ocsf is a Detection Finding (class 2004) of OCSF.
func ocsf(f *signature.Finding, lost uint64) ([]byte, error) {
	return encode(f, func(f *signature.Finding) any { return ocsfFinding(f, lost) })
}

func ocsfFinding(f *signature.Finding, lost uint64) object {
	level, s := levelOf(f), subjectOf(f.Event)
	device := object{"type_id": ocsfUnknown, "type": "Unknown"}
	device.put("hostname", f.Event.HostName)
	o := object{
		"category_uid": 2, "category_name": "Findings",
		"class_uid": ocsfClass, "class_name": "Detection Finding",
		"activity_id": ocsfCreate, "activity_name": "Create",
		"type_uid": ocsfClass*100 + ocsfCreate, "type_name": "Detection Finding: Create",
		"severity_id": level.ocsf, "severity": level.ocsfName,
		"status_id": 1, "status": "New", "is_alert": true,
		"time":         f.Timestamp.UnixMilli(),
		"metadata":     ocsfMetadata(f),
		"finding_info": ocsfInfo(f),
		"evidences":    []any{ocsfEvidence(f, s, device)},
		"device":       device,
		"observables":  ocsfObservables(f, s),
	}
	o.put("message", f.Metadata.Name)
	if response := f.Metadata.Property("response"); response != "" {
		o["remediation"] = object{"desc": response}
	}
	if lost > 0 {
		o["unmapped"] = object{"lost_events": lost}
	}
	return o
}

func ocsfMetadata(f *signature.Finding) object {
	m := object{
		"version": ocsfVersion,
		"product": object{"name": "Tracehound", "vendor_name": "Tracehound", "version": cli.Version(), "feature": object{"name": "rules"}},
	}
	m.put("uid", f.ID)
	m.put("event_code", f.Event.EventName)
	m.put("labels", f.Metadata.Tags)
	if f.Event.ContainerID != "" {
		m["profiles"] = []string{"container", "host"}
	} else {
		m["profiles"] = []string{"host"}
	}
	return m
}

func ocsfInfo(f *signature.Finding) object {
	analytic := object{"type_id": ocsfRule, "type": "Rule"}
	analytic.put("uid", f.Metadata.ID)
	analytic.put("name", f.Metadata.Name)
	analytic.put("version", f.Metadata.Version)
	analytic.put("desc", f.Metadata.Description)
	info := object{"uid": f.ID, "title": title(f), "analytic": analytic, "created_time": f.Timestamp.UnixMilli()}
	info.put("desc", f.Metadata.Description)
	info.put("attacks", ocsfAttacks(f))
	info.put("data_sources", []string{"tracehound"})
	return info
}

func ocsfAttacks(f *signature.Finding) []any {
	a, o := attackOf(f), object{}
	tactic := object{}
	tactic.put("name", a.tactic)
	tactic.put("uid", a.tacticID)
	o.put("tactic", tactic)
	technique, sub := object{}, object{}
	technique.put("uid", a.techniqueID)
	sub.put("uid", a.subID)
	if a.subID != "" {
		sub.put("name", a.technique)
	} else {
		technique.put("name", a.technique)
	}
	o.put("technique", technique)
	o.put("sub_technique", sub)
	if len(o) == 0 {
		return nil
	}
	return []any{o}
}

func ocsfEvidence(f *signature.Finding, s subject, device object) object {
	process := ocsfProcess(f.Event, s)
	evidence := object{
		"process": process, "actor": object{"process": process}, "device": device,
		"data": object{"event": f.Event.EventName, "returnValue": f.Event.ReturnValue, "args": args(f.Event), "finding": f.Data},
	}
	evidence.put("container", ocsfContainer(f.Event))
	if s.file != "" {
		evidence["file"] = ocsfFile(s.file, ocsfUnknown)
	}
	evidence.put("dst_endpoint", ocsfEndpoint(s.peer))
	evidence.put("src_endpoint", ocsfEndpoint(s.local))
	return evidence
}

func ocsfProcess(e *event.Event, s subject) object {
	p := object{"pid": e.HostProcessID, "tid": e.HostThreadID, "user": object{"uid": strconv.Itoa(e.UserID)}}
	p.put("uid", e.ExecID)
	p.put("name", e.ProcessName)
	p.put("cmd_line", s.commandLine())
	if e.Executable != "" {
		file := ocsfFile(e.Executable, ocsfRegularFile)
		if s.sha256 != "" {
			file["hashes"] = []any{object{"algorithm_id": ocsfSHA256, "algorithm": "SHA-256", "value": s.sha256}}
		}
		p["file"] = file
	}
	p.put("container", ocsfContainer(e))
	var ancestry []any
	for _, a := range ancestorsOf(e) {
		ancestry = append(ancestry, ocsfAncestor(a))
	}
	if len(ancestry) > 0 {
		p["parent_process"], p["ancestry"] = ancestry[0], ancestry
	}
	return p
}

func ocsfAncestor(a ancestor) object {
	o := object{}
	o.put("uid", a.ExecID)
	o.put("name", a.ProcessName)
	o.put("path", a.Executable)
	if a.HostProcessID != 0 {
		o["pid"] = a.HostProcessID
	}
	return o
}

func ocsfContainer(e *event.Event) object {
	o := object{}
	if e.ContainerID == "" {
		return o
	}
	o.put("uid", e.ContainerID)
	o.put("name", e.ContainerName)
	o.put("pod_uuid", e.PodUID)
	if e.PodName != "" {
		o["orchestrator"] = "kubernetes"
	}
	if e.ContainerImage != "" {
		repository, tag, digest := image(e.ContainerImage)
		img := object{"name": repository, "uid": e.ContainerImage}
		img.put("tag", tag)
		o["image"] = img
		o.put("tag", tag)
		if value, ok := strings.CutPrefix(digest, "sha256:"); ok {
			o["hash"] = object{"algorithm_id": ocsfSHA256, "algorithm": "SHA-256", "value": value}
		}
	}
	if e.PodName != "" {
		o["labels"] = []string{"pod:" + pod(e.PodNamespace, e.PodName)}
	}
	return o
}

func ocsfFile(p string, kind int) object {
	return object{"path": p, "name": base(p), "type_id": kind}
}

func ocsfEndpoint(a address) object {
	o := object{}
	if a.ip != "" {
		o["ip"], o["port"] = a.ip, int(a.port)
	}
	return o
}

func ocsfObservables(f *signature.Finding, s subject) []any {
	all := []any{}
	for _, x := range []struct {
		name  string
		kind  int
		label string
		value string
	}{
		{"device.hostname", ocsfHostname, "Hostname", f.Event.HostName},
		{"evidences[0].process.name", ocsfProcessName, "Process Name", f.Event.ProcessName},
		{"evidences[0].process.pid", ocsfProcessID, "Process ID", strconv.Itoa(f.Event.HostProcessID)},
		{"evidences[0].process.cmd_line", ocsfCommandLine, "Command Line", s.commandLine()},
		{"evidences[0].process.file.path", ocsfFilePath, "File Path", f.Event.Executable},
		{"evidences[0].process.file.hashes[0].value", ocsfHash, "Hash", s.sha256},
		{"evidences[0].file.path", ocsfFilePath, "File Path", s.file},
		{"evidences[0].dst_endpoint.ip", ocsfIP, "IP Address", s.peer.ip},
		{"evidences[0].src_endpoint.ip", ocsfIP, "IP Address", s.local.ip},
		{"evidences[0].container.uid", ocsfResource, "Resource UID", f.Event.ContainerID},
	} {
		if x.value != "" {
			all = append(all, object{"name": x.name, "type_id": x.kind, "type": x.label, "value": x.value})
		}
	}
	return all
}
