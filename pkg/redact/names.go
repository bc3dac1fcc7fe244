package redact

import (
	"slices"
	"strings"
)

// nameWords are in all names that secretName takes.
var nameWords = []string{"pass", "pwd", "secret", "token", "key", "auth", "signature", "credential"}

// secretEnds are what the name of a secret ends with, without signs between words.
var secretEnds = []string{
	"password", "passwd", "passphrase", "secret", "token", "apikey", "accesskey", "secretkey", "privatekey", "authkey", "accountkey", "encryptionkey",
	"masterkey", "sharedkey", "signingkey", "secretkeybase", "storagekey", "rediscliauth", "amzsignature", "credential", "sshpass",
}

// secretName reports whether a value under that name, of a variable, a flag or a
// key, is a secret: DB_PASSWORD, --api-key, clientSecret, and not PASSWORD_FILE.
func secretName(name string) bool {
	if len(name) > 128 {
		name = name[len(name)-128:]
	}
	var parts [8]string
	words := parts[:0]
	plain := strings.ToLower(name)
	for w := range strings.FieldsFuncSeq(plain, func(r rune) bool { return r == '_' || r == '-' || r == '.' }) {
		words = append(words, w)
	}
	if len(words) == 0 || strings.ContainsAny(plain, " /\t") {
		return false
	}
	last := words[len(words)-1]
	switch last {
	case "pass":
		return true
	case "pwd":
		return len(words) > 1 && words[len(words)-2] != "old"
	case "signature", "key", "base", "auth":
		last = strings.Join(words, "")
	}
	return slices.ContainsFunc(secretEnds, func(end string) bool { return strings.HasSuffix(last, end) })
}

// isSecret tells values that are none, whatever their name: nothing, truth values,
// variables that a shell or a template puts in, and what is redacted already.
func isSecret(value string) bool {
	switch strings.ToLower(value) {
	case "", "true", "false", "yes", "no", "on", "off", "null", "nil", "none", "0", "1", "-":
		return false
	}
	return !strings.HasPrefix(value, "$") && !strings.HasPrefix(value, "{{") && !strings.HasPrefix(value, Mark[:len(Mark)-1]) && strings.Trim(value, "*") != ""
}

func inName(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-' || c == '.'
}

// assignments finds NAME=value and NAME: value, in variables, flags, queries of URLs,
// JSON and YAML, where NAME is that of a secret.
func assignments(s string) []span {
	var spans []span
	for i := 1; i < len(s); i++ {
		if s[i] != '=' && s[i] != ':' {
			continue
		}
		if !secretName(nameBefore(s, i)) {
			continue
		}
		if v := valueAfter(s, i); v.from < v.to && isSecret(s[v.from:v.to]) {
			spans = append(spans, v)
			i = v.to - 1
		}
	}
	return spans
}

// nameBefore is the name that a sign ends: none behind a slash or a colon, where a
// colon has another meaning.
func nameBefore(s string, sign int) string {
	end := sign
	for end > 0 && (s[end-1] == ' ' && sign-end < 2 || s[end-1] == '"' || s[end-1] == '\'') {
		end--
	}
	from := end
	for from > 0 && end-from < 128 && inName(s[from-1]) {
		from--
	}
	if from > 0 && s[sign] == ':' && (s[from-1] == '/' || s[from-1] == ':') {
		return ""
	}
	return s[from:end]
}

// valueAfter is what follows a sign: in its quotes, or up to where a word, a list
// or a query ends.
func valueAfter(s string, sign int) span {
	from := sign + 1
	if from < len(s) && (s[from] == '=' || s[from] == ':' || s[from] == '>') || s[sign] == ':' && strings.HasPrefix(s[from:], "//") {
		return span{}
	}
	for from < len(s) && (s[from] == ' ' || s[from] == '\t') && s[sign] == ':' {
		from++
	}
	if from < len(s) && (s[from] == '"' || s[from] == '\'') {
		quote := s[from]
		for to := from + 1; to < len(s); to++ {
			switch s[to] {
			case '\\':
				to++
			case quote:
				return span{from + 1, to}
			}
		}
		return span{from + 1, len(s)} // the rest was cut
	}
	to := from
	for to < len(s) && strings.IndexByte(" \t\r\n\x00\"'&;,|)}]<>`", s[to]) < 0 {
		to++
	}
	return span{from, to}
}
