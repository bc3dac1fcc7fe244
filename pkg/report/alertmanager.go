package report

import (
	"fmt"
	"strconv"
	"time"

	"github.com/tracehound/tracehound/pkg/signature"
)

// alertmanager is what POST /api/v2/alerts of Prometheus Alertmanager takes: a
// list of one alert. What is alike has the same labels, so that Alertmanager
// groups and silences it; what differs is in the annotations. There is no end:
// Alertmanager resolves it after its own time.
func alertmanager(f *signature.Finding, lost uint64) ([]byte, error) {
	return encode(f, func(f *signature.Finding) any {
		return []any{object{
			"labels": alertLabels(f), "annotations": alertAnnotations(f, lost),
			"startsAt": f.Timestamp.UTC().Format(time.RFC3339Nano),
		}}
	})
}

func alertLabels(f *signature.Finding) object {
	e, a := f.Event, attackOf(f)
	labels := object{}
	for name, value := range map[string]string{
		"alertname": title(f), "signature": f.Metadata.ID, "severity": levelOf(f).alert, "level": levelOf(f).word, "source": "tracehound",
		"host": e.HostName, "container": e.ContainerName, "image": e.ContainerImage, "namespace": e.PodNamespace, "pod": e.PodName,
		"process": e.ProcessName, "tactic": a.tactic, "technique": a.id(),
	} {
		labels.put(name, utf8Text(value))
	}
	if _, named := labels["alertname"]; !named {
		labels["alertname"] = "finding"
	}
	return labels
}

func alertAnnotations(f *signature.Finding, lost uint64) object {
	e, s := f.Event, subjectOf(f.Event)
	o := object{}
	for name, value := range map[string]string{
		"summary": summary(f), "description": f.Metadata.Description, "response": f.Metadata.Property("response"),
		"id": f.ID, "event": e.EventName, "pid": strconv.Itoa(e.HostProcessID), "uid": strconv.Itoa(e.UserID), "executable": e.Executable,
		"arguments": s.commandLine(), "file": s.file, "peer": s.peer.String(), "container_id": e.ContainerID, "exec_id": e.ExecID, "data": dataText(f),
	} {
		o.put(name, value)
	}
	if lost > 0 {
		o["lost_events"] = fmt.Sprint(lost)
	}
	return o
}
