/*
 * The tables of the house.  Reading them top to bottom is the shortest tour
 * of malote: who there is, who may speak to whom, who is handed what.
 */
#include "house.h"

#include "die.h"

const struct house_proc house_procs[PROC_COUNT] = {
	{ PROC_MALOTE,	 "malote",   NULL },
	{ PROC_KEEPER,	 "keeper",   "_mkeep" },
	{ PROC_BECOME,	 "become",   "_mbecome" },
	{ PROC_RECORDER, "recorder", "_mlog" },
	{ PROC_DNS,	 "dns",	     "_mdns" },
	{ PROC_WHO,	 "who",	     "_mwho" },
	{ PROC_ALIAS,	 "alias",    "_malias" },
	{ PROC_AUTH,	 "auth",     "_mauth" },
	{ PROC_INJECT,	 "inject",   "_minject" },
	{ PROC_SETTLE,	 "settle",   "_msettle" },
	{ PROC_QUEUE,	 "queue",    "_mqueue" },
	{ PROC_BOUNCE,	 "bounce",   "_mbounce" },
	{ PROC_LOCAL,	 "local",    "_mvmail" },
	{ PROC_MAILDROP, "maildrop", "_mvmail" },
	{ PROC_REMOTE,	 "remote",   "_mremote" },
	{ PROC_SMTPD,	 "smtpd",    "_msmtpd" },
	{ PROC_POP3D,	 "pop3d",    "_mpop3d" },
	{ PROC_CONF,	 "conf",     "_mconf" },
};

const struct house_folder house_folders[FOLDER_COUNT] = {
	{ FOLDER_TMP,	    "queue/tmp", PROC_INJECT,	PROC_QUEUE,    02770 },
	{ FOLDER_NEW,	    "queue/new", PROC_INJECT,	PROC_QUEUE,    02770 },
	{ FOLDER_CUR,	    "queue/cur", PROC_QUEUE,	PROC_QUEUE,     0700 },
	{ FOLDER_BAD,	    "queue/bad", PROC_QUEUE,	PROC_QUEUE,     0700 },
	{ FOLDER_QUEUE_LOG, "queue/log", PROC_QUEUE,	PROC_QUEUE,     0700 },
	{ FOLDER_ARRIVALS,  "queue/arrivals", PROC_INJECT, PROC_QUEUE, 02750 },
	{ FOLDER_TABLES,    "tables",	 PROC_CONF,	PROC_ALIAS,    02750 },
	{ FOLDER_SECRETS,   "secret",	 PROC_CONF,	PROC_CONF,      0700 },
	{ FOLDER_EVENTS,    "events",	 PROC_RECORDER,	PROC_RECORDER,  0750 },
	{ FOLDER_MAIL,	    "mail",	 PROC_LOCAL,	PROC_LOCAL,     0700 },
	{ FOLDER_ANCHOR,    "anchor",	 PROC_DNS,	PROC_DNS,       0700 },
	{ FOLDER_ETC,	    NULL,	 PROC_MALOTE,	PROC_MALOTE,    0755 },
};

const struct house_key house_keys[] = {
	{ PROC_KEEPER,	 FOLDER_ETC },
	{ PROC_INJECT,	 FOLDER_TMP },
	{ PROC_INJECT,	 FOLDER_NEW },
	{ PROC_INJECT,	 FOLDER_ARRIVALS },
	{ PROC_SETTLE,	 FOLDER_MAIL },
	{ PROC_QUEUE,	 FOLDER_NEW },
	{ PROC_QUEUE,	 FOLDER_CUR },
	{ PROC_QUEUE,	 FOLDER_BAD },
	{ PROC_QUEUE,	 FOLDER_QUEUE_LOG },
	{ PROC_QUEUE,	 FOLDER_ARRIVALS },
	{ PROC_ALIAS,	 FOLDER_TABLES },
	{ PROC_RECORDER, FOLDER_EVENTS },
	{ PROC_LOCAL,	 FOLDER_MAIL },
	{ PROC_MAILDROP, FOLDER_MAIL },
	{ PROC_DNS,	 FOLDER_ANCHOR },
	{ PROC_CONF,	 FOLDER_TABLES },
	{ PROC_CONF,	 FOLDER_SECRETS },
	{ PROC_CONF,	 FOLDER_ETC },
};

const size_t house_key_count = sizeof(house_keys) / sizeof(house_keys[0]);

const struct house_edge house_edges[EDGE_COUNT] = {
	/* edge			server		client		socket */
	{ EDGE_SUBMIT_SMTPD,	PROC_INJECT,	PROC_SMTPD,	"submit", 0 },
	{ EDGE_SUBMIT_PUBLIC,	PROC_INJECT,	HOUSE_PUBLIC,	"submit", 0 },
	{ EDGE_SUBMIT_BOUNCE,	PROC_INJECT,	PROC_BOUNCE,	"submit", 0 },
	{ EDGE_ARRIVED,		PROC_QUEUE,	PROC_INJECT,	"arrived", 0 },
	{ EDGE_ASK_SMTPD,	PROC_ALIAS,	PROC_SMTPD,	"ask", 0 },
	{ EDGE_ASK_QUEUE,	PROC_ALIAS,	PROC_QUEUE,	"ask", 0 },
	{ EDGE_ASK_CONTROL,	PROC_ALIAS,	HOUSE_CONTROL,	"ask", 0 },
	{ EDGE_WHO,		PROC_WHO,	PROC_ALIAS,	"who", 0 },
	{ EDGE_START_BECOME,	PROC_BECOME,	PROC_QUEUE,	"become", 0 },
	{ EDGE_START_LOCAL,	PROC_LOCAL,	PROC_QUEUE,	"local", 0 },
	{ EDGE_START_REMOTE,	PROC_REMOTE,	PROC_QUEUE,	"remote", 0 },
	{ EDGE_SETTLE,		PROC_SETTLE,	PROC_QUEUE,	"settle", 0 },
	{ EDGE_REPORT,		PROC_BOUNCE,	PROC_QUEUE,	"report", 0 },
	{ EDGE_LOGIN_POP3D,	PROC_AUTH,	PROC_POP3D,	"login", 0 },
	{ EDGE_ENTER_BECOME,	PROC_BECOME,	PROC_AUTH,	"become", 0 },
	{ EDGE_ENTER_MAILDROP,	PROC_MAILDROP,	PROC_AUTH,	"maildrop", 0 },
	{ EDGE_FILES_AUTH,	PROC_MALOTE,	PROC_AUTH,	"files", 0 },
	{ EDGE_USER,		PROC_MALOTE,	PROC_BECOME,	"user", 0 },
	{ EDGE_LOOKUP_REMOTE,	PROC_DNS,	PROC_REMOTE,	"lookup", 0 },
	{ EDGE_CONTROL_QUEUE,	PROC_QUEUE,	HOUSE_CONTROL,	"queue", 0 },
	{ EDGE_CONTROL_MASTER,	PROC_KEEPER,	HOUSE_CONTROL,	"master", 0 },
	{ EDGE_SMTP_PUBLIC,	PROC_SMTPD,	HOUSE_PUBLIC,	"smtp", 1 },
};

int
house_edge_fd(enum proc proc, enum edge edge)
{
	int e, fd = FD_FIRST;

	if (house_edges[edge].server != proc)
		die_bug("an edge of another program");
	for (e = 0; e < (int)edge; e++)
		fd += house_edges[e].server == proc;
	return fd;
}
