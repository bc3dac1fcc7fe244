package report

import (
	"fmt"
	"strings"

	"github.com/tracehound/tracehound/pkg/signature"
)

const (
	tableFormat = "%-20s %-8s %-3s %-28s %7s %-15s %-12s %s"
	tableTime   = "2006-01-02T15:04:05Z"
)

var tableHeader = strings.TrimRight(fmt.Sprintf(tableFormat, "TIME", "ID", "SEV", "SIGNATURE", "PID", "COMMAND", "CONTAINER", "DATA"), " ") + "\n"

// tableRow is one line per finding. A cell that is too long shifts those after
// it; nothing is cut.
func tableRow(f *signature.Finding, _ uint64) ([]byte, error) {
	e := f.Event
	data := ""
	if len(f.Data) > 0 {
		data = strings.TrimSuffix(strings.TrimPrefix(fmt.Sprint(f.Data), "map["), "]")
	}
	cell := func(s string) string {
		if s == "" {
			return "-"
		}
		return Escape(s)
	}
	row := fmt.Sprintf(tableFormat, f.Timestamp.UTC().Format(tableTime), cell(f.Metadata.ID), cell(f.Metadata.Property(signature.Severity)),
		cell(f.Metadata.Name), fmt.Sprint(e.HostProcessID), cell(e.ProcessName),
		cell(e.ContainerID[:min(12, len(e.ContainerID))]), cell(data))
	return []byte(row + "\n"), nil
}
