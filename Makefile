# nskit: namespaces for Linux. `make help` lists what there is to make.

GO       ?= $(shell command -v go || echo /usr/local/go/bin/go)
PREFIX   ?= /usr/local
DESTDIR  ?=
ROOTFS   ?= ./rootfs
FUZZTIME ?= 1m
VERSION  ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)

# A static musl binary starts fastest (0.4 ms before static glibc), so musl-gcc is
# taken where it is installed. CC in the environment or on the command line wins.
ifeq ($(origin CC),default)
CC := $(shell for cc in musl-gcc gcc clang cc; do command -v $$cc && break; done)
endif
CROSS_CC ?= aarch64-linux-gnu-gcc

# The version comes from git describe above. Go's own stamp is off because it makes
# every build fail where git refuses a tree that belongs to another user.
export GOFLAGS += -buildvcs=false

TOOLS := $(notdir $(wildcard cmd/*))

# osusergo and netgo: no NSS, which would load libraries of a foreign root.
# -no-pie: no relocation work at start-up; compilers default to PIE today.
BUILD := $(GO) build -trimpath -tags osusergo,netgo \
	-ldflags '-s -w -X main.version=$(VERSION) -linkmode external -extldflags "-static -no-pie"'

.DEFAULT_GOAL := build
.PHONY: help build run test check fmt fuzz bench install clean cross generate

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "%-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## the tools, static, into bin/
	CGO_ENABLED=1 CC='$(CC)' $(BUILD) -o bin/ ./cmd/...

cross: ## the tools for arm64, into bin/arm64/
	CGO_ENABLED=1 GOARCH=arm64 CC='$(CROSS_CC)' $(BUILD) -o bin/arm64/ ./cmd/...

run: build $(ROOTFS) ## a shell (without a terminal: hack/demo) in new namespaces on ./rootfs
	@if [ -t 0 ] && [ -t 1 ]; then set -x; bin/nsrun --uts --pid --mnt $(ROOTFS) sh; \
	else set -x; bin/nsrun --uts --pid --mnt $(ROOTFS) sh <hack/demo; fi

$(ROOTFS):
	hack/mkrootfs $@

test: build ## vet and all tests; as root those for both root and plain users
	$(GO) vet ./...
	NSKIT_BIN=$(CURDIR)/bin $(GO) test -p 1 -count=1 ./...

check: ## format, static analysis, C warnings, generated files, cross-build
	@GO=$(GO) CROSS_CC='$(CROSS_CC)' hack/check

fmt: ## format Go and C
	$(GO) fmt ./...
	find . -name '*.[ch]' -exec clang-format -i {} +

fuzz: ## every fuzz test for FUZZTIME (1m)
	@GO=$(GO) hack/fuzz $(FUZZTIME)

bench: build ## nskit against its peers: hack/bench -help, BENCH="-only REGEX"
	$(GO) run ./hack/bench $(BENCH)

generate: ## the C option tables from the pflag definitions
	$(GO) generate ./...

install: $(TOOLS:%=bin/%) ## the tools into DESTDIR/PREFIX/bin
	install -d $(DESTDIR)$(PREFIX)/bin
	install -m 755 $^ $(DESTDIR)$(PREFIX)/bin

# Only what is missing: `sudo make install` after `make` must not build as root.
$(TOOLS:%=bin/%):
	$(MAKE) build

clean: ## what make made
	rm -rf --one-file-system bin rootfs
