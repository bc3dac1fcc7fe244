# Everything is built, checked and shown from here. `make help` lists it.

SHELL   := /bin/bash
.SHELLFLAGS := -o pipefail -c
KERNEL  ?= 6.1
KERNELS ?= 6.1,6.12
CMD     ?= uname -a
FUZZTIME ?= 30s
ARCH    := $(shell go env GOARCH)
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
export PATH := $(PATH):/usr/sbin:/sbin

# libbpf is fetched by .ci/deps; see there why it is not the system's.
CACHE  := $(or $(TRACEHOUND_CACHE),$(or $(XDG_CACHE_HOME),$(HOME)/.cache)/tracehound)
LIBBPF := $(CACHE)/libbpf
export TRACEHOUND_CACHE := $(CACHE)
export TRACEHOUND_LAB_CACHE ?= $(CACHE)/lab
export CGO_CFLAGS  := -O2 -I$(LIBBPF)/include
export CGO_LDFLAGS := $(LIBBPF)/lib/libbpf.a -lelf -lz
# The version is put in below; a checkout that belongs to someone else is no error.
export GOFLAGS := $(filter-out -buildvcs=%,$(shell go env GOFLAGS)) -buildvcs=false

LDFLAGS    := -s -w -X github.com/tracehound/tracehound/pkg/cli.version=$(VERSION)
BPF_ARCH   := $(if $(filter arm64,$(ARCH)),arm64,x86)
BPF_SRC    := $(wildcard bpf/*.bpf.c)
BPF_HDR    := $(wildcard bpf/lib/*.h bpf/gen/*.h)
BPF_OBJ    := bpf/object/tracehound.bpf.o
BPF_CFLAGS := -g -O2 -target bpf -mcpu=v2 -Wall -Werror -Wno-unused-function -I$(LIBBPF)/include -Ibpf

GOLANGCI  := go tool -modfile=tools/go.mod golangci-lint
TALLY     := go run ./test/tally
C_FILES   := $(filter-out bpf/gen/%,$(wildcard bpf/*.c bpf/*/*.h test/*/*/*.c))
SCRIPTS   := $(wildcard .ci/* test/lab/guest/* test/*/testdata/*.sh)
PUT_IN    := $(foreach p,tracer rules,$(if $(wildcard dist/$(p)),-f dist/$(p):/usr/local/bin/$(p):0755))

.PHONY: all mutate help deps bpf tracer rules rules-plugins lab-tool generate demo record test test-kernels unit lint fmt fuzz lab e2e bench clean

all: tracer rules ## build both programs into dist/

help: ## this list
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/\1\t\2/p' Makefile | expand -t 16

deps: ## install what a build needs (Debian; as root when something is missing)
	@.ci/deps >/dev/null

bpf: $(BPF_OBJ) ## compile the BPF programs

dist/bpf/%.o: bpf/%.bpf.c $(BPF_HDR) | deps
	@mkdir -p dist/bpf
	clang $(BPF_CFLAGS) -D__TARGET_ARCH_$(BPF_ARCH) -c $< -o $@

$(BPF_OBJ): $(BPF_SRC:bpf/%.bpf.c=dist/bpf/%.o)
	bpftool gen object $@ $^

tracer: $(BPF_OBJ) ## build dist/tracer (static)
	CGO_ENABLED=1 go build -trimpath -tags netgo,osusergo -ldflags '$(LDFLAGS) -extldflags -static' -o dist/tracer ./cmd/tracer

rules: ## build dist/rules (static)
	CGO_ENABLED=0 go build -trimpath -ldflags '$(LDFLAGS)' -o dist/rules ./cmd/rules

rules-plugins: deps ## build dist/rules-plugins: loads Go signatures from .so files
	CGO_ENABLED=1 go build -trimpath -tags plugins -ldflags '$(LDFLAGS)' -o dist/rules-plugins ./cmd/rules

lab-tool: deps ## build dist/lab: runs a command on a real kernel
	go build -o dist/lab ./test/lab/cmd/lab

generate: ## write the files that are derived from the catalogue
	go run ./pkg/catalog/gen

demo: tracer rules lab-tool ## show the main job on a real kernel
	@./.ci/demo

# These take minutes on each kernel: storms, a reader that stands still, every
# system call there is, a hundred random filters, mixtures of filters and options, packages built and installed.
LONG := TestStorm|TestPausedReader|TestEverySyscall|TestHalvesAgree|TestEveryProgramLoads|TestOrdinaryLife|TestDocker

test: ## lint, unit tests, real kernels KERNELS=6.1,6.12 but for the long tests
	@$(MAKE) --no-print-directory tracer rules
	@$(MAKE) --no-print-directory lint
	@$(MAKE) --no-print-directory unit
	@$(MAKE) --no-print-directory e2e

test-kernels: ## all tests on real kernels, on all that we promise: hours
	@$(MAKE) --no-print-directory e2e LONG= KERNELS=5.10,6.1,6.12,newest

unit: deps ## unit tests with the race detector; seeds of the fuzz tests and generated files included
	go test -race -json ./... | $(TALLY)

e2e: tracer rules ## lab and end-to-end tests on real kernels, KERNELS=6.1,6.12
	TRACEHOUND_KERNELS=$(KERNELS) go test -tags lab -count=1 -p 1 -timeout $(if $(LONG),80m,10h) $(if $(LONG),-skip '$(LONG)') -json ./test/lab/... ./test/e2e/... | $(TALLY) -v

RECORD ?= TestEveryEventIsEmitted|TestEverySyscall|TestLossIsCounted|TestPausedReader
record: KERNELS := 5.10,6.1,6.12,newest
record: tracer rules ## make docs/events.md say which kernel has which event; KERNELS=newest RECORD=TestEveryEventIsEmitted/file renews a part
	TRACEHOUND_KERNELS=$(KERNELS) go test -tags lab -count=1 -timeout 120m -run '$(RECORD)' ./test/e2e -record
	@$(MAKE) --no-print-directory generate

bench: rules ## measure what events cost, compare with the limits, write bench/results.md
	go build -o dist/bench ./bench
	dist/bench -out bench/results.md

mutate: ## change every condition of the shipped signatures: their cases must notice (unit does it too)
	go test -count=1 -v ./test/mutation

fuzz: deps ## look for new inputs that break the readers, FUZZTIME=30s for each
	@grep -rHoP '^func \KFuzz\w+' --include=*_test.go cmd pkg signatures test | while IFS=: read -r file name; do \
		echo "$$name in $${file%/*}"; go test -run='^$$' -fuzz="^$$name\$$" -fuzztime=$(FUZZTIME) "./$${file%/*}" || exit 1; done

lint: deps ## what linters and formatters say; the BPF programs for both architectures
	$(GOLANGCI) run ./...
	$(GOLANGCI) run --build-tags lab ./pkg/signature/goplugin/...
	clang-format --dry-run -Werror $(C_FILES)
	shellcheck -s dash $(SCRIPTS)
	@for arch in x86 arm64; do for f in $(BPF_SRC); do clang $(BPF_CFLAGS) -D__TARGET_ARCH_$$arch -c $$f -o /dev/null || exit 1; done; done

fmt: deps ## format everything
	gofmt -w .
	clang-format -i $(C_FILES)

lab: export CMD := $(CMD)
lab: lab-tool ## run CMD on KERNEL=6.1: make lab CMD='tracer check' (see dist/lab --help)
	@dist/lab -k $(KERNEL) $(PUT_IN) -- sh -c "$$CMD"

clean: ## remove what was built
	rm -rf dist $(BPF_OBJ)
