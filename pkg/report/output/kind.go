package output

import "slices"

// kind is what outputs of one kind are.
type kind struct {
	name string
	// keys are those of the config file that it takes beside the common ones.
	keys []string
	// needs are those of them that must be there.
	needs []string
	// format is the form of findings unless one is given; fixed, that there is no other.
	format string
	fixed  bool
	// path is that of a URL that has none.
	path string
	// batch is how many findings go at once unless it is said.
	batch int
}

var (
	commonKeys  = []string{"name", "kind", "min-severity", "filter", "queue-limit"}
	tryKeys     = []string{"timeout", "retry-min", "retry-max"}
	networkKeys = append([]string{"batch", "batch-wait"}, tryKeys...)
	tlsKeys     = []string{"ca-file", "cert-file", "key-file", "server-name"}
	oneKeys     = slices.Concat(tryKeys, tlsKeys, []string{ // HTTP, a finding at a time
		"url", "headers", "header-files", "bearer-token-file", "basic-user", "basic-password-file", "proxy", "compression",
	})
	httpKeys = append([]string{"batch", "batch-wait"}, oneKeys...)
)

// kinds are all there are, in the order in which they are shown.
var kinds = []kind{
	{name: Stdout, format: "text"},
	{name: File, format: "json", keys: []string{"path", "rotate-size", "rotate-keep", "fsync"}, needs: []string{"path"}},
	{
		name: Syslog, format: "json", batch: 100,
		keys:  slices.Concat(networkKeys, tlsKeys, []string{"address", "facility", "app-name", "framing"}),
		needs: []string{"address"},
	},
	{name: Webhook, format: "json", keys: slices.Concat(httpKeys, []string{"method", "content-type"}), needs: []string{"url"}},
	{name: Postee, format: "postee", fixed: true, keys: oneKeys, needs: []string{"url"}},
	{name: Falcosidekick, format: "falcosidekick", fixed: true, keys: oneKeys, needs: []string{"url"}},
	{name: Alertmanager, format: "alertmanager", fixed: true, batch: 64, path: "/api/v2/alerts", keys: httpKeys, needs: []string{"url"}},
	{name: OTLP, format: "otlp", fixed: true, batch: 256, path: "/v1/logs", keys: httpKeys, needs: []string{"url"}},
	{
		name: Kafka, format: "json", batch: 500,
		keys:  slices.Concat(networkKeys, tlsKeys, []string{"servers", "topic", "user", "password-file", "sasl"}),
		needs: []string{"servers", "topic"},
	},
	{
		name: NATS, format: "json", batch: 256,
		keys:  slices.Concat(networkKeys, tlsKeys, []string{"servers", "subject", "user", "password-file", "creds-file"}),
		needs: []string{"servers", "subject"},
	},
}

// kindOf is nil for a name that is none.
func kindOf(name string) *kind {
	i := slices.IndexFunc(kinds, func(k kind) bool { return k.name == name })
	if i < 0 {
		return nil
	}
	return &kinds[i]
}

// Kinds are the names of all kinds.
func Kinds() []string {
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = k.name
	}
	return names
}

// takes says whether outputs of the kind have that key.
func (k *kind) takes(key string) bool {
	return slices.Contains(commonKeys, key) || slices.Contains(k.keys, key) || key == "format" && !k.fixed
}

// allKeys lists what the kind takes.
func (k *kind) allKeys() []string {
	all := slices.Concat(commonKeys, k.keys)
	if !k.fixed {
		all = append(all, "format")
	}
	slices.Sort(all)
	return all
}
