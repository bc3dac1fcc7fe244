package report

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"github.com/tracehound/tracehound/pkg/signature"
)

// text is the form for people. Its first seven lines are Tracee's; more follow.
func text(f *signature.Finding, lost uint64) ([]byte, error) {
	var b bytes.Buffer
	line := func(label, value string) {
		if value != "" {
			fmt.Fprintf(&b, "%s: %s\n", label, Escape(value))
		}
	}
	e := f.Event
	b.WriteString("\n*** Detection ***\n")
	fmt.Fprintf(&b, "Time: %s\n", f.Timestamp.UTC().Format(time.RFC3339))
	fmt.Fprintf(&b, "Signature ID: %s\n", Escape(f.Metadata.ID))
	fmt.Fprintf(&b, "Signature: %s\n", Escape(f.Metadata.Name))
	fmt.Fprintf(&b, "Data: %s\n", Escape(fmt.Sprint(f.Data)))
	fmt.Fprintf(&b, "Command: %s\n", Escape(e.ProcessName))
	fmt.Fprintf(&b, "Hostname: %s\n", Escape(e.HostName))
	line("Severity", f.Metadata.Property(signature.Severity))
	line("Technique", technique(f))
	line("Event", e.EventName)
	line("Process", process(f))
	line("Container", container(f))
	line("Finding ID", f.ID)
	if lost > 0 {
		fmt.Fprintf(&b, "Lost events: %d before this finding; others may be missing\n", lost)
	}
	return b.Bytes(), nil
}

// technique joins the number and the words of the MITRE ATT&CK technique.
func technique(f *signature.Finding) string {
	return strings.TrimSpace(f.Metadata.Property("external_id") + " " + f.Metadata.Property("MITRE ATT&CK"))
}

// process names the process by what the host knows it by.
func process(f *signature.Finding) string {
	e := f.Event
	parts := []string{fmt.Sprintf("pid %d", e.HostProcessID)}
	if e.HostThreadID != e.HostProcessID {
		parts = append(parts, fmt.Sprintf("thread %d", e.HostThreadID))
	}
	parts = append(parts, fmt.Sprintf("uid %d", e.UserID))
	if e.Executable != "" {
		parts = append(parts, e.Executable)
	}
	return strings.Join(parts, ", ")
}

// container is "" on the host.
func container(f *signature.Finding) string {
	e := f.Event
	if e.ContainerID == "" {
		return ""
	}
	parts := []string{e.ContainerID[:min(12, len(e.ContainerID))]}
	for _, p := range []struct{ label, value string }{
		{"", e.ContainerName}, {"image ", e.ContainerImage}, {"pod ", pod(e.PodNamespace, e.PodName)},
	} {
		if p.value != "" {
			parts = append(parts, p.label+p.value)
		}
	}
	return strings.Join(parts, ", ")
}

func pod(namespace, name string) string {
	if namespace == "" || name == "" {
		return name
	}
	return namespace + "/" + name
}
