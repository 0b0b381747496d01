#ifndef PARAMS_H
#define PARAMS_H

#include <stddef.h>
#include <stdint.h>

/*
 * Every setting of malote.conf(5) is one row of params[].
 */
enum param {
	P_HOSTNAME, P_LISTEN, P_DOMAIN, P_RELAY_FROM, P_ROUTE,
	P_ACCOUNT, P_UID_MIN, P_CONTROL_GROUP,
	P_POSTMASTER, P_SUB_ADDRESS, P_MAILBOX, P_MAILDIR_FILESYSTEM,
	P_ALIAS_PROGRAMS,
	P_MESSAGE_SIZE, P_RECIPIENTS_MAX, P_SMTP_TIMEOUT,
	P_SMTP_SESSIONS, P_SMTP_SESSIONS_PER_CLIENT, P_SMTP_WAITING,
	P_POP3_SESSIONS, P_POP3_SESSIONS_PER_CLIENT, P_POP3_WAITING,
	P_POP3_TIMEOUT, P_LOGIN_DELAY,
	P_ARRIVALS_LOG, P_ARRIVALS_LOG_MESSAGE,
	P_RETRY, P_QUEUE_LIFETIME, P_REPORT_LIFETIME, P_DELAY_WARNING,
	P_WORKERS, P_DESTINATION_WORKERS, P_WORKER_IDLE, P_REST,
	P_UNSETTLED_MAX,
	P_CONNECT_TIMEOUT, P_REPLY_TIMEOUT, P_DATA_TIMEOUT,
	P_RESOLVER, P_STUB_ZONE, P_TRUST_ANCHOR,
	P_PROGRAM_TIMEOUT, P_EVENTS_SIZE, P_EVENTS_FILES,
	P_COUNT
};

/*
 * What a setting looks like in the file, and after the arrow the words that
 * its readers get (see settings.h).
 */
enum param_type {
	PT_HOSTNAME,	/* a name with a dot → the same in lower case */
	PT_ADDRESS,	/* a mail address or a local name → canonical */
	PT_NUMBER,	/* → decimal */
	PT_SIZE,	/* 10M, 64K → bytes */
	PT_DURATION,	/* 30s, 10m, 1h, 5d → seconds */
	PT_DURATIONS,	/* several of them → a word each, one row */
	PT_DELIMITERS,	/* "+", "+-", none → the characters, "" for none */
	PT_PATH,	/* a path below a folder → the same, no final slash */
	PT_FOLDERS,	/* /PATH… → a row a path */
	PT_OWNER,	/* NAME or NUMBER of an account or group, none → "" */
	PT_ANCHOR,	/* root, none, or a DS or DNSKEY record → one word */
	PT_LISTEN,	/* SERVICE ADDRESS:PORT… [cleartext-login] → one row
			 * an address: SERVICE ADDRESS PORT [cleartext-login] */
	PT_DOMAIN,	/* NAME system|virtual|relay [recipients TABLE]
			 * → NAME KIND [TABLE] */
	PT_NETWORKS,	/* ADDRESS[/BITS]… → ADDRESS/BITS…, a row a line */
	PT_ROUTE,	/* PATTERN TARGET → PATTERN DESTINATION, where the
			 * destination is "mx:", "smtp:HOST:PORT", "hold:",
			 * "lmtp:/NAME", "lmtp:HOST:PORT" or "reject:TEXT";
			 * the rows come best match first, "*" always last */
	PT_ACCOUNT,	/* PROGRAM NAME|NUMBER → the same; one row for every
			 * program that has an account, defaults included */
	PT_RESOLVER,	/* ADDRESS:PORT → ADDRESS PORT */
	PT_STUB,	/* ZONE ADDRESS:PORT → ZONE ADDRESS PORT */
	PT_COUNT
};

/*
 * A row.  fallback: the value when it is not set (NULL: none; a setting that
 * may stand several times then has no row, a single one is required).
 * min, max: range of a number, size or duration (seconds).  many: may stand
 * several times.  readers: bit mask of (1 << enum proc).
 */
struct param_row {
	enum param	 param;
	const char	*name;
	enum param_type	 type;
	const char	*fallback;
	uint64_t	 min, max;
	int		 many;
	uint32_t	 readers;
};

extern const struct param_row	params[P_COUNT];

#endif
