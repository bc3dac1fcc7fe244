package report

import "github.com/tracehound/tracehound/pkg/signature"

// level is how each format says a severity.
type level struct {
	word       string
	falco      string  // priority
	ocsf       int     // severity_id
	ocsfName   string  // its caption
	cef        int     // 0 to 10
	sarif      string  // level
	sarifScore string  // security-severity, as GitHub ranks it
	risk       float64 // ECS event.risk_score, the steps that Elastic's rules use
	otlp       int32   // SeverityNumber
	otlpText   string
	alert      string // label severity, by the custom of Prometheus
}

// levels are those of the severities 0 to MaxSeverity.
var levels = [signature.MaxSeverity + 1]level{
	{"info", "Informational", 1, "Informational", 1, "note", "0.0", 0, 9, "INFO", "info"},
	{"low", "Notice", 2, "Low", 3, "note", "3.0", 21, 10, "INFO2", "info"},
	{"medium", "Warning", 3, "Medium", 5, "warning", "5.5", 47, 13, "WARN", "warning"},
	{"high", "Critical", 4, "High", 8, "error", "8.0", 73, 17, "ERROR", "critical"},
	{"critical", "Alert", 5, "Critical", 10, "error", "9.5", 99, 21, "FATAL", "critical"},
}

// unknownLevel is that of a signature without a severity: seen, and not judged.
var unknownLevel = level{"unknown", "Notice", 0, "Unknown", 4, "warning", "4.0", 47, 13, "WARN", "warning"}

func levelOf(f *signature.Finding) level {
	n := f.Metadata.Severity()
	if n < 0 {
		return unknownLevel
	}
	return levels[min(n, signature.MaxSeverity)]
}
