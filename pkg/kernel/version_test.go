package kernel

import "testing"

func TestParseVersion(t *testing.T) {
	for release, want := range map[string]Version{
		"5.10.0-46-cloud-amd64": {5, 10, 0}, "6.12.95+deb12-cloud-amd64": {6, 12, 95}, "7.2-rc1": {7, 2, 0},
		"6.1": {6, 1, 0}, "5.15.153.1-microsoft-standard-WSL2": {5, 15, 153}, "5.10.": {5, 10, 0},
	} {
		got, err := ParseVersion(release)
		if err != nil || got != want {
			t.Errorf("%q: %v, %v, want %v", release, got, err, want)
		}
	}
	for _, release := range []string{"", "6", "6.", "v6.1", ".1.2", "99999999999999999999.1", "-1.2"} {
		if got, err := ParseVersion(release); err == nil {
			t.Errorf("%q: read as %v", release, got)
		}
	}
}

func TestAtLeast(t *testing.T) {
	v := Version{5, 10, 200}
	for _, tc := range []struct {
		major, minor int
		want         bool
	}{{5, 10, true}, {5, 9, true}, {4, 20, true}, {5, 11, false}, {6, 0, false}} {
		if got := v.AtLeast(tc.major, tc.minor); got != tc.want {
			t.Errorf("%v at least %d.%d: %v", v, tc.major, tc.minor, got)
		}
	}
}

func FuzzParseVersion(f *testing.F) {
	f.Add("5.10.0-46-cloud-amd64")
	f.Add("7.2-rc1")
	f.Add("..")
	f.Fuzz(func(t *testing.T, s string) {
		if v, err := ParseVersion(s); err == nil && (v.Major < 0 || v.Minor < 0 || v.Patch < 0) {
			t.Errorf("%q: %v", s, v)
		}
	})
}
