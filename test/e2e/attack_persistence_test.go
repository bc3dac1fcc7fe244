//go:build lab

package e2e

// What lets an attacker come back, or run with what others start.
var persistenceAttacks = []performance{
	{
		name: "LD_PRELOAD", command: "LD_PRELOAD=/tmp/evil.so /usr/bin/true",
		finds: []string{`TRC-7 /usr/bin/true {"variable":"LD_PRELOAD=/tmp/evil.so"}`},
	},
	{
		name: "LD_AUDIT", command: "LD_AUDIT=/tmp/evil.so /usr/bin/true",
		finds: []string{`TRC-7 /usr/bin/true {"variable":"LD_AUDIT=/tmp/evil.so"}`},
	},
	{
		name: "preloaded by the linker's arguments", command: "l=$(readlink -f /lib64/ld-linux-x86-64.so.2); fact loader $l; $l --preload /tmp/evil.so /usr/bin/true",
		finds: []string{`TRC-7 <loader> {"arguments":"<loader> --preload /tmp/evil.so /usr/bin/true"}`},
	},
	{
		name: "ld.so.preload is a link", command: "ln -s /root/list /etc/ld.so.preload; rm /etc/ld.so.preload",
		finds: []string{`TRC-7 /usr/bin/ln {"file":"/etc/ld.so.preload"}`},
	},
	{
		name: "ld.so.preload", command: ": >/etc/ld.so.preload",
		finds: []string{`TRC-7 /usr/bin/dash {"file":"/etc/ld.so.preload"}`},
	},
	{
		name: "ld.so.preload is moved into place", command: ": >/etc/.new; mv /etc/.new /etc/ld.so.preload; rm /etc/ld.so.preload",
		finds: []string{`TRC-7 /usr/bin/mv {"file":"/etc/ld.so.preload"}`},
	},
	{
		name:    "dynamic linker", // the one that is there runs on, under its new content's name
		command: "l=$(readlink -f /lib64/ld-linux-x86-64.so.2); fact loader $l; cp -p $l /root/loader; echo >>/root/loader; mv /root/loader $l",
		finds:   []string{`TRC-1012 /usr/bin/mv {"file":"<loader>"}`},
	},
	{
		name:    "dynamic linker is written", // another than the one in use, which 5.10 lets nobody write
		prepare: "cp $(readlink -f /lib64/ld-linux-x86-64.so.2) /usr/lib/ld-musl-x86_64.so.1", command: "echo >>/lib/ld-musl-x86_64.so.1",
		finds: []string{`TRC-1012 /usr/bin/dash {"file":"/usr/lib/ld-musl-x86_64.so.1"}`},
	},
	{
		name: "hidden program", command: "cp /usr/bin/true /root/.cache",
		finds: []string{`TRC-1015 /usr/bin/cp {"file":"/root/.cache"}`},
	},
	{
		name: "hidden program, moved", command: "cp /usr/bin/true /root/plain; mv /root/plain /root/.plain", missed: "TRC-1015",
	},
	{
		name: "boot script", command: "echo : >/etc/rc.local",
		finds: []string{`TRC-1026 /usr/bin/dash {"file":"/etc/rc.local"}`},
	},
	{
		name: "boot script is moved into place", prepare: "mkdir -p /etc/init.d; echo : >/etc/evil", command: "mv /etc/evil /etc/init.d/evil",
		finds: []string{`TRC-1026 /usr/bin/mv {"file":"/etc/init.d/evil"}`},
	},
	{
		name: "boot script's link", command: "update-rc.d evil defaults || :",
		finds: []string{`TRC-1026 /usr/bin/perl {"program":"/usr/sbin/update-rc.d"}`},
	},
	{
		name: "systemd unit", prepare: "mkdir -p /etc/systemd/system", command: "echo '[Service]' >/etc/systemd/system/evil.service",
		finds: []string{`TRC-1026 /usr/bin/dash {"file":"/etc/systemd/system/evil.service"}`},
	},
	{
		name: "cron.d", command: "mkdir -p /etc/cron.d; echo '* * * * * root true' >/etc/cron.d/evil",
		finds: []string{`TRC-1027 /usr/bin/dash {"file":"/etc/cron.d/evil"}`},
	},
	{
		name: "crontab", prepare: "mkdir -p /var/spool/cron/crontabs", command: "echo '* * * * * true' | crontab -",
		finds: []string{`TRC-1027 /usr/bin/crontab {"program":"/usr/bin/crontab"}`},
	},
	{
		name: "cron.d by an exchange of names", prepare: "mkdir -p /etc/cron.d; : >/etc/cron.d/job; echo '* * * * * root true' >/etc/job", command: "files exchange /etc/cron.d/job /etc/job",
		finds: []string{`TRC-1027 /usr/local/bin/files {"file":"/etc/cron.d/job"}`},
	},
	{
		name: "cron.d in a container", in: container, command: "echo '* * * * * root true' >/root/job; mkdir -p /etc/cron.d; mv /root/job /etc/cron.d/evil; ln -s /root/x /etc/cron.d/link",
		finds: []string{
			`TRC-1027 /usr/bin/mv {"file":"/etc/cron.d/evil"}`,
			`TRC-1027 /usr/bin/ln {"file":"/etc/cron.d/link"}`,
		},
	},
	{
		name: "crontab on a file system of its own", prepare: "mkdir -p /var/spool/cron; mount -t tmpfs spool /var/spool/cron; mkdir /var/spool/cron/crontabs",
		command: "echo '* * * * * true' >/var/spool/cron/new; mv /var/spool/cron/new /var/spool/cron/crontabs/root",
		finds: []string{
			`TRC-1027 /usr/bin/dash {"file":"/var/spool/cron/new"}`,
			`TRC-1027 /usr/bin/mv {"file":"/var/spool/cron/crontabs/root"}`,
		},
	},
	{
		name: "ssh key in a container, moved into place", in: container, command: "mkdir -p /root/.ssh; echo key >/root/new; mv /root/new /root/.ssh/authorized_keys",
		finds: []string{`TH-8 /usr/bin/mv {"file":"/root/.ssh/authorized_keys"}`},
	},
	{
		name: "ssh key by a link", prepare: "mkdir -p /home/x/.ssh", command: "ln -s /tmp/keys /home/x/.ssh/authorized_keys",
		finds: []string{`TH-8 /usr/bin/ln {"file":"/home/x/.ssh/authorized_keys"}`},
	},
	{
		name: "ssh key", prepare: "mkdir -p /root/.ssh", command: "echo key >>/root/.ssh/authorized_keys",
		finds: []string{`TH-8 /usr/bin/dash {"file":"/root/.ssh/authorized_keys"}`},
	},
	{
		name: "ssh key is moved into place", command: "echo key >/root/.ssh/new; mv /root/.ssh/new /root/.ssh/authorized_keys",
		finds: []string{`TH-8 /usr/bin/mv {"file":"/root/.ssh/authorized_keys"}`},
	},
	{
		name: "program among programs", command: "touch /bin/surprise",
		finds: []string{`TH-4 /usr/bin/touch {"file":"/usr/bin/surprise"}`},
	},
	{
		name: "program is moved among programs", command: "cp /usr/bin/true /root/ls; mv /root/ls /usr/local/bin/ls",
		finds: []string{`TH-4 /usr/bin/mv {"file":"/usr/local/bin/ls"}`},
	},
	{
		name: "hard link among programs", prepare: ": >/root/top", command: "ln /root/top /usr/local/bin/top",
		finds: []string{`TH-4 /usr/bin/ln {"file":"/usr/local/bin/top"}`},
	},
	{
		name: "link among programs", command: "ln -s /root/plain /usr/local/bin/ps",
		finds: []string{`TH-4 /usr/bin/ln {"file":"/usr/local/bin/ps"}`},
	},
}
