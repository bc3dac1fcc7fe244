package layout

// Rows are all packages and all that each imports; a row that allows more fails the
// test too. Tests may import more.
var Rows = []Row{
	// Definitions. They import nothing but each other, so that rules can check a
	// signature's events and fields without anything that traces.
	{"pkg/schema", "what an event definition is: Event, Field, Kind, Set", ""},
	{"pkg/catalog", "every event, one literal each", "pkg/schema"},
	{"pkg/catalog/gen", "writes what is derived from the catalogue", "pkg/catalog pkg/schema"},
	{"pkg/catalog/syscallformats", "compares the system calls with what kernels say", "pkg/catalog pkg/schema"},
	{"pkg/event", "one observed event: values, process, container", "pkg/schema"},
	{"pkg/codec", "both ends of the pipe: json, gob, protobuf", "pkg/event pkg/schema"},

	// Shared by both programs.
	{"pkg/cli", "flags, exit codes, configuration file, version", "pkg/cli/nearest"},
	{"pkg/cli/nearest", "the known word nearest to a mistyped one", ""},

	// From the kernel to the stream.
	{"bpf/object", "the compiled BPF programs, embedded", ""},
	{"pkg/kernel", "facts of this kernel: BTF, config, lockdown, symbols, features", ""},
	{"pkg/integrity", "looks at tables of the kernel that rootkits overwrite, and for hidden modules", "pkg/event pkg/kernel"},
	{"pkg/loader", "opens, configures, loads and attaches the programs, reads their records", "pkg/schema"},
	{"pkg/decode", "record bytes to event, driven by the catalogue", "pkg/catalog pkg/event pkg/schema"},
	{"pkg/metrics", "numbers, health and profiles over HTTP", ""},
	{"pkg/privilege", "gives up capabilities", ""},
	{"pkg/proc", "reads /proc; who descends from whom", ""},
	{"pkg/cgroup", "reads cgroups", ""},
	{"pkg/container", "which container owns a cgroup", "pkg/cgroup"},
	{"pkg/users", "names users as containers see them, beside the pipeline", ""},
	{"pkg/container/runtime", "asks container runtimes, beside the pipeline", "pkg/container"},
	{"pkg/enrich", "stages: the container of an event, its ancestors", "pkg/catalog pkg/container pkg/container/runtime pkg/event pkg/proc"},
	{"pkg/derive", "stage: events made from events", "pkg/catalog pkg/event pkg/exports pkg/schema"},
	{"pkg/exports", "which symbols a shared object exports", ""},
	{"pkg/filter", "what was asked for, by --trace and policies", "pkg/cli/nearest pkg/event pkg/schema"},
	{"pkg/filter/policy", "files of named policies", "pkg/cli/nearest pkg/filter pkg/schema"},
	{"pkg/filter/kernel", "the part of a filter that the kernel does", "pkg/filter pkg/schema"},
	{"pkg/printer", "tables, compact lines and templates for people", "pkg/event pkg/schema"},
	{"pkg/exechash", "sha256 of executed programs, beside the pipeline", ""},
	{"pkg/symbols", "names for the addresses of stacks, beside the pipeline", ""},
	{"pkg/outfile", "files that events go to: no links followed, rotated", ""},
	{"pkg/pipeline", "ordered stages, queues, counters, shutdown", "pkg/event"},
	{
		"pkg/tracer", "config to wiring; the only place that knows all stages",
		"bpf/object pkg/catalog pkg/cgroup pkg/cli pkg/cli/nearest pkg/codec pkg/container pkg/container/runtime pkg/decode pkg/derive pkg/enrich pkg/event pkg/exechash " +
			"pkg/filter pkg/filter/kernel pkg/filter/policy pkg/integrity pkg/kernel pkg/loader pkg/metrics pkg/outfile pkg/pipeline pkg/printer pkg/privilege pkg/proc pkg/schema pkg/symbols pkg/users",
	},
	{"cmd/tracer", "main", "pkg/tracer"},

	// From the stream to findings.
	{"pkg/signature", "the contract for authors: Signature, Metadata, Selector, Finding", "pkg/event"},
	{"pkg/document", "reads the YAML that people write for rules, shows faults at their place", "pkg/signature"},
	{"pkg/signature/goplugin", "signatures from Go plugins", "pkg/signature"},
	{"pkg/signature/rego", "signatures in Rego", "docs/schema pkg/cli/nearest pkg/event pkg/schema pkg/signature"},
	{"pkg/signature/cel", "signatures in CEL", "pkg/document pkg/event pkg/schema pkg/signature"},
	{
		"pkg/signature/load", "finds and checks signatures",
		"pkg/catalog pkg/cli/nearest pkg/document pkg/schema pkg/signature pkg/signature/cel pkg/signature/goplugin pkg/signature/rego signatures signatures/golang",
	},
	{
		"pkg/signature/sigtest", "cases of signatures: events and what must be found",
		"pkg/catalog pkg/cli/nearest pkg/codec pkg/document pkg/engine pkg/event pkg/schema pkg/signature",
	},
	{"pkg/engine", "index by selector, dispatch, life cycle", "pkg/event pkg/signature"},
	{
		"pkg/tuning", "what is accepted in a place, what severity signatures have there, groups of findings",
		"pkg/catalog pkg/cli/nearest pkg/document pkg/event pkg/schema pkg/signature pkg/signature/cel",
	},
	{"pkg/intake", "events from Kafka and NATS, in groups of readers", "pkg/cli/nearest pkg/report/output pkg/report/receiver"},
	{"pkg/report/spool", "findings on disk until their receiver has them", ""},
	{"pkg/report/deliver", "from a queue to a receiver, until it has them", "pkg/outfile pkg/report/spool"},
	{"pkg/report/receiver", "the protocols of those that take findings", "pkg/outfile pkg/report/deliver pkg/report/output pkg/report/spool"},
	{
		"pkg/report/outlet", "all outputs of one run",
		"pkg/report pkg/report/deliver pkg/report/output pkg/report/receiver pkg/report/spool pkg/signature",
	},
	{"pkg/report/output", "what a user says of where findings go", "pkg/cli/nearest pkg/document pkg/signature"},
	{"pkg/redact", "takes secrets out of findings", "pkg/event pkg/signature"},
	{"pkg/template", "text/template for JSON, XML and CSV, escaping by place", ""},
	{"pkg/report", "findings in the forms that people and programs want", "pkg/cli pkg/cli/nearest pkg/event pkg/signature pkg/template"},
	{
		"pkg/rules", "config to wiring; the counterpart of pkg/tracer",
		"pkg/catalog pkg/cli pkg/cli/nearest pkg/codec pkg/engine pkg/event pkg/intake pkg/metrics pkg/privilege pkg/redact pkg/report pkg/report/outlet pkg/report/output pkg/signature pkg/signature/load pkg/signature/sigtest pkg/tuning",
	},
	{"cmd/rules", "main", "pkg/rules"},
	{"signatures", "the shipped signature files, embedded", ""},
	{"signatures/cel", "the shipped signatures in CEL and their tests", ""},
	{"signatures/rego", "the shipped signatures in Rego and their tests", ""},
	{"signatures/golang", "the shipped signatures in Go, one file each", "pkg/event pkg/signature"},

	// For users and tests.
	{"docs/schema", "the JSON schema of an event, embedded", ""},
	{"examples", "what the documentation shows, and its tests", ""},
	{"examples/dropped", "a signature as a plugin", "pkg/event pkg/signature"},
	{"bench", "measures what events cost", "bench/stream pkg/codec pkg/event"},
	{"bench/stream", "makes streams of events as a busy node has them", "pkg/catalog pkg/codec pkg/event pkg/schema"},
	{"test/cheader", "reads the BPF programs' headers, to compare with Go", ""},
	{"test/e2e", "both programs in the lab, attacks and what must be found", ""},
	{"test/lab", "boots real kernels in virtual machines", ""},
	{"test/lab/cmd/lab", "the lab for people", "test/lab"},
	{"test/layout", "this table and its check", ""},
	{"test/mutation", "changes the shipped signatures, which their cases must notice", ""},
	{"test/tally", "counts what go test did", ""},
}

// Dependencies are the modules of others, with all packages that import them. Those
// of tests alone are not here.
var Dependencies = []Dependency{
	{"github.com/aquasecurity/libbpfgo", "pkg/loader"},
	{"github.com/cilium/ebpf", "pkg/kernel"},
	{"github.com/open-policy-agent/opa", "pkg/signature/rego test/mutation"},
	{"github.com/google/cel-go", "pkg/signature/cel test/mutation"},
	{"github.com/goccy/go-yaml", "pkg/cli pkg/document pkg/filter/policy pkg/report/output pkg/rules pkg/signature/cel pkg/signature/sigtest pkg/tuning test/mutation"},
	{"github.com/twmb/franz-go", "pkg/intake pkg/report/receiver"},
	{"github.com/nats-io/nats.go", "pkg/intake pkg/report/receiver"},
	{"go.etcd.io/bbolt", "pkg/report/spool"},
	{"github.com/cenkalti/backoff/v5", "pkg/report/deliver"},
	{"github.com/google/go-cmp", "pkg/signature/sigtest"},
	{"github.com/rogpeppe/go-internal", "pkg/signature/sigtest"},
	{"github.com/spf13/cobra", "pkg/cli pkg/rules pkg/tracer test/lab/cmd/lab"},
	{"github.com/spf13/pflag", "pkg/cli pkg/metrics pkg/rules"},
	{"github.com/agnivade/levenshtein", "pkg/cli/nearest"},
	{"golang.org/x/sys", "pkg/cgroup pkg/exechash pkg/kernel pkg/loader pkg/outfile pkg/privilege pkg/proc pkg/report/receiver pkg/report/spool pkg/symbols pkg/tracer pkg/users"},
	{"github.com/Masterminds/sprig/v3", "pkg/printer pkg/template"},
	{"github.com/hashicorp/golang-lru/v2", "pkg/container/runtime pkg/derive pkg/enrich pkg/exechash pkg/rules pkg/signature/cel pkg/users signatures/golang"},
	{"google.golang.org/protobuf", "pkg/codec pkg/report pkg/report/receiver"},
	{"go.opentelemetry.io/proto/otlp", "pkg/report"},
	{"golang.org/x/arch", "pkg/integrity"},
	{"golang.org/x/term", "pkg/cli"},
	{"github.com/containerd/errdefs", "pkg/container/runtime"},
	{"github.com/moby/moby/api", "pkg/container/runtime"},
	{"github.com/moby/moby/client", "pkg/container/runtime"},
	{"google.golang.org/grpc", "pkg/container/runtime"},
	{"k8s.io/cri-api", "pkg/container/runtime"},
	{"github.com/prometheus/client_golang", "pkg/metrics pkg/rules pkg/tracer"},
	{"kernel.org/pub/linux/libs/security/libcap/cap", "pkg/privilege pkg/rules pkg/tracer"},
}

// Limits are what keeps one program's weight and risk out of the other.
var Limits = []Limit{
	{"cmd/tracer", "signatures are not the tracer's business", "github.com/open-policy-agent/opa github.com/google/cel-go", true, ""},
	{"cmd/rules", "rules runs anywhere, unprivileged and without C", "github.com/aquasecurity/libbpfgo github.com/cilium/ebpf", false, "kernel.org/pub/linux/libs/security/libcap/psx"},
}
