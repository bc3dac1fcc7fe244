package redact

import (
	"path"
	"slices"
	"strings"
)

// word is one of a command line, and its place in the text, or in the list's
// element, that it is from.
type word struct {
	text    string
	element int
	span
}

// programFlag is a flag of one letter, or of another meaning elsewhere, with which
// some programs take a secret.
type programFlag struct {
	programs string
	flags    string
	// joined is that the value may be of one word with the flag; apart, that it may
	// be the next.
	joined, apart bool
	after         string // the secret is what stands behind this
	with          string // only when this word is there, too
}

var programFlags = []programFlag{
	{programs: "mysql mysqldump mysqladmin mysqlimport mysqlshow mariadb mariadb-dump mariadb-admin", flags: "-p", joined: true},
	{programs: "sshpass mongo mongosh mongodump mongorestore mongoexport useradd usermod rdesktop", flags: "-p", joined: true, apart: true},
	{programs: "docker podman nerdctl buildah skopeo helm oras crane az", flags: "-p", joined: true, apart: true, with: "login"},
	{programs: "curl", flags: "-u --user -U --proxy-user", joined: true, apart: true, after: ":"},
	{programs: "redis-cli", flags: "-a", joined: true, apart: true},
	{programs: "ldapsearch ldapadd ldapmodify ldapdelete ldappasswd ldapwhoami", flags: "-w", joined: true, apart: true},
	{programs: "smbclient rpcclient smbget net", flags: "-U --user", joined: true, apart: true, after: "%"},
	{programs: "lftp", flags: "-u --user", joined: true, apart: true, after: ","},
	{programs: "zip unzip sqlcmd bcp ipmitool", flags: "-P", joined: true, apart: true},
	{programs: "7z 7za 7zr 7zz rar unrar", flags: "-p", joined: true},
	{programs: "snmpget snmpwalk snmpset snmpbulkwalk", flags: "-A -X", joined: true, apart: true},
	{programs: "openssl", flags: "-passin -passout -pass", apart: true, after: "pass:"},
	{programs: "xfreerdp wlfreerdp", flags: "/p:", joined: true},
}

// flagsOf are the flags of each program.
var flagsOf = func() map[string][]*programFlag {
	all := map[string][]*programFlag{}
	for i := range programFlags {
		for p := range strings.FieldsSeq(programFlags[i].programs) {
			all[p] = append(all[p], &programFlags[i])
		}
	}
	return all
}()

// split makes words of a text as a shell does, as far as quotes go.
func split(s string) []word {
	var words []word
	for i := 0; i < len(s); {
		for i < len(s) && strings.IndexByte(" \t\r\n", s[i]) >= 0 {
			i++
		}
		from, quote := i, byte(0)
		for ; i < len(s) && (quote != 0 || strings.IndexByte(" \t\r\n", s[i]) < 0); i++ {
			switch {
			case s[i] == quote:
				quote = 0
			case quote == 0 && (s[i] == '"' || s[i] == '\''):
				quote = s[i]
			}
		}
		if from < i {
			at := span{from, i}
			if c := s[from]; i-from > 1 && (c == '"' || c == '\'') && s[i-1] == c {
				at = span{from + 1, i - 1}
			}
			words = append(words, word{text: s[at.from:at.to], span: at})
		}
	}
	return words
}

func commandSpans(words []word) []span {
	var spans []span
	for _, w := range commandWords(words) {
		spans = append(spans, w.span)
	}
	return spans
}

// commandWords finds the values of flags that are secrets.
func commandWords(words []word) []word {
	var secrets []word
	var flags []*programFlag // of the program that the words are for
	for i, w := range words {
		switch {
		case strings.HasPrefix(w.text, "-") || strings.HasPrefix(w.text, "/p:"):
			secrets = append(secrets, flagSecret(words, i, flags)...)
		case w.text == "|" || w.text == ";" || w.text == "&&" || w.text == "||":
			flags = nil
		default:
			if f := flagsOf[path.Base(w.text)]; f != nil {
				flags = f
			}
		}
	}
	return slices.DeleteFunc(secrets, func(w word) bool { return !isSecret(w.text) })
}

// flagSecret is the secret of the flag that is the word i, if there is one.
func flagSecret(words []word, i int, flags []*programFlag) []word {
	w := words[i]
	next := func() (word, bool) {
		if i+1 < len(words) && !isFlag(words[i+1].text) {
			return words[i+1], true
		}
		return word{}, false
	}
	if !strings.Contains(w.text, "=") && secretName(strings.TrimLeft(w.text, "-")) && !forFlag(w.text, flags) {
		if value, ok := next(); ok {
			return []word{value}
		}
		return nil
	}
	for _, f := range flags {
		if f.with != "" && !slices.ContainsFunc(words, func(w word) bool { return w.text == f.with }) {
			continue
		}
		for name := range strings.FieldsSeq(f.flags) {
			rest, is := strings.CutPrefix(w.text, name)
			switch {
			case !is:
			case rest == "" && f.apart:
				if value, ok := next(); ok {
					return f.secret(value, 0)
				}
			case rest != "" && f.joined && (!strings.HasPrefix(name, "--") || rest[0] == '='):
				return f.secret(w, len(name)+len(rest)-len(strings.TrimPrefix(rest, "=")))
			}
		}
	}
	return nil
}

// forFlag reports whether a program gives the flag a form of its own.
func forFlag(text string, flags []*programFlag) bool {
	return slices.ContainsFunc(flags, func(f *programFlag) bool {
		return f.after != "" && slices.Contains(strings.Fields(f.flags), text)
	})
}

// secret is what of a word is the secret, after a flag of n bytes.
func (f *programFlag) secret(w word, n int) []word {
	text := w.text[n:]
	if f.after != "" {
		_, behind, ok := strings.Cut(text, f.after)
		if !ok {
			return nil
		}
		n += len(text) - len(behind)
		text = behind
	}
	w.text, w.from = text, w.from+n
	return []word{w}
}

// isFlag tells a flag from a value that begins with a dash.
func isFlag(s string) bool {
	name := strings.TrimLeft(s, "-")
	if len(name) == len(s) || name == "" {
		return false
	}
	if len(s)-len(name) == 1 {
		return len(name) == 1
	}
	name, _, _ = strings.Cut(name, "=")
	return strings.Trim(name, "abcdefghijklmnopqrstuvwxyz-") == ""
}
