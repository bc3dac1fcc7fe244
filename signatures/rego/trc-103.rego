# TRC-103: a debugger's request writes into the memory of another process, or into
# its registers.
package tracee.TRC_103

import data.tracee.helpers

__rego_metadoc__ := {
	"id": "TRC-103",
	"version": "1.0.0",
	"name": "Code Injection By ptrace",
	"description": "A process wrote into the code, the data or the registers of another by ptrace. Apart from debuggers, that is how code is put into a program that is trusted.",
	"tags": ["linux", "container"],
	"properties": {
		"Severity": 3,
		"MITRE ATT&CK": "Defense Evasion: Ptrace System Calls",
		"Category": "defense-evasion",
		"Technique": "Ptrace System Calls",
		"external_id": "T1055.008",
		"aliases": ["TRC-3"],
		"misses": "What is written by other ways: TRC-1024, TRC-1025.",
		"response": "Find out who started the process that wrote (ancestors) and whether somebody was debugging. Treat the target process as the attacker's.",
	},
}

tracee_selected_events contains {"name": "ptrace"}

writes := {"PTRACE_POKETEXT", "PTRACE_POKEDATA", "PTRACE_POKEUSER", "PTRACE_SETREGS", "PTRACE_SETREGSET"}

tracee_match := found if {
	input.eventName == "ptrace"
	input.returnValue == 0
	helpers.get_tracee_argument("request") in writes
	found := {key: value |
		some key, argument in {"request": "request", "target": "pid"}
		value := helpers.get_tracee_argument(argument)
	}
}
