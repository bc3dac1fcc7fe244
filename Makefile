# Everything is built, checked and shown from here. `make help` lists it.

SHELL   := /bin/bash
KERNEL  ?= 6.1
KERNELS ?= 6.1,6.12
ARCH    := $(shell go env GOARCH)
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
export PATH := $(PATH):/usr/sbin:/sbin

# libbpf is fetched by .ci/deps; see there why it is not the system's.
CACHE  := $(or $(TRACEHOUND_CACHE),$(or $(XDG_CACHE_HOME),$(HOME)/.cache)/tracehound)
LIBBPF := $(CACHE)/libbpf
export CGO_CFLAGS  := -O2 -I$(LIBBPF)/include
export CGO_LDFLAGS := $(LIBBPF)/lib/libbpf.a -lelf -lz

LDFLAGS    := -s -w -X github.com/tracehound/tracehound/pkg/cli.version=$(VERSION)
BPF_ARCH   := $(if $(filter arm64,$(ARCH)),arm64,x86)
BPF_SRC    := $(wildcard bpf/*.bpf.c)
BPF_HDR    := $(wildcard bpf/lib/*.h bpf/gen/*.h)
BPF_OBJ    := bpf/object/tracehound.bpf.o
BPF_CFLAGS := -g -O2 -target bpf -mcpu=v2 -D__TARGET_ARCH_$(BPF_ARCH) -Wall -Werror -Wno-unused-function

.PHONY: all help deps bpf tracer rules generate demo test test-kernels unit lint fmt lab e2e clean

all: tracer rules ## build both programs into dist/

help: ## this list
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/\1\t\2/p' Makefile | expand -t 16

deps: ## install what a build needs (Debian; as root when something is missing)
	@.ci/deps >/dev/null

bpf: $(BPF_OBJ) ## compile the BPF programs

dist/bpf/%.o: bpf/%.bpf.c $(BPF_HDR) | deps
	@mkdir -p dist/bpf
	clang $(BPF_CFLAGS) -I$(LIBBPF)/include -Ibpf -c $< -o $@

$(BPF_OBJ): $(BPF_SRC:bpf/%.bpf.c=dist/bpf/%.o)
	bpftool gen object $@ $^

tracer: $(BPF_OBJ) ## build dist/tracer (static)
	CGO_ENABLED=1 go build -trimpath -tags netgo,osusergo -ldflags '$(LDFLAGS) -extldflags -static' -o dist/tracer ./cmd/tracer

rules: ## build dist/rules (static)
	CGO_ENABLED=0 go build -trimpath -ldflags '$(LDFLAGS)' -o dist/rules ./cmd/rules

rules-plugins: ## build dist/rules-plugins: loads Go signatures from .so files
	CGO_ENABLED=1 go build -trimpath -tags plugins -ldflags '$(LDFLAGS)' -o dist/rules-plugins ./cmd/rules

generate: ## write the files that are derived from the catalogue
	go run ./pkg/catalog/gen

clean: ## remove what was built
	rm -rf dist $(BPF_OBJ)
