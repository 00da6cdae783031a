# Everything runs from a fresh checkout with Go; see tools/bootstrap.sh for what
# is installed where it is missing.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
BIN := $(CURDIR)/bin

# Arguments for the program, as in: make run ARGS="--target=billing"
ARGS ?=
# Packages, as in: make bench PKG=./billing/ledger
PKG ?= ./...
# How long make soak goes on.
FOR ?= 10m
# How many faults make mutants makes in each package (0 = all).
SAMPLE ?= 300

.PHONY: help
help: ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

.PHONY: build
build: ## Build bin/workfluence
	go build -o $(BIN)/workfluence ./cmd/workfluence

.PHONY: run
run: build ## Start everything for development and print its address
	tools/bootstrap.sh run
	exec $(BIN)/workfluence serve --dev --tied $(ARGS)

.PHONY: test
test: ## Run every test: Go, side modules, browser
	tools/test.sh

.PHONY: cases
cases: ## Print one line per acceptance case
	@cd tools && go build -o $(BIN)/cases ./cases
	@(go test -json -run '^Test(Money|Storefront)?Case(A|CC|C)?[0-9]' $(PKG) || true) | $(BIN)/cases

.PHONY: lint
lint: $(BIN)/staticcheck ## Vet, staticcheck and the house laws
	@unformatted=$$(gofmt -l $$(git ls-files '*.go')); \
	if [ -n "$$unformatted" ]; then echo "gofmt these: $$unformatted"; exit 1; fi
	go vet ./...
	$(BIN)/staticcheck ./...
	go test ./internal/laws

.PHONY: lint-all
lint-all: lint $(BIN)/golangci-lint ## Lint with everything (its first build takes minutes)
	$(BIN)/golangci-lint run ./...

.PHONY: generate
generate: $(BIN)/templ ## Write again what is generated: templates, assets, documents, golden files
	$(BIN)/templ generate
	go generate ./...
	go run ./web/build
	go test $$(git grep -l 'flag.Bool("update"' -- '*_test.go' | xargs -n 1 dirname | sort -u | sed 's,^,./,') -update

.PHONY: bench
bench: ## Measure every row of docs/benchmarks.md, about five minutes on two cores
	go test -run '^$$' -bench . -benchtime 1x -timeout 20m $(if $(filter ./...,$(PKG)),$$(git grep -l 'turns\.Race' -- '*bench*_test.go' cmd | xargs -n 1 dirname | sort -u | sed 's,^,./,'),$(PKG))

.PHONY: mutants
mutants: ## Count the faults that the tests of billing and money notice, half an hour on two quiet cores
	@cd tools && go build -o $(BIN)/mutate ./mutate
	nice $(BIN)/mutate -short -least 90 -sample $(SAMPLE) $(if $(filter ./...,$(PKG)),./internal/money ./billing/ledger ./billing,$(PKG))

.PHONY: soak
soak: ## Run the soak tests for FOR=10m
	WORKFLUENCE_SOAK=$(FOR) go test -count=1 -timeout 0 -run Soak -v $(PKG)

.PHONY: verify
verify: ## What must hold before a release: generated files are current, lint, tests, cases
	$(MAKE) generate
	git diff --exit-code
	$(MAKE) lint test cases

.PHONY: hooks
hooks: ## Lint before each push
	printf '#!/bin/sh\nexec make lint\n' > .git/hooks/pre-push
	chmod +x .git/hooks/pre-push

.PHONY: clean
clean: ## Remove what was built
	rm -rf $(BIN)

$(BIN)/staticcheck $(BIN)/templ: tools/go.mod
	cd tools && GOBIN=$(BIN) go install tool
	touch $(BIN)/staticcheck $(BIN)/templ

$(BIN)/golangci-lint: tools/golangci/go.mod
	cd tools/golangci && GOBIN=$(BIN) go install tool
