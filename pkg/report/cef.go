package report

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/tracehound/tracehound/pkg/cli"
	"github.com/tracehound/tracehound/pkg/signature"
)

// cefField is one pair of the extension. The lengths are those of ArcSight's
// dictionary, which receivers cut at; 0 is none.
type cefField struct {
	key, value string
	max        int
}

// cef is a line of ArcSight's Common Event Format, version 0. What is longer than
// its field is cut, with … at the end.
func cef(f *signature.Finding, lost uint64) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString("CEF:0|Tracehound|rules|")
	for _, part := range []string{cli.Version(), f.Metadata.ID, f.Metadata.Name} {
		b.WriteString(cefHeader(part))
		b.WriteByte('|')
	}
	fmt.Fprintf(&b, "%d|", levelOf(f).cef)
	first := true
	for _, field := range cefFields(f, lost) {
		if field.value == "" {
			continue
		}
		if !first {
			b.WriteByte(' ')
		}
		first = false
		b.WriteString(field.key + "=" + cefValue(field.value, field.max))
	}
	b.WriteByte('\n')
	return b.Bytes(), nil
}

func cefFields(f *signature.Finding, lost uint64) []cefField {
	e, s, a := f.Event, subjectOf(f.Event), attackOf(f)
	number := strconv.Itoa
	fields := []cefField{
		{"rt", strconv.FormatInt(f.Timestamp.UnixMilli(), 10), 0},
		{"externalId", f.ID, 40}, {"cat", a.tactic, 1023}, {"act", e.EventName, 63}, {"outcome", outcome(e), 63},
		{"msg", f.Metadata.Description, 1023},
		{"dvchost", e.HostName, 100}, {"sproc", e.ProcessName, 1023}, {"spid", number(e.HostProcessID), 0}, {"suid", number(e.UserID), 1023},
		{"filePath", s.file, 1023}, {"fname", base(s.file), 1023},
	}
	if s.peer.ip != "" {
		fields = append(fields, cefIP("dst", "c6a3", "Destination IPv6 Address", s.peer.ip)...)
		fields = append(fields, cefField{"dpt", number(int(s.peer.port)), 0})
	}
	if s.local.ip != "" {
		fields = append(fields, cefIP("src", "c6a2", "Source IPv6 Address", s.local.ip)...)
		fields = append(fields, cefField{"spt", number(int(s.local.port)), 0})
	}
	for i, custom := range []struct{ label, value string }{
		{"Container", e.ContainerID}, {"Image", e.ContainerImage}, {"Pod", pod(e.PodNamespace, e.PodName)},
		{"Technique", technique(f)}, {"Program", strings.TrimSpace(e.Executable + " " + strings.Join(tail(s.argv), " "))}, {"Data", dataText(f)},
	} {
		if custom.value != "" {
			key := "cs" + number(i+1)
			fields = append(fields, cefField{key + "Label", custom.label, 1023}, cefField{key, custom.value, 4000})
		}
	}
	if lost > 0 {
		fields = append(fields, cefField{"cn1Label", "Lost events", 1023}, cefField{"cn1", strconv.FormatUint(lost, 10), 0})
	}
	return fields
}

// tail is all but the first.
func tail(list []string) []string {
	if len(list) == 0 {
		return nil
	}
	return list[1:]
}

// cefIP takes the custom field for addresses that dst and src have no room for.
func cefIP(v4, v6, label, ip string) []cefField {
	if strings.Contains(ip, ":") {
		return []cefField{{v6 + "Label", label, 1023}, {v6, ip, 0}}
	}
	return []cefField{{v4, ip, 0}}
}

// cefHeader escapes a field of the header, which cannot have several lines.
func cefHeader(s string) string {
	return cefEscape(strings.NewReplacer("\r", " ", "\n", " ").Replace(s), `\|`)
}

func cefValue(s string, limit int) string {
	if limit > 0 && len(s) > limit {
		end := limit - len("…")
		for end > 0 && !utf8.RuneStart(s[end]) {
			end--
		}
		s = s[:end] + "…"
	}
	return cefEscape(s, `\=`)
}

// cefEscape puts a backslash before those characters, writes the ends of lines as
// \n and \r, and what else is not printable as text does.
func cefEscape(s, special string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == utf8.RuneError && size == 1, !strconv.IsPrint(r):
			b.WriteString(strings.ReplaceAll(Escape(s[i:i+size]), `\`, `\\`))
		case strings.ContainsRune(special, r):
			b.WriteByte('\\')
			b.WriteRune(r)
		default:
			b.WriteRune(r)
		}
		i += size
	}
	return b.String()
}
