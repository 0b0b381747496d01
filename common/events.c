/*
 * Every event, its name as written and the keys it may carry.  The page
 * malote-events(5) is compared with this table.
 */
#include "events.h"

const struct event_row event_rows[EV_COUNT] = {
	{ EV_STARTED,	"started",	"proc pid starts" },
	{ EV_READY,	"ready",	"proc" },
	{ EV_ENDED,	"ended",	"proc pid status next" },
	{ EV_STOPPED,	"stopped",	"why" },
	{ EV_RELOADED,	"reloaded",	"" },
	{ EV_REFUSED_SETTINGS, "refused-settings", "proc why" },
	{ EV_TABLE,	"table",	"name" },
	{ EV_TABLE_FAULTY, "table-faulty", "name why" },
	{ EV_LOST,	"lost",		"n" },
	{ EV_TROUBLE,	"trouble",	"what why id" },
	{ EV_EDGE_BROKEN, "edge-broken", "edge why" },
	{ EV_CONNECT,	"connect",	"client port listener" },
	{ EV_DISCONNECT, "disconnect",	"client why octets messages" },
	{ EV_SILENT,	"silent",	"client listener" },
	{ EV_TOO_MANY,	"too-many",	"client listener limit" },
	{ EV_REFUSED,	"refused",	"client what from to reply" },
	{ EV_SESSION_DIED, "session-died", "pid signal client" },
	{ EV_ACCEPTED,	"accepted",
	    "id from rcpts to size client helo login message-id" },
	{ EV_NOT_STORED, "not-stored",	"id why" },
	{ EV_TAKEN,	"taken",	"id from rcpts size" },
	{ EV_EXPANDED,	"expanded",	"id to members origin" },
	{ EV_DEFERRED,	"deferred",	"id to dest status why next peer" },
	{ EV_DELIVERED,	"delivered",	"id to dest file delay origin" },
	{ EV_RELAYED,	"relayed",	"id to dest peer delay origin why" },
	{ EV_FAILED,	"failed",	"id to dest status why peer" },
	{ EV_FORWARDED,	"forwarded",	"id to members" },
	{ EV_REPORTED,	"reported",	"id report to rcpts" },
	{ EV_FINISHED,	"finished",	"id delay" },
	{ EV_REMOVED,	"removed",	"id why" },
	{ EV_BAD_FILE,	"bad-file",	"id why" },
	{ EV_RESTING,	"resting",	"dest why seconds" },
	{ EV_LOGIN,	"login",	"login client service" },
	{ EV_LOGIN_FAILED, "login-failed", "login client service why" },
	{ EV_POP3_DONE,	"pop3-done",
	    "login client retrieved deleted octets" },
};
