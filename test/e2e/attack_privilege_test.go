//go:build lab

package e2e

// What gives rights that were not there.
var privilegeAttacks = []performance{
	{
		name: "sudoers", command: "mkdir -p /etc/sudoers.d; echo 'mallory ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/x",
		finds: []string{`TRC-1028 /usr/bin/dash {"file":"/etc/sudoers.d/x"}`},
	},
	{
		name: "sudoers is moved into place", command: "echo >/etc/new; mv /etc/new /etc/sudoers",
		finds: []string{`TRC-1028 /usr/bin/mv {"file":"/etc/sudoers"}`},
	},
	{
		name: "set-user-ID bit", command: "cp /usr/bin/dash /root/shell; chmod u+s /root/shell",
		finds: []string{`TH-6 /usr/bin/chmod {"file":"/root/shell","mode":"04755"}`},
	},
	{
		name: "set-group-ID bit", command: "cp /usr/bin/dash /root/shell2; chmod 2755 /root/shell2",
		finds: []string{`TH-6 /usr/bin/chmod {"file":"/root/shell2","mode":"02755"}`},
	},
	{
		name:    "capability",
		command: `python3 -c 'import os; os.setxattr("/root/shell", "security.capability", bytes([1, 0, 0, 2, 128] + 15 * [0]))'`,
		finds:   []string{`TH-6 /usr/bin/python3.11 {"file":"/root/shell"}`},
	},
	{
		name:    "made with the set-user-ID bit",
		command: `python3 -c 'import os; os.open("/root/shell3", os.O_CREAT | os.O_WRONLY, 0o4755)'`, missed: "TH-6",
	},
}
