# Ballcone. `make help` lists what there is; the scripts under tools/ do the work.
empty :=
space := $(empty) $(empty)
SHELL := /bin/bash
PREFIX ?= /usr/local
WEB_PORT ?= 8080
NGINX_PORT ?= 8888
SYSLOG_PORT ?= 65140
export NINJA_STATUS := [%f/%t]$(space)
export CTEST_OUTPUT_ON_FAILURE := 1

.PHONY: help setup build test lint bench bench-large demo install fuzz tsan screenshots update-golden clean

help: ## Show this list (the default)
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

setup: ## Install what everything below needs: Debian packages, pinned npm packages
	@tools/setup build test lint demo

build: ## Build the program: build/release/ballcone
	@tools/setup build
	@tools/build release

test: ## Build with and without sanitizers and run every test
	@tools/setup build test
	@tools/build release
	@tools/build dev
	@cd build/dev && ctest -j2

lint: ## Check layout, includes, types and documents; static analysis
	@tools/setup build lint
	@tools/lint

demo: ## Ballcone, a real nginx and a site's traffic, until Ctrl-C (WEB_PORT, NGINX_PORT, SYSLOG_PORT)
	@tools/setup build demo
	@tools/build release
	@WEB_PORT=$(WEB_PORT) NGINX_PORT=$(NGINX_PORT) SYSLOG_PORT=$(SYSLOG_PORT) node tools/demo/run.mjs

bench: ## Measure: micro-benchmarks, floods, start-up, nginx at full speed
	@tools/setup build bench
	@tools/build bench
	@bench/run

bench-large: ## Measure the dashboard over 100 million hits
	@tools/setup build bench
	@tools/build bench
	@BENCH_VISIT_HITS=100000000 bench/run dashboard

install: ## Install into PREFIX (default /usr/local; DESTDIR is heeded)
	@test -x build/release/ballcone || $(MAKE) --no-print-directory build
	@DESTDIR=$(DESTDIR) cmake --install build/release --prefix $(PREFIX)

fuzz: ## Fuzz each decoder for a minute (FUZZ_SECONDS)
	@tools/setup build fuzz
	@tools/build fuzz
	@tools/fuzz

tsan: ## Run the tests of what has threads with ThreadSanitizer
	@tools/setup build test
	@tools/build tsan ballcone source_test store_test web_test pipeline_test
	@tools/tsan

screenshots: ## Draw docs/screenshots/ from the demo's data, with Chromium
	@tools/setup build demo screenshots
	@tools/build release
	@tools/screenshots

update-golden: ## Rewrite the expected answers in test/e2e/cases from what the program says now
	@tools/setup build test
	@tools/build release
	@BALLCONE=build/release/ballcone UPDATE_GOLDEN=1 node --test test/e2e/golden_test.mjs

clean: ## Remove what was built
	rm -rf build
