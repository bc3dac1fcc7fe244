# What happens on a machine where nobody attacks. Read by dash after lib.sh;
# benign_test.go asserts what is said of it.

# step NAME: what happens from now on, and since when.
step() { echo "$(date +%s%N) $*" >>steps; }

# pam: what the script of libpam-runtime makes.
pam() {
	for kind in auth account password; do
		{
			echo "$kind [success=1 default=ignore] pam_unix.so"
			echo "$kind requisite pam_deny.so"
			echo "$kind required pam_permit.so"
		} >/etc/pam.d/common-$kind
	done
	for name in session session-noninteractive; do
		printf 'session required pam_permit.so\nsession required pam_unix.so\n' >/etc/pam.d/common-$name
	done
}

# accounts and keys: what was there before.
accounts() {
	pam
	update-alternatives --install /usr/bin/cc cc /usr/bin/gcc 20 >/dev/null 2>&1 || die "no compiler"
	useradd --create-home --shell /bin/bash alice || die "no account"
	for home in /root /home/alice; do
		mkdir -p $home/.ssh
		ssh-keygen -q -t ed25519 -N '' -f $home/.ssh/id_ed25519 || die "no key"
		cat $home/.ssh/id_ed25519.pub /root/.ssh/id_ed25519.pub >$home/.ssh/authorized_keys
		chmod -R go= $home/.ssh
	done
	chown -R alice: /home/alice/.ssh
	printf 'Host *\n\tStrictHostKeyChecking no\n\tLogLevel ERROR\n' >/etc/ssh/ssh_config
}

# repository: /srv/debs becomes one of apt's.
repository() {
	(cd /srv/debs && dpkg-scanpackages --multiversion . >Packages 2>/dev/null) || die "no repository"
	echo "deb [trusted=yes] file:/srv/debs ./" >/etc/apt/sources.list
}

# source_package: a package's source as its maintainer has it, in /home/alice/hello.
source_package() {
	mkdir -p /home/alice/hello/debian/source
	cd /home/alice/hello || die "no folder"
	cat >hello.c <<-'C'
		#include <stdio.h>
		#include "greeting.h"
		int main(void) { return puts(greeting()) < 0; }
	C
	echo 'const char *greeting(void);' >greeting.h
	printf '#include "greeting.h"\nconst char *greeting(void) { return "hello"; }\n' >greeting.c
	# shellcheck disable=SC2016 # for make
	printf 'hello: hello.o greeting.o\n\t$(CC) $(LDFLAGS) -o $@ $^\n' >Makefile
	# shellcheck disable=SC2016 # for make
	printf 'install: hello\n\tinstall -D -m 0755 hello $(DESTDIR)/usr/bin/hello-lab\n' >>Makefile
	printf 'clean:\n\trm -f hello *.o\n' >>Makefile
	cat >debian/control <<-'C'
		Source: hello-lab
		Section: misc
		Priority: optional
		Maintainer: Lab <lab@example.org>
		Build-Depends: debhelper-compat (= 13)
		Standards-Version: 4.6.2

		Package: hello-lab
		Architecture: any
		Depends: ${shlibs:Depends}, ${misc:Depends}
		Description: says hello
		 Every minute.
	C
	printf 'hello-lab (1.0) unstable; urgency=low\n\n  * First.\n\n -- Lab <lab@example.org>  Mon, 01 Jan 2024 00:00:00 +0000\n' >debian/changelog
	printf '#!/usr/bin/make -f\n%%:\n\tdh $@\n' >debian/rules
	chmod +x debian/rules
	echo '3.0 (native)' >debian/source/format
	echo '* * * * * root hello-lab >>/run/hello.log' >debian/hello-lab.cron.d
	chown -R alice: /home/alice/hello
	cd /e2e/out || die "no folder"
}

# aptget ARG...: as an administrator calls it.
aptget() {
	step "apt-get $*"
	DEBIAN_FRONTEND=noninteractive apt-get -q -y "$@" >>apt.log 2>&1 || die "apt-get $*: $(tail -n 5 apt.log)"
}

# compile: a program, by its user.
compile() {
	step compile
	su alice -c 'cd ~/hello && make && ./hello && make clean' >compile.log 2>&1 || die "compile: $(cat compile.log)"
}

# build: a package, by its maintainer, with a faked root.
build() {
	step build
	su alice -c 'cd ~/hello && dpkg-buildpackage -us -uc -rfakeroot' >build.log 2>&1 || die "build: $(tail -n 5 build.log)"
	cp /home/alice/hello-lab_1.0_*.deb /srv/debs
}

# services: as their packages start them.
services() {
	step services
	for service in nginx ssh cron; do
		/etc/init.d/$service start >>services.log 2>&1 || die "$service: $(cat services.log)"
	done
}

# load: requests for nginx, and reading its log.
load() {
	step load
	ab -q -n 1000 -c 8 http://127.0.0.1/ >ab.log 2>&1 || die "ab: $(cat ab.log)"
	grep -q '^Failed requests: *0$' ab.log || die "ab: $(cat ab.log)"
	curl -s http://localhost/ | grep -qi nginx || die "curl"
	tail -n 1 /var/log/nginx/access.log >/dev/null
}

# logins: with a command, with a terminal, with files, by both accounts.
logins() {
	step logins
	ssh root@localhost 'id -u' >logins.log 2>&1 || die "ssh: $(cat logins.log)"
	printf 'ls -la; cat /etc/passwd; exit\n' | ssh -tt alice@localhost >>logins.log 2>&1 || die "ssh: $(cat logins.log)"
	su alice -c 'ssh alice@localhost true' >>logins.log 2>&1 || die "ssh: $(cat logins.log)"
	scp -q /etc/hostname alice@localhost:copy || die scp
	sudo -u alice id | grep -q alice || die sudo
	passwd --status alice >>logins.log 2>&1 || die "passwd: $(cat logins.log)"
}

# look: over everything there is.
look() {
	step look
	{
		find / -xdev -newer /etc/passwd
		find / -maxdepth 4 -name '*.conf'
		ps aux
		du -sx /usr
	} >found 2>/dev/null
	tar cf - /etc 2>/dev/null | gzip >etc.tar.gz
	rm found etc.tar.gz
}

# job: cron runs what the package brought.
job() {
	step job
	n=0
	until grep -qs hello /run/hello.log; do
		n=$((n + 1))
		[ $n -lt 180 ] || die "cron runs nothing"
		sleep 0.5
	done
}
