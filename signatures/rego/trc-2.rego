# TRC-2: a process asks to be traced by its parent, so that no debugger can
# trace it. It fires on the request, whatever the kernel answers: that a second
# request fails is how a program learns that a debugger is there.
package tracee.TRC_2

import data.tracee.helpers

__rego_metadoc__ := {
	"id": "TRC-2",
	"version": "1.0.0",
	"name": "Anti-Debugging",
	"description": "A process asked to be traced by its parent. Malware does so to keep debuggers out and to notice them.",
	"tags": ["linux", "container"],
	"properties": {
		"Severity": 3,
		"MITRE ATT&CK": "Defense Evasion: Debugger Evasion",
		"Category": "defense-evasion",
		"Technique": "Debugger Evasion",
		"external_id": "T1622",
		"misses": "A program that lets a child of its own attach to it instead.",
		"aliases": ["TRC-102"],
	},
}

tracee_selected_events contains {"source": "tracehound", "name": "ptrace"}

tracee_match if {
	input.eventName == "ptrace"
	helpers.get_tracee_argument("request") == "PTRACE_TRACEME"
}
