#ifndef EVENTS_H
#define EVENTS_H

/*
 * Every event malote can write, one row of common/events.c each; the page
 * malote-events(5) is compared with that table.
 */
enum event_name {
	/* the house */
	EV_STARTED, EV_READY, EV_ENDED, EV_STOPPED, EV_RELOADED,
	EV_REFUSED_SETTINGS,
	EV_TABLE, EV_TABLE_FAULTY, EV_LOST, EV_TROUBLE, EV_EDGE_BROKEN,
	/* the door */
	EV_CONNECT, EV_DISCONNECT, EV_SILENT, EV_TOO_MANY, EV_REFUSED,
	EV_SESSION_DIED,
	/* the queue */
	EV_ACCEPTED, EV_NOT_STORED, EV_TAKEN, EV_EXPANDED, EV_DEFERRED,
	EV_DELIVERED, EV_RELAYED, EV_FAILED, EV_FORWARDED, EV_REPORTED,
	EV_FINISHED, EV_REMOVED, EV_BAD_FILE, EV_RESTING, EV_CHECKPOINT,
	EV_RECOVERED,
	/* reading */
	EV_LOGIN, EV_LOGIN_FAILED, EV_POP3_DONE,
	EV_COUNT
};

struct event_row {
	enum event_name	 name;
	const char	*text;	/* as written */
	const char	*keys;	/* allowed keys, separated by blanks */
};

extern const struct event_row	event_rows[EV_COUNT];

#endif
