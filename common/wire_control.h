#ifndef WIRE_CONTROL_H
#define WIRE_CONTROL_H

#include "fate.h"
#include "frame.h"

/*
 * Edge control: malote COMMAND → queue, and → malote (MASTER verbs only, of
 * one letter and without strings: root parses none).
 *
 * 	client: LIST | SHOW | RETRY | REMOVE          queue: LINE…, END
 * 	client: MASTER letter                         malote: ROW…, END
 */
enum {
	CONTROL_LIST = 0x0e01, CONTROL_SHOW, CONTROL_RETRY, CONTROL_REMOVE,
	CONTROL_LINE, CONTROL_END, CONTROL_MASTER, CONTROL_ROW
};

struct control_list {
	const char	*pattern;	/* id, sender or recipient; "" all */
};
struct control_show {
	const char	*id;
};
struct control_retry {
	const char	*id;	/* "" all */
};
struct control_remove {
	const char	*id;
};
struct control_line {
	const char	*text;
};
struct control_end {
	struct fate	 fate;
};
struct control_master {
	uint32_t	 letter;	/* 's' status, 'r' reload, 't' tables */
};
struct control_row {
	uint32_t	 proc;
	uint32_t	 pid;
	uint32_t	 starts;
	uint64_t	 since;	/* seconds since the epoch */
};

extern const struct wire	control_list, control_show, control_retry,
				control_remove, control_line, control_end,
				control_master, control_row;

#endif
