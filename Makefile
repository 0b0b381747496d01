# malote.  POSIX make: GNU make and bmake; no configure.
#
#	make			all programs, in build/
#	make check		every short test (as root: with real jails)
#	make demo		a private instance that tells what it does
#	make install		into DESTDIR with PREFIX
#	make fuzz | promises	the long runs
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

all:
	@CC='$(CC)' CFLAGS='$(CFLAGS)' LDFLAGS='$(LDFLAGS)' BUILD='$(BUILD)' \
	    PREFIX='$(PREFIX)' ETC='$(ETC)' STATE='$(STATE)' \
	    sh conf/rules.sh
	@$(MAKE) -f $(BUILD)/rules.mk programs

# One program: make program P=smtpd;  one test: make program P=test/test_str
program:
	@CC='$(CC)' CFLAGS='$(CFLAGS)' LDFLAGS='$(LDFLAGS)' BUILD='$(BUILD)' \
	    PREFIX='$(PREFIX)' ETC='$(ETC)' STATE='$(STATE)' \
	    sh conf/rules.sh
	@$(MAKE) -f $(BUILD)/rules.mk $(BUILD)/$(P)

clean:
	rm -rf build build-*

.PHONY: all program clean
