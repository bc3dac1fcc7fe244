package report

import (
	"slices"
	"strconv"
	"time"

	"github.com/tracehound/tracehound/pkg/cli"
	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/signature"
)

const ecsVersion = "8.17.0"

// ecs is a document of the Elastic Common Schema. What ECS has no field for is
// under tracehound.
func ecs(f *signature.Finding, lost uint64) ([]byte, error) {
	return encode(f, func(f *signature.Finding) any { return ecsDocument(f, lost) })
}

func ecsDocument(f *signature.Finding, lost uint64) object {
	e, s := f.Event, subjectOf(f.Event)
	o := object{
		"@timestamp": f.Timestamp.UTC().Format(time.RFC3339Nano),
		"ecs":        object{"version": ecsVersion},
		"message":    title(f),
		"event":      ecsEvent(f, s),
		"observer":   object{"vendor": "Tracehound", "product": "Tracehound", "type": "ids", "version": cli.Version()},
		"rule":       ecsRule(f),
		"process":    ecsProcess(e, s),
		"user":       object{"id": strconv.Itoa(e.UserID)},
		"log":        object{"level": levelOf(f).word},
		"related":    ecsRelated(f, s),
	}
	o.put("tags", f.Metadata.Tags)
	o.put("threat", ecsThreat(f))
	if e.HostName != "" {
		o["host"] = object{"name": e.HostName, "hostname": e.HostName}
	}
	o.put("container", ecsContainer(e))
	if e.PodName != "" {
		resource := object{"type": "pod", "name": e.PodName}
		resource.put("id", e.PodUID)
		orchestrator := object{"type": "kubernetes", "resource": resource}
		orchestrator.put("namespace", e.PodNamespace)
		o["orchestrator"] = orchestrator
	}
	if s.file != "" {
		o["file"] = object{"path": s.file, "name": base(s.file)}
	}
	o.put("destination", ecsEndpoint(s.peer))
	o.put("source", ecsEndpoint(s.local))
	own := object{"args": texts(args(e)), "ancestors": ancestorsOf(e)}
	own.put("data", texts(f.Data))
	own.put("response", f.Metadata.Property("response"))
	if lost > 0 {
		own["lost_events"] = lost
	}
	o["tracehound"] = own
	return o
}

func ecsEvent(f *signature.Finding, s subject) object {
	category := []string{"intrusion_detection"}
	switch {
	case s.peer.ip != "" || s.local.ip != "":
		category = append(category, "network")
	case s.argv != nil:
		category = append(category, "process")
	case s.file != "":
		category = append(category, "file")
	}
	o := object{
		"kind": "alert", "category": category, "type": []string{"info"}, "module": "tracehound", "dataset": "tracehound.findings",
		"provider": "rules", "risk_score": levelOf(f).risk, "outcome": outcome(f.Event),
	}
	if n := f.Metadata.Severity(); n >= 0 {
		o["severity"] = n
	}
	o.put("id", f.ID)
	o.put("action", f.Event.EventName)
	o.put("code", f.Metadata.ID)
	if f.Event.Sequence > 0 {
		o["sequence"] = f.Event.Sequence
	}
	return o
}

func ecsRule(f *signature.Finding) object {
	o := object{"name": title(f), "ruleset": "tracehound"}
	o.put("id", f.Metadata.ID)
	o.put("version", f.Metadata.Version)
	o.put("description", f.Metadata.Description)
	o.put("category", f.Metadata.Property("Category"))
	return o
}

func ecsThreat(f *signature.Finding) object {
	a, o := attackOf(f), object{}
	tactic := object{}
	if a.tactic != "" {
		tactic["name"] = []string{a.tactic}
	}
	if a.tacticID != "" {
		tactic["id"] = []string{a.tacticID}
	}
	o.put("tactic", tactic)
	technique := object{}
	if a.techniqueID != "" {
		technique["id"] = []string{a.techniqueID}
	}
	switch {
	case a.subID != "":
		sub := object{"id": []string{a.subID}}
		if a.technique != "" {
			sub["name"] = []string{a.technique}
		}
		technique["subtechnique"] = sub
	case a.technique != "":
		technique["name"] = []string{a.technique}
	}
	o.put("technique", technique)
	if len(o) > 0 {
		o["framework"] = "MITRE ATT&CK"
	}
	return o
}

func ecsProcess(e *event.Event, s subject) object {
	o := object{"pid": e.HostProcessID, "thread": object{"id": e.HostThreadID}}
	o.put("entity_id", e.ExecID)
	o.put("name", e.ProcessName)
	o.put("executable", e.Executable)
	if len(s.argv) > 0 {
		o["args"], o["args_count"], o["command_line"] = s.argv, len(s.argv), s.commandLine()
	}
	if s.sha256 != "" {
		o["hash"] = object{"sha256": s.sha256}
	}
	if all := ancestorsOf(e); len(all) > 0 {
		parent := object{}
		parent.put("entity_id", all[0].ExecID)
		parent.put("name", all[0].ProcessName)
		parent.put("executable", all[0].Executable)
		if all[0].HostProcessID != 0 {
			parent["pid"] = all[0].HostProcessID
		}
		o.put("parent", parent)
	}
	return o
}

func ecsContainer(e *event.Event) object {
	o := object{}
	if e.ContainerID == "" {
		return o
	}
	o["id"] = e.ContainerID
	o.put("name", e.ContainerName)
	if e.ContainerImage != "" {
		repository, tag, digest := image(e.ContainerImage)
		img := object{"name": repository}
		if tag != "" {
			img["tag"] = []string{tag}
		}
		if digest != "" {
			img["hash"] = object{"all": []string{digest}}
		}
		o["image"] = img
	}
	return o
}

func ecsEndpoint(a address) object {
	switch {
	case a.ip != "":
		return object{"ip": a.ip, "port": int(a.port), "address": a.ip}
	case a.unix != "":
		return object{"address": a.unix}
	}
	return nil
}

// ecsRelated gathers what people pivot on.
func ecsRelated(f *signature.Finding, s subject) object {
	o := object{"user": []string{strconv.Itoa(f.Event.UserID)}}
	if f.Event.HostName != "" {
		o["hosts"] = []string{f.Event.HostName}
	}
	if s.sha256 != "" {
		o["hash"] = []string{s.sha256}
	}
	var ips []string
	for _, a := range []address{s.peer, s.local} {
		if a.ip != "" && !slices.Contains(ips, a.ip) {
			ips = append(ips, a.ip)
		}
	}
	o.put("ip", ips)
	return o
}
