package lab

import "testing"

func TestHeaderPackages(t *testing.T) {
	for release, want := range map[string][2]string{
		"5.10.0-46-cloud-amd64":      {"linux-headers-5.10.0-46-common", "linux-headers-5.10.0-46-cloud-amd64"},
		"6.12.117+deb12-cloud-amd64": {"linux-headers-6.12.117+deb12-common", "linux-headers-6.12.117+deb12-cloud-amd64"},
		"7.2.13+deb14-cloud-amd64":   {"linux-headers-7.2.13+deb14-common", "linux-headers-7.2.13+deb14-cloud-amd64"},
	} {
		if got := headerPackages(release); got != want {
			t.Errorf("%s: packages %v, want %v", release, got, want)
		}
	}
}
