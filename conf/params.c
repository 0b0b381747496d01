/*
 * Every setting, once: its name, what it looks like, its default, its range,
 * and which programs are told.  malote.conf(5) and the sample are compared
 * with this table both ways (tests/lint/settings.t).
 */
#include "params.h"

#include "house.h"
#include "limits.h"

#define TO(proc)	((uint32_t)1 << PROC_##proc)

enum {
	ONCE, MANY,
	MINUTE = 60,
	HOUR = 60 * MINUTE,
	DAY = 24 * HOUR,
	KIB = 1024,
	MIB = 1024 * KIB,
	GIB = 1024 * MIB
};

const struct param_row params[P_COUNT] = {
	/* who we are and whom we serve */
	{ P_HOSTNAME, "hostname", PT_HOSTNAME, NULL, 0, 0, ONCE,
	    TO(SMTPD) | TO(POP3D) | TO(INJECT) | TO(QUEUE) | TO(BOUNCE) |
	    TO(REMOTE) | TO(ALIAS) | TO(LOCAL) | TO(AUTH) },
	{ P_LISTEN, "listen", PT_LISTEN, NULL, 0, 0, MANY,
	    TO(KEEPER) | TO(SMTPD) | TO(POP3D) },
	{ P_DOMAIN, "domain", PT_DOMAIN, NULL, 0, 0, MANY,
	    TO(ALIAS) | TO(AUTH) },
	{ P_RELAY_FROM, "relay-from", PT_NETWORKS, NULL, 0, 0, MANY,
	    TO(SMTPD) },
	{ P_ROUTE, "route", PT_ROUTE, NULL, 0, 0, MANY,
	    TO(ALIAS) },

	/* accounts */
	{ P_ACCOUNT, "account", PT_ACCOUNT, NULL, 0, 0, MANY,
	    TO(KEEPER) },
	{ P_UID_MIN, "uid-min", PT_NUMBER, "1000", 1, INT32_MAX, ONCE,
	    TO(KEEPER) | TO(ALIAS) | TO(WHO) | TO(AUTH) },
	{ P_CONTROL_GROUP, "control-group", PT_OWNER, "0", 0, INT32_MAX, ONCE,
	    TO(KEEPER) },

	/* addresses and mailboxes */
	{ P_POSTMASTER, "postmaster", PT_ADDRESS, "root", 0, 0, ONCE,
	    TO(ALIAS) | TO(QUEUE) | TO(BOUNCE) },
	{ P_SUB_ADDRESS, "sub-address", PT_DELIMITERS, "+", 0, 0, ONCE,
	    TO(ALIAS) },
	{ P_MAILBOX, "mailbox", PT_PATH, "Maildir", 0, 0, ONCE,
	    TO(QUEUE) | TO(AUTH) | TO(LOCAL) | TO(MAILDROP) },
	{ P_MAILDIR_FILESYSTEM, "maildir-filesystem", PT_FOLDERS, NULL,
	    0, 0, MANY,
	    TO(SETTLE) },
	{ P_ALIAS_PROGRAMS, "alias-programs", PT_OWNER, "none",
	    1, INT32_MAX, ONCE,
	    TO(KEEPER) | TO(ALIAS) },

	/* mail comes in */
	{ P_MESSAGE_SIZE, "message-size", PT_SIZE, "50M", 64 * KIB, GIB, ONCE,
	    TO(SMTPD) | TO(INJECT) },
	{ P_RECIPIENTS_MAX, "recipients-max", PT_NUMBER, "1000",
	    100, LIMIT_RECIPIENTS, ONCE,
	    TO(SMTPD) | TO(INJECT) },
	{ P_SMTP_TIMEOUT, "smtp-timeout", PT_DURATION, "5m", 1, HOUR, ONCE,
	    TO(SMTPD) },
	{ P_SMTP_SESSIONS, "smtp-sessions", PT_NUMBER, "500",
	    1, LIMIT_CLIENTS, ONCE,
	    TO(SMTPD) },
	{ P_SMTP_SESSIONS_PER_CLIENT, "smtp-sessions-per-client", PT_NUMBER,
	    "50", 1, LIMIT_CLIENTS, ONCE,
	    TO(SMTPD) },
	{ P_SMTP_WAITING, "smtp-waiting", PT_NUMBER, "5000",
	    1, LIMIT_CLIENTS, ONCE,
	    TO(SMTPD) },

	/* mail is read */
	{ P_POP3_SESSIONS, "pop3-sessions", PT_NUMBER, "500",
	    1, LIMIT_CLIENTS, ONCE,
	    TO(POP3D) | TO(MAILDROP) },
	{ P_POP3_SESSIONS_PER_CLIENT, "pop3-sessions-per-client", PT_NUMBER,
	    "50", 1, LIMIT_CLIENTS, ONCE,
	    TO(POP3D) },
	{ P_POP3_WAITING, "pop3-waiting", PT_NUMBER, "5000",
	    1, LIMIT_CLIENTS, ONCE,
	    TO(POP3D) },
	{ P_POP3_TIMEOUT, "pop3-timeout", PT_DURATION, "10m", 1, DAY, ONCE,
	    TO(POP3D) },
	{ P_LOGIN_DELAY, "login-delay", PT_DURATION, "2s", 0, MINUTE, ONCE,
	    TO(AUTH) | TO(POP3D) },

	/* mail is kept */
	{ P_ARRIVALS_LOG, "arrivals-log", PT_SIZE, "128M", 0, GIB, ONCE,
	    TO(INJECT) },
	{ P_ARRIVALS_LOG_MESSAGE, "arrivals-log-message", PT_SIZE, "1M",
	    0, GIB, ONCE,
	    TO(INJECT) },
	{ P_RETRY, "retry", PT_DURATIONS, "10m 30m 1h 2h", 1, 7 * DAY, ONCE,
	    TO(QUEUE) },
	{ P_QUEUE_LIFETIME, "queue-lifetime", PT_DURATION, "5d",
	    1, 60 * DAY, ONCE,
	    TO(QUEUE) },
	{ P_REPORT_LIFETIME, "report-lifetime", PT_DURATION, "1d",
	    1, 60 * DAY, ONCE,
	    TO(QUEUE) },
	{ P_DELAY_WARNING, "delay-warning", PT_DURATION, "4h",
	    0, 60 * DAY, ONCE,
	    TO(QUEUE) },
	{ P_WORKERS, "workers", PT_NUMBER, "250", 1, 10000, ONCE,
	    TO(QUEUE) | TO(LOCAL) | TO(MAILDROP) | TO(REMOTE) },
	{ P_DESTINATION_WORKERS, "destination-workers", PT_NUMBER, "20",
	    1, 10000, ONCE,
	    TO(QUEUE) },
	{ P_WORKER_IDLE, "worker-idle", PT_DURATION, "2s",
	    0, 10 * MINUTE, ONCE,
	    TO(QUEUE) },
	{ P_REST, "rest", PT_DURATION, "60s", 1, DAY, ONCE,
	    TO(QUEUE) },
	{ P_UNSETTLED_MAX, "unsettled-max", PT_NUMBER, "1000",
	    10, 100000, ONCE,
	    TO(QUEUE) },

	/* mail goes out */
	{ P_CONNECT_TIMEOUT, "connect-timeout", PT_DURATION, "30s",
	    1, HOUR, ONCE,
	    TO(REMOTE) },
	{ P_REPLY_TIMEOUT, "reply-timeout", PT_DURATION, "5m",
	    1, HOUR, ONCE,
	    TO(REMOTE) },
	{ P_DATA_TIMEOUT, "data-timeout", PT_DURATION, "10m",
	    1, HOUR, ONCE,
	    TO(REMOTE) },

	/* names */
	{ P_RESOLVER, "resolver", PT_RESOLVER, NULL, 0, 0, MANY,
	    TO(DNS) },
	{ P_STUB_ZONE, "stub-zone", PT_STUB, NULL, 0, 0, MANY,
	    TO(DNS) },
	{ P_TRUST_ANCHOR, "trust-anchor", PT_ANCHOR, "root", 0, 0, ONCE,
	    TO(DNS) },

	/* programs and events */
	{ P_PROGRAM_TIMEOUT, "program-timeout", PT_DURATION, "5m",
	    1, DAY, ONCE,
	    TO(LOCAL) | TO(BECOME) },
	{ P_EVENTS_SIZE, "events-size", PT_SIZE, "64M", 64 * KIB, GIB, ONCE,
	    TO(RECORDER) },
	{ P_EVENTS_FILES, "events-files", PT_NUMBER, "8", 1, 1000, ONCE,
	    TO(RECORDER) }
};
