package kernel

import (
	"errors"
	"os"
	"strings"
	"testing"
)

func TestLockdown(t *testing.T) {
	const mounted = "24 23 0:6 / /sys/kernel/security rw - securityfs securityfs rw\n"
	config := func(text string) Config { return Config{Path: "config", values: parseConfig([]byte(text))} }
	force := "CONFIG_SECURITY_LOCKDOWN_LSM=y\nCONFIG_LOCK_DOWN_KERNEL_FORCE_"
	read := func(text string, err error) func(string) (string, error) {
		return func(string) (string, error) { return text, err }
	}
	denied := read("", os.ErrPermission)
	for _, tc := range []struct {
		name       string
		files      tree
		securityfs func(string) (string, error)
		config     Config
		params     string
		want       Lockdown
		why        string
	}{
		{"none", tree{"/sys/kernel/security/lockdown": "[none] integrity confidentiality\n"}, denied, Config{}, "", LockdownNone, "/sys/kernel/security/lockdown"},
		{"integrity", tree{"/sys/kernel/security/lockdown": "none [integrity] confidentiality\n"}, denied, Config{}, "", LockdownIntegrity, ""},
		{"confidentiality", tree{"/sys/kernel/security/lockdown": "none integrity [confidentiality]\n"}, denied, Config{}, "lockdown=integrity", LockdownConfidentiality, ""},
		{"strange", tree{"/sys/kernel/security/lockdown": "none [everything]\n"}, denied, Config{}, "", LockdownUnknown, "holds"},
		{"mounted without the file", tree{"/proc/self/mountinfo": mounted}, denied, Config{}, "", LockdownNone, "not active"},
		{"not mounted, read all the same", tree{}, read("none integrity [confidentiality]\n", nil), config(force + "INTEGRITY=y"), "", LockdownConfidentiality, "securityfs"},
		{"not mounted, not active", tree{}, read("", errNoSecurityFile), Config{}, "", LockdownNone, "not active"},
		{"unreadable, built without", tree{}, denied, config("CONFIG_X=y"), "", LockdownNone, "CONFIG_SECURITY_LOCKDOWN_LSM"},
		{"unreadable, boot parameter", tree{}, denied, Config{}, "quiet lockdown=confidentiality", LockdownConfidentiality, "boot parameter"},
		{"unreadable, forced", tree{}, denied, config(force + "CONFIDENTIALITY=y"), "", LockdownConfidentiality, "FORCE_CONFIDENTIALITY"},
		// root may have raised it since
		{"unreadable, begins with integrity", tree{}, denied, config(force + "INTEGRITY=y"), "lockdown=integrity", LockdownUnknown, "cannot be read"},
		{"nothing known", tree{}, denied, Config{}, "", LockdownUnknown, "cannot be read"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			h := host{root: tc.files.write(t), securityfs: tc.securityfs}
			got, why := h.lockdown(tc.config, strings.Fields(tc.params))
			if got != tc.want || !strings.Contains(why, tc.why) {
				t.Errorf("%s (%s), want %s (%s)", got, why, tc.want, tc.why)
			}
		})
	}
}

func TestLSMs(t *testing.T) {
	denied := func(string) (string, error) { return "", errors.New("denied") }
	config := Config{Path: "config", values: map[string]string{"LSM": "landlock,yama,bpf"}}
	for _, tc := range []struct {
		name   string
		files  tree
		config Config
		params string
		want   State
	}{
		{"listed", tree{"/sys/kernel/security/lsm": "lockdown,capability,bpf"}, Config{}, "", Yes},
		{"not listed, whatever was built in", tree{"/sys/kernel/security/lsm": "lockdown,capability"}, config, "lsm=bpf", No},
		{"built in", tree{}, config, "", Yes},
		{"boot parameter wins", tree{}, config, "lsm=yama", No},
		{"last boot parameter wins", tree{}, config, "lsm=yama lsm=yama,bpf", Yes},
		{"older boot parameter", tree{}, config, "security=apparmor", Unknown},
		{"nothing known", tree{}, Config{}, "", Unknown},
	} {
		t.Run(tc.name, func(t *testing.T) {
			h := host{root: tc.files.write(t), securityfs: denied}
			f := &Facts{}
			f.LSMs, f.lsmsWhy = h.lsms(tc.config, strings.Fields(tc.params))
			if got := f.HasLSM("bpf"); got != tc.want || f.lsmsWhy == "" {
				t.Errorf("bpf %s (%s), want %s", got, f.lsmsWhy, tc.want)
			}
		})
	}
}
