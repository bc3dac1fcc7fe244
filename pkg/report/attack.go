package report

import (
	"strings"

	"github.com/tracehound/tracehound/pkg/signature"
)

// attack is the place of a signature in MITRE ATT&CK. Any member may be "".
type attack struct {
	tactic, tacticID string
	technique        string // its name; that of the sub-technique if there is one
	techniqueID      string // without the sub-technique
	subID            string // as T1059.004
}

// tactics are those of the matrix for enterprises.
var tactics = map[string]string{
	"Reconnaissance": "TA0043", "Resource Development": "TA0042", "Initial Access": "TA0001", "Execution": "TA0002",
	"Persistence": "TA0003", "Privilege Escalation": "TA0004", "Defense Evasion": "TA0005", "Credential Access": "TA0006",
	"Discovery": "TA0007", "Lateral Movement": "TA0008", "Collection": "TA0009", "Exfiltration": "TA0010",
	"Command and Control": "TA0011", "Impact": "TA0040",
}

// attackOf reads the properties "MITRE ATT&CK" ("Tactic: Technique"), Technique
// and external_id.
func attackOf(f *signature.Finding) attack {
	var a attack
	a.tactic, a.technique, _ = strings.Cut(f.Metadata.Property("MITRE ATT&CK"), ": ")
	if t := f.Metadata.Property("Technique"); t != "" {
		a.technique = t
	}
	a.tacticID = tactics[a.tactic]
	a.techniqueID = f.Metadata.Property("external_id")
	if parent, _, ok := strings.Cut(a.techniqueID, "."); ok {
		a.techniqueID, a.subID = parent, a.techniqueID
	}
	return a
}

// ID is the most exact number there is.
func (a attack) id() string {
	if a.subID != "" {
		return a.subID
	}
	return a.techniqueID
}
