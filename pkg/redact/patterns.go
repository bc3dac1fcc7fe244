package redact

import (
	"regexp"
	"strings"
)

// pattern is a secret that is known by its form. It is tried on texts that hold one
// of its words. What its groups match is the secret, or all of it without groups.
type pattern struct {
	what  string
	words string // in lower case, separated by blanks
	re    *regexp.Regexp
}

func form(what, words, expr string) pattern { return pattern{what, words, regexp.MustCompile(expr)} }

var patterns = []pattern{
	form("private key", "-----begin", `(?s)-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----(.*?)(?:-----END|$)`),
	form("password in a URL", "://", `[a-zA-Z][a-zA-Z0-9+.-]*://[^\s/?#:@"']*:([^\s/@"']+)@`),
	form("authorization header", "authorization", `(?i)authorization["']?\s*[:=]\s*["']?(?:(?:bearer|basic|token|digest|negotiate|apikey)\s+)?([^\s"',;]+)`),
	form("bearer token", "bearer", `(?i)\bbearer\s+([a-z_.~+/=-]*[0-9][a-z0-9_.~+/=-]{6,}|[a-z0-9_.~+/=-]{6,}[0-9][a-z0-9_.~+/=-]*)`),
	form("cookie header", "cookie:", `(?i)\b(?:set-)?cookie:\s*([^\r\n"']+)`),
	form("JSON web token", "eyj", `\beyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]{6,}(?:\.[A-Za-z0-9_-]*)?`),
	form("AWS access key", "akia asia", `\b(?:AKIA|ASIA)[A-Z0-9]{16}\b`),
	form("GitHub token", "ghp_ gho_ ghu_ ghs_ ghr_ github_pat_", `\b(?:gh[pousr]_|github_pat_)[A-Za-z0-9_]{20,}`),
	form("GitLab token", "glpat- gldt- glrt- glrtr- glptt- glcbt- glft- gloas- glsoat- glagent- glimt-",
		`\bgl(?:pat|dt|rt|rtr|ptt|cbt|ft|oas|soat|agent|imt)-[A-Za-z0-9_.-]{16,}`),
	form("Slack token", "xox xapp-", `\b(?:xox[a-z]|xapp)-[A-Za-z0-9-]{8,}`),
	form("Slack webhook", "hooks.slack.com", `hooks\.slack\.com/(?:services|workflows|triggers)/([A-Za-z0-9/_-]+)`),
	form("Google key", "aiza ya29. gocspx-", `\bAIza[A-Za-z0-9_-]{35}|\bya29\.[A-Za-z0-9_-]{16,}|\bGOCSPX-[A-Za-z0-9_-]{16,}`),
	form("Stripe key", "sk_live_ sk_test_ rk_live_ rk_test_", `\b[rs]k_(?:live|test)_[A-Za-z0-9]{10,}`),
	form("OpenAI or Anthropic key", "sk-", `\bsk-[A-Za-z0-9_-]*[0-9][A-Za-z0-9_-]{20,}`),
	form("package registry token", "npm_ pypi- dckr_pat_ rubygems_", `\bnpm_[A-Za-z0-9]{30,}|\bpypi-[A-Za-z0-9_-]{40,}|\bdckr_pat_[A-Za-z0-9_-]{20,}|\brubygems_[a-f0-9]{40,}`),
	form("Vault token", "hvs. hvb. hvr.", `\bhv[sbr]\.[A-Za-z0-9_-]{20,}`),
	form("DigitalOcean token", "dop_v1_ doo_v1_ dor_v1_", `\bdo[por]_v1_[a-f0-9]{32,}`),
	form("SendGrid key", "sg.", `\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}`),
	form("Hugging Face token", "hf_", `\bhf_[A-Za-z0-9]{30,}`),
	form("age key", "age-secret-key-", `\bAGE-SECRET-KEY-1[A-Z0-9]{20,}`),
}

// hints are the words of all kinds of secrets.
var hints = func() *scanner {
	words := map[string]hint{}
	for i, p := range patterns {
		for w := range strings.FieldsSeq(p.words) {
			words[w] |= 1 << i
		}
	}
	for _, w := range nameWords {
		words[w] |= nameHint
	}
	for _, f := range programFlags {
		for w := range strings.FieldsSeq(f.programs) {
			words[w] |= programHint
		}
	}
	return newScanner(words)
}()

// known finds the secrets of the patterns that were hinted at.
func known(s string, found hint) []span {
	var spans []span
	for i := range patterns {
		if found&(1<<i) != 0 {
			spans = append(spans, matches(patterns[i].re, s)...)
		}
	}
	return spans
}

// matches are what the groups of an expression match, or all that it matches.
func matches(re *regexp.Regexp, s string) []span {
	var spans []span
	for _, m := range re.FindAllStringSubmatchIndex(s, -1) {
		if len(m) > 2 {
			m = m[2:]
		}
		for i := 0; i < len(m); i += 2 {
			if m[i] < m[i+1] && s[m[i]:m[i+1]] != Mark {
				spans = append(spans, span{m[i], m[i+1]})
			}
		}
	}
	return spans
}
