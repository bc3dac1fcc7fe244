package report

import (
	"bytes"
	"strconv"
	"strings"
	"time"

	"github.com/tracehound/tracehound/pkg/signature"
)

// csvColumns are the columns of csv. They are only ever appended.
var csvColumns = []string{
	"time", "id", "signature", "name", "severity", "tactic", "technique", "host", "container_id", "container_name", "image",
	"namespace", "pod", "event", "process", "pid", "uid", "executable", "arguments", "file", "peer", "data", "lost_events",
}

var csvHeader = strings.Join(csvColumns, ",") + "\r\n"

// csvRow is a record of RFC 4180, on one line: what is not printable, line ends
// too, is escaped as in text.
func csvRow(f *signature.Finding, lost uint64) ([]byte, error) {
	e, s, a := f.Event, subjectOf(f.Event), attackOf(f)
	var b bytes.Buffer
	for i, v := range []string{
		f.Timestamp.UTC().Format(time.RFC3339Nano), f.ID, f.Metadata.ID, f.Metadata.Name, f.Metadata.Property(signature.Severity),
		a.tactic, a.id(), e.HostName, e.ContainerID, e.ContainerName, e.ContainerImage, e.PodNamespace, e.PodName, e.EventName,
		e.ProcessName, strconv.Itoa(e.HostProcessID), strconv.Itoa(e.UserID), e.Executable, s.commandLine(), s.file,
		s.peer.String(), dataText(f), strconv.FormatUint(lost, 10),
	} {
		if i > 0 {
			b.WriteByte(',')
		}
		csvField(&b, v)
	}
	b.WriteString("\r\n")
	return b.Bytes(), nil
}

// csvField guards against spreadsheets, which run a cell that begins as a formula
// does: it gets an apostrophe in front, which they hide. Tabs and line ends, which
// would do so too, are escaped.
func csvField(b *bytes.Buffer, v string) {
	v = Escape(v)
	if v != "" && strings.IndexByte("=+-@|%", v[0]) >= 0 {
		v = "'" + v
	}
	if strings.ContainsAny(v, "\",") || v != strings.TrimSpace(v) {
		v = `"` + strings.ReplaceAll(v, `"`, `""`) + `"`
	}
	b.WriteString(v)
}
