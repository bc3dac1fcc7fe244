# EX-1: a program that has no business with the password hashes reads them.
package examples.password_hashes

import data.tracee.helpers

__rego_metadoc__ := {
	"id": "EX-1",
	"version": "1.0.0",
	"name": "Password Hashes Read",
	"description": "A program that does not log people in and does not manage accounts opened the file of password hashes.",
	"tags": ["linux", "container"],
	"properties": {
		"Severity": 3,
		"MITRE ATT&CK": "Credential Access: /etc/passwd and /etc/shadow",
		"external_id": "T1003.008",
	},
}

tracee_selected_events contains {"source": "tracehound", "name": "security_file_open"}

# What Debian has for that purpose; the paths are the kernel's, so no program
# passes for one of them by its name.
entitled := {
	"/usr/bin/chage", "/usr/bin/login", "/usr/bin/passwd", "/usr/bin/su", "/usr/bin/sudo",
	"/usr/sbin/cron", "/usr/sbin/sshd", "/usr/sbin/unix_chkpwd", "/usr/sbin/useradd", "/usr/sbin/usermod",
}

tracee_match := {"file": file, "program": input.executable} if {
	file := helpers.get_tracee_argument("pathname")
	file in {"/etc/shadow", "/etc/gshadow"}
	helpers.is_file_read(helpers.get_tracee_argument("flags"))
	input.returnValue == 0 # the security modules let it
	not input.executable in entitled
}
