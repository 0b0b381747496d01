# malote.  POSIX make: GNU make and bmake; no configure.
#
#	make			all programs, in build/
#	make check		every short test (as root: with real jails)
#	make demo		a private instance that tells what it does
#	make install		into DESTDIR with PREFIX
#	make fuzz | crash | promises	the long runs
#	make bench | bench-quick	speed, beside the peers (tests/bench/README.md)
#	make clean
#
# conf/rules.sh writes the rules for every source file from conf/programs
# and the tree itself, so that a new file needs no line here.

PREFIX	= /usr/local
DESTDIR	=
ETC	= /etc/malote
STATE	= /var/malote
BUILD	= build
CC	= cc
CFLAGS	= -O2 -g
LDFLAGS	=

ENGINE	=

# All that runs as root for longer than a moment (tests/lint/root.t compares
# this with what the linker took, and counts it).
ROOT_OBJS = master/start master/start_house master/start_serve \
	  master/start_spawn master/start_user common/die common/fate \
	  common/fd common/files_server common/found common/frame \
	  common/ladder common/ladder-os common/pass common/signals \
	  common/wire_files conf/house

RULES	= CC='$(CC)' CFLAGS='$(CFLAGS)' LDFLAGS='$(LDFLAGS)' BUILD='$(BUILD)' \
	  PREFIX='$(PREFIX)' ETC='$(ETC)' STATE='$(STATE)' ENGINE='$(ENGINE)' \
	  sh conf/rules.sh

all:
	@sh tests/lib/need.sh build
	@$(RULES)
	@$(MAKE) -f $(BUILD)/rules.mk programs

# One program: make program P=smtpd;  one test: make program P=test/test_str
program:
	@$(RULES)
	@$(MAKE) -f $(BUILD)/rules.mk 'do-$(P)'

# Compiles without linking: make objects CC=musl-gcc BUILD=build-musl
objects:
	@$(RULES)
	@$(MAKE) -f $(BUILD)/rules.mk objects

tests: all
	@$(MAKE) -f $(BUILD)/rules.mk tests fuzzers benches

fuzzers:
	@$(RULES)
	@$(MAKE) -f $(BUILD)/rules.mk fuzzers

check:
	@sh tests/lib/need.sh check
	@$(MAKE) tests
	@python3 tests/lib/check.py $(BUILD) unit corpus lint jail run crash

# The same under the sanitizers: unit tests, corpora and runs.
check-sanitized:
	@sh tests/lib/need.sh check
	@$(MAKE) tests BUILD=build-asan \
	    CFLAGS='-O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined'
	@DEATHS=1 python3 tests/lib/check.py build-asan unit corpus run

# Power cuts of a file system of its own, and kills of everything.
CUTS	= 50
KILLS	= 100
crash:
	@sh tests/lib/need.sh check
	@$(MAKE) tests
	@CUTS=$(CUTS) KILLS=$(KILLS) LIMIT=3600 TELL=1 \
	    python3 tests/lib/check.py $(BUILD) crash

crash-quick:
	@$(MAKE) crash CUTS=3 KILLS=5

# 10 CPU minutes for each target, or what SECONDS says.
SECONDS	= 600
fuzz:
	@sh tests/lib/need.sh check
	@$(MAKE) fuzzers BUILD=build-fuzz CC=clang \
	    CFLAGS='-O1 -g -fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=undefined' \
	    ENGINE=-fsanitize=fuzzer
	@sh tests/lib/fuzz.sh build-fuzz $(SECONDS) $(TARGETS)

# Nine lines of ten of each reader from the kept corpora alone.
fuzz-coverage:
	@sh tests/lib/need.sh check
	@$(MAKE) fuzzers BUILD=build-coverage CC=clang \
	    CFLAGS='-O1 -g -fprofile-instr-generate -fcoverage-mapping'
	@sh tests/lib/fuzz_coverage.sh build-coverage $(TARGETS)

# Bound checks taken out of a copy, one at a time, must be reported.
fuzz-proof:
	@sh tests/lib/need.sh check
	@SECONDS=$(SECONDS) python3 tests/lib/mutants.py $(TARGETS)

promises:
	@sh tests/lib/need.sh check
	@$(MAKE) all
	@python3 tests/lib/promises.py $(BUILD)

# Speed beside the peers: an hour or more, or five minutes.  N is the number
# of messages, RUNS that of repetitions, PEERS and WORKLOADS name what is
# measured; RESULTS is where RESULTS.md and the plots go.
BENCH_DIR = $(BUILD)/bench
BENCH	= PEERS='$(PEERS)' WORKLOADS='$(WORKLOADS)' N='$(N)' RUNS='$(RUNS)' \
	  BUILD='$(BUILD)' BENCH_DIR='$(BENCH_DIR)' BENCH_TOOLS='$(BUILD)/bench' \
	  RESULTS='$(RESULTS)'
bench: bench-tools bench-peers
	@$(BENCH) python3 tests/bench/suite full

bench-quick: bench-tools
	@set -- $(PEERS); [ $$# -gt 0 ] || set -- postfix dovecot; \
	    sh tests/bench/peers.sh '$(BENCH_DIR)/peers' "$$@"
	@$(BENCH) python3 tests/bench/suite quick

bench-tools: all
	@sh tests/lib/need.sh bench
	@$(MAKE) -f $(BUILD)/rules.mk benches

# What cannot be had is said in the table.
bench-peers:
	@sh tests/lib/need.sh bench
	@sh tests/bench/peers.sh '$(BENCH_DIR)/peers' $(PEERS)

demo:
	@sh tests/lib/need.sh demo
	@$(MAKE) all
	@python3 tests/lib/demo.py $(BUILD)

install: all
	@DESTDIR='$(DESTDIR)' PREFIX='$(PREFIX)' ETC='$(ETC)' STATE='$(STATE)' \
	    BUILD='$(BUILD)' sh conf/install.sh

clean:
	rm -rf build build-*

.PHONY: all program objects tests fuzzers check check-sanitized crash crash-quick fuzz fuzz-coverage fuzz-proof promises bench bench-quick bench-tools bench-peers demo install clean
