package redact

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tracehound/tracehound/pkg/event"
	"github.com/tracehound/tracehound/pkg/signature"
	"github.com/tracehound/tracehound/pkg/signature/sigtest"
)

func defaults(t testing.TB) *Redactor {
	t.Helper()
	r, err := New(true, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

const (
	jwt    = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P"
	github = "ghp_abcdefghijklmnopqrstuvwxyz0123456789"
	key    = "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\nx+y=\n"
)

func TestArguments(t *testing.T) {
	tests := []struct{ in, want string }{ // elements are separated by |
		{"mysql|-u|root|-phunter2|db", "mysql|-u|root|-p[redacted]|db"},
		{"sudo|/usr/bin/mysqldump|-phunter2", "sudo|/usr/bin/mysqldump|-p[redacted]"},
		{"x|--password|hunter2|-v", "x|--password|[redacted]|-v"},
		{"x|--password|-hunt3r2|-v", "x|--password|[redacted]|-v"},
		{"x|--password=hunter 2|-v", "x|--password=[redacted]|-v"},
		{"x|--api-key|k|--client-secret=s|-token|t", "x|--api-key|[redacted]|--client-secret=[redacted]|-token|[redacted]"},
		{"curl|-u|bob:hunter2|http://h", "curl|-u|bob:[redacted]|http://h"},
		{"curl|-ubob:hunter2", "curl|-ubob:[redacted]"},
		{"curl|--user=bob:hun:ter2", "curl|--user=bob:[redacted]"},
		{"curl|-H|Authorization: Bearer abcdef12|u", "curl|-H|Authorization: Bearer [redacted]|u"},
		{"curl|-H|authorization: Basic Ym9iOmh1bnRlcjI=", "curl|-H|authorization: Basic [redacted]"},
		{"curl|-H|X-Api-Key: 0123abc|-H|Cookie: a=b; c=d", "curl|-H|X-Api-Key: [redacted]|-H|Cookie: [redacted]"},
		{"curl|https://bob:hunter2@h/p?token=abc&x=1", "curl|https://bob:[redacted]@h/p?token=[redacted]&x=1"},
		{"sshpass|-p|hunter2|ssh|-p|22|h", "sshpass|-p|[redacted]|ssh|-p|[redacted]|h"},
		{"docker|login|-u|bob|-p|hunter2", "docker|login|-u|bob|-p|[redacted]"},
		{"redis-cli|-a|hunter2", "redis-cli|-a|[redacted]"},
		{"openssl|rsa|-passin|pass:hunter2", "openssl|rsa|-passin|pass:[redacted]"},
		{"smbclient|//h/s|-U|bob%hunter2", "smbclient|//h/s|-U|bob%[redacted]"},
		{"7z|x|-phunter2|a.7z", "7z|x|-p[redacted]|a.7z"},
		{"kubectl|create|secret|generic|x|--from-literal=password=hunter2", "kubectl|create|secret|generic|x|--from-literal=password=[redacted]"},
		{"docker|run|-e|DB_PASSWORD=hunter2|img", "docker|run|-e|DB_PASSWORD=[redacted]|img"},
		{"sh|-c|mysql -phunter2 -e 'select 1' | wc; x --token 'a b'", "sh|-c|mysql -p[redacted] -e 'select 1' | wc; x --token '[redacted]'"},
		{"aws|configure|set|aws_secret_access_key=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "aws|configure|set|aws_secret_access_key=[redacted]"},
		{"x|AKIAIOSFODNN7EXAMPLE|" + github + "|" + jwt, "x|[redacted]|[redacted]|[redacted]"},
		{"git|clone|https://oauth2:glpat-abcdefghijklmnopqrst@h/r", "git|clone|https://oauth2:[redacted]@h/r"},
		{"x|xoxb-123456789012-abcdef|sk_live_abcdefghij1234|AIzaSyA1234567890abcdefghijklmnopqrstuv", "x|[redacted]|[redacted]|[redacted]"},
		{"x|https://hooks.slack.com/services/T000/B000/XXXX", "x|https://hooks.slack.com/services/[redacted]"},
		{"x|" + key + "-----END RSA PRIVATE KEY-----", "x|-----BEGIN RSA PRIVATE KEY-----[redacted]-----END RSA PRIVATE KEY-----"},
		{"x|" + key, "x|-----BEGIN RSA PRIVATE KEY-----[redacted]"}, // cut at the tracer's limit
		{`x|{"user":"bob","password":"hun\"ter2","n":1}`, `x|{"user":"bob","password":"[redacted]","n":1}`},
		{"x|password: hunter2\nuser: bob", "x|password: [redacted]\nuser: bob"},
	}
	r := defaults(t)
	for _, tt := range tests {
		in := strings.Split(strings.ReplaceAll(tt.in, " | ", "\x01"), "|")
		for i := range in {
			in[i] = strings.ReplaceAll(in[i], "\x01", " | ")
		}
		before := slices.Clone(in)
		got, changed := r.list(in)
		if s := strings.Join(got, "|"); s != tt.want || !changed {
			t.Errorf("%s\n got %s\nwant %s", tt.in, s, tt.want)
		}
		if !slices.Equal(in, before) {
			t.Errorf("%s: the list itself was changed", tt.in)
		}
		again, _ := r.list(got)
		if s := strings.Join(again, "|"); s != tt.want {
			t.Errorf("%s: redacted twice is %s", tt.in, s)
		}
	}
}

// What is not a secret stays: findings would be worth less.
func TestNotRedacted(t *testing.T) {
	r := defaults(t)
	for _, in := range []string{
		"mkdir|-p|/a/b", "ssh|-p|22|host", "docker|run|-p|80:80|nginx", "ps|-p|1", "mysql|-p|db", "mysql|-u|root|--password|-h|db",
		"cat|/etc/passwd", "docker|run|-v|/etc/passwd:/etc/passwd:ro|x", "vi|/root/.ssh/id_rsa", "ls|/run/secrets/token", "curl|-u|bob|http://h:80/x@y",
		"x|PASSWORD_FILE=/run/secrets/p", "x|TOKEN_TTL=60", "x|SECRET_NAME=a", "x|TOKENIZERS_PARALLELISM=false", "x|PWD=/root", "x|OLDPWD=/", "x|KEY=a",
		"x|--password=$PASS", "x|--password=true", "x|token={{.Token}}", "x|--password", "x|--no-password|-v", "x|password==1", "x|BYPASS=1", "x|max_tokens=4",
		"passwd|root", "basic authentication", "bearer of bad news", "std::token::x", "git@github.com:a/b.git", "https://h:8080/a@b", "sk-learn-model", "x|monkey=1",
		"openssl|rsa|-passin|stdin", "keyctl|search|@s|user|a", "sha256:0123456789abcdef", "x|ghp_short", "-----BEGIN CERTIFICATE-----", "a|b=c", "=", ":", "token=",
	} {
		list := strings.Split(in, "|")
		if got, changed := r.list(list); changed {
			t.Errorf("%s became %q", in, got)
		}
	}
}

// No event of the cases of the shipped signatures has a secret, and none is
// changed: what they are about is still told.
func TestShippedCasesStay(t *testing.T) {
	r := defaults(t)
	cases, err := sigtest.LoadAll("../../signatures/*/*_test.yaml")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, c := range cases {
		for i, e := range c.Events {
			f := &signature.Finding{Event: e}
			n++
			if got := r.Finding(f); got != f {
				t.Errorf("%s: event %d: %s", c.Where, i+1, cmp.Diff(e.Args, got.Event.Args))
			}
		}
	}
	if n < 100 {
		t.Errorf("only %d events", n)
	}
}

func finding() *signature.Finding {
	return &signature.Finding{
		ID: "id", Metadata: signature.Metadata{ID: "TRC-1", Description: "--password=stays"},
		Data: map[string]any{"command": "x --password hunter2", "password": "hunter2", "deep": []any{map[string]any{"api_key": "hunter2", "n": 1}}, "env": map[string]string{"A_TOKEN": "hunter2", "B": "b"}},
		Event: &event.Event{
			ProcessName: "a:b@c", Executable: "/tmp/token=hunter2", ExecID: "token=stays",
			Ancestors: []event.Ancestor{{ProcessName: "sh"}, {Executable: "/x/token=hunter2"}},
			Extra:     event.Extra{"more": json.RawMessage(`{"password":"hunter2","n":12345678901234567890}`), "n": json.RawMessage(`1`)},
			Args: []event.Argument{
				{Name: "argv", Value: []string{"curl", "-u", "bob:hunter2"}}, {Name: "env", Value: []string{"PGPASSWORD=hunter 2", "PATH=/bin"}},
				{Name: "n", Value: int32(7)}, {Name: "bytes", Value: []byte("token=hunter2\n")}, {Name: "fd", Value: int32(3), Path: "/x?token=hunter2"},
				{Name: "list", Value: []any{"--token", "hunter2"}}, {Name: "addr", Value: event.Sockaddr{Family: "AF_UNIX", Path: "@token=hunter2"}},
			},
		},
	}
}

func TestFinding(t *testing.T) {
	f, want := finding(), finding()
	got := defaults(t).Finding(f)
	if diff := cmp.Diff(want, f); diff != "" {
		t.Errorf("the finding itself has changed:\n%s", diff)
	}
	text, err := json.Marshal(struct {
		D any
		E *event.Event
		M any
	}{got.Data, got.Event, got.Metadata})
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(text), "hunter") {
		t.Errorf("a secret is left: %s", text)
	}
	for _, stays := range []string{"--password=stays", `"execId":"token=stays"`, `12345678901234567890`, `"B":"b"`, "PATH=/bin", `"n":1`, "bob:[redacted]", "x --password [redacted]"} {
		if !strings.Contains(string(text), stays) {
			t.Errorf("lacks %s: %s", stays, text)
		}
	}
	if got.Event.Args[2].Value != int32(7) || string(got.Event.Args[3].Value.([]byte)) != "token=[redacted]\n" {
		t.Errorf("arguments %v", got.Event.Args)
	}
	if n := strings.Count(string(text), Mark); n != 12 {
		t.Errorf("%d marks, want 12: %s", n, text)
	}
}

func TestOwnExpressions(t *testing.T) {
	tests := []struct{ expr, in, want string }{
		{`--tok \S+`, "x|--tok|abc|d", "x|[redacted]|[redacted]|d"},
		{`--tok (\S+)`, "x|--tok|abc|d", "x|--tok|[redacted]|d"},
		{`card (\d{4})-(\d{4})`, "card 1234-5678", "card [redacted]-[redacted]"},
		{`emp-\d+`, "a emp-12 emp-3", "a [redacted] [redacted]"},
		{`(?i)SECRETCORP`, "secretcorp|x", "[redacted]|x"},
		{`nothing`, "a|b", "a|b"},
	}
	for _, tt := range tests {
		r, err := New(false, []string{tt.expr})
		if err != nil {
			t.Fatal(err)
		}
		got, _ := r.list(strings.Split(tt.in, "|"))
		if s := strings.Join(got, "|"); s != tt.want {
			t.Errorf("%s on %s\n got %s\nwant %s", tt.expr, tt.in, s, tt.want)
		}
	}
	r, err := New(false, []string{"x"})
	if err != nil {
		t.Fatal(err)
	}
	if s, _ := r.text("--password=hunter2"); s != "--password=hunter2" {
		t.Errorf("defaults were not asked for: %s", s)
	}
}

func TestBadExpression(t *testing.T) {
	for expr, want := range map[string]string{
		`a(b`:    `"a(b": at character 2: missing closing )`,
		`é[z-a]`: `at character 3: invalid character class range: z-a`,
		`a(?=b)`: `at character 2: invalid or unsupported Perl syntax: (?=`,
		`x**`:    `at character 2: invalid nested repetition operator: **`,
		`a*`:     `matches an empty text`,
		``:       `matches an empty text`,
	} {
		if _, err := New(true, []string{"fine", expr}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", expr, err, want)
		}
	}
}

func TestNothingToDo(t *testing.T) {
	r, err := New(false, nil)
	if f := finding(); r != nil || err != nil || r.Finding(f) != f {
		t.Errorf("%v, %v", r, err)
	}
}

// The scanner finds the words that strings.Contains finds.
func FuzzScan(f *testing.F) {
	words := map[string]hint{"abab": 1, "bab": 2, "b": 4, "abc": 8, "xyz": 16}
	sc := newScanner(words)
	f.Add("ababc")
	f.Add("aBaXyZ")
	f.Fuzz(func(t *testing.T, s string) {
		var want hint
		for w, h := range words {
			if strings.Contains(strings.Map(func(r rune) rune {
				if r >= 'A' && r <= 'Z' {
					return r + 'a' - 'A'
				}
				return r
			}, s), w) {
				want |= h
			}
		}
		if got := sc.scan(s); got != want {
			t.Errorf("%q: %b, want %b", s, got, want)
		}
	})
}

// Whatever a text is, redacting ends, and what is redacted has no secret any more.
func FuzzList(f *testing.F) {
	f.Add("mysql -phunter2", "--password")
	f.Add(`{"password":"a\"`, "curl -u a:b")
	f.Add(key, "https://a:b@c")
	r, err := New(true, []string{`t(o)k`})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		once, changed := r.list([]string{a, b})
		if len(once) != 2 || !changed && (once[0] != a || once[1] != b) {
			t.Errorf("%q %q became %q", a, b, once)
		}
	})
}

func BenchmarkFinding(b *testing.B) {
	plain := &signature.Finding{
		Data: map[string]any{"file path": "/usr/bin/something"},
		Event: &event.Event{ProcessName: "something", Executable: "/usr/bin/something", HostName: "node-17", Args: []event.Argument{
			{Name: "pathname", Value: "/usr/bin/something"}, {Name: "argv", Value: []string{"something", "--config", "/etc/something.conf", "-v", "run"}},
			{Name: "env", Value: []string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin", "HOME=/root", "LANG=C.UTF-8", "SHLVL=1"}},
		}},
	}
	long := &signature.Finding{Event: &event.Event{Args: []event.Argument{{Name: "argv", Value: []string{strings.Repeat("a plain word ", 5000)}}}}}
	r := defaults(b)
	for name, f := range map[string]*signature.Finding{"plain": plain, "64KiB": long, "secrets": finding()} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				r.Finding(f)
			}
		})
	}
}
