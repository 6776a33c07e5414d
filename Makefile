# Everything that people type here. `make run` and `make test` work on a Debian machine that has only Swift, git and make.

SWIFT ?= swift
CONFIG ?= config/parley.yaml
# What tests run besides: certificates, a TLS peer and the Python peers, swaks' interpreter.
TOOLS = openssl python3 python3-venv perl
LIBRARIES = libsqlite3-dev libcurl4-openssl-dev libgmime-3.0-dev libxml2-dev pkg-config
SOURCES = Package.swift Sources Tests Benchmarks $(EXAMPLE)/Package.swift $(EXAMPLE)/Sources
# Servers that are not ours: unpacked under var/peers for tests and benchmarks, never installed.
PEERS = postfix swaks wrk libluajit-5.1-2 libluajit-5.1-common libnet-ssleay-perl nginx libnginx-mod-nchan \
	kannel kannel-extras libmariadb3 libpcre3 libhiredis0.14 libct4
PEERS_DIR = var/peers
# Python packages that tests talk to (Tests/Peers), in a virtual environment of their own.
PYTHON_DIR = var/peers-python
# A package of its own that uses the client SDK.
EXAMPLE = Examples/bridge

.PHONY: run build release install test lint format demo example build-example bench simulate libraries tools peers python-peers clean

run: build ## Build and start the daemon with the shipped settings
	@echo "Once the ports are open: 'make demo' in another terminal plays a conversation; README.md goes on from there."
	$(SWIFT) run --skip-build parley serve --config $(CONFIG)

build: libraries
	@echo "Building (the first time takes about six minutes) ..."
	$(SWIFT) build --product parley

release: libraries
	@echo "Building the release (the first time takes about ten minutes) ..."
	$(SWIFT) build -c release --scratch-path .build-release --product parley

install: release ## Install the release build under PREFIX (/usr/local)
	install -d $(DESTDIR)$(or $(PREFIX),/usr/local)/bin
	install -m 755 .build-release/release/parley $(DESTDIR)$(or $(PREFIX),/usr/local)/bin/parley

test: libraries tools peers python-peers ## Run every test
	$(SWIFT) build --build-tests
	$(SWIFT) test --skip-build --disable-xctest --skip DialogueTests
	$(MAKE) build-example
	PARLEY_PEERS=$(abspath $(PEERS_DIR)) PARLEY_PYTHON=$(abspath $(PYTHON_DIR))/bin/python3 PARLEY_EXAMPLE=$(abspath $(EXAMPLE))/.build/debug/bridge \
		$(SWIFT) test --skip-build --disable-xctest --filter DialogueTests

demo: ## Play a conversation through the running daemon
	$(SWIFT) run --skip-build parley demo --config $(CONFIG)

example: build-example ## Play the client's example through the running daemon
	@$(EXAMPLE)/converse $(CONFIG)

# SwiftPM does not see that a package that is taken by its path has got another file: without its plan it plans again.
build-example:
	@rm -f $(EXAMPLE)/.build/debug.yaml
	$(SWIFT) build --package-path $(EXAMPLE) --product bridge
	@scripts/check-example $(EXAMPLE)

bench: release peers ## Measure the release build beside its peers
	$(SWIFT) build -c release --scratch-path .build-release --product parley-bench
	PARLEY_PEERS=$(abspath $(PEERS_DIR)) Benchmarks/run

simulate: libraries ## Replay one simulation: make simulate SEED=7
	$(SWIFT) build --build-tests
	PARLEY_SEED=$(or $(SEED),1) $(SWIFT) test --skip-build --disable-xctest --filter replaysASeed

lint: ## Style and layering
	$(SWIFT) format lint --strict --recursive --parallel $(SOURCES)

format:
	$(SWIFT) format --in-place --recursive --parallel $(SOURCES)

libraries:
	@scripts/install-missing $(LIBRARIES)

tools:
	@scripts/install-missing $(TOOLS)

peers: ## Unpack the servers that tests talk to
	@scripts/fetch-peers $(PEERS_DIR) $(PEERS)

python-peers: tools ## Fetch the Python packages that tests talk to
	@scripts/fetch-python-peers $(PYTHON_DIR) Tests/Peers/requirements.txt

clean:
	rm -rf .build .build-release $(EXAMPLE)/.build
