#ifndef HOUSE_H
#define HOUSE_H

#include <stddef.h>

/*
 * The map of the house in executable form: which programs there are, which
 * edges join them, which folders they are handed, and at which descriptor
 * each of them stands.  malote builds the house from these tables and every
 * program finds its descriptors through them: one truth, no numbers passed.
 */

enum proc {
	PROC_MALOTE, PROC_KEEPER, PROC_BECOME, PROC_RECORDER, PROC_DNS,
	PROC_WHO, PROC_ALIAS, PROC_AUTH, PROC_INJECT, PROC_SETTLE, PROC_QUEUE,
	PROC_BOUNCE, PROC_LOCAL, PROC_MAILDROP, PROC_REMOTE, PROC_SMTPD,
	PROC_POP3D, PROC_CONF,
	PROC_COUNT
};

/* Every program is started in this order and stopped in the reverse one. */
struct house_proc {
	enum proc	 proc;
	const char	*name;		/* program, folder below run/ */
	const char	*account;	/* default; NULL: root */
};

enum folder {
	FOLDER_TMP, FOLDER_NEW, FOLDER_CUR, FOLDER_BAD, FOLDER_QUEUE_LOG,
	FOLDER_ARRIVALS,
	FOLDER_TABLES, FOLDER_SECRETS, FOLDER_EVENTS, FOLDER_MAIL,
	FOLDER_ANCHOR,
	FOLDER_ETC,		/* that of malote.conf, and not ours */
	FOLDER_COUNT
};

/* A folder of the state directory: who owns it and with which mode.  The
 * last one, FOLDER_ETC, has no path here. */
struct house_folder {
	enum folder	 folder;
	const char	*path;		/* below the state directory */
	enum proc	 owner;		/* PROC_MALOTE: root */
	enum proc	 group;
	unsigned	 mode;
};

/* Which program is handed which folder. */
struct house_key {
	enum proc	proc;
	enum folder	folder;
};

enum edge {
	EDGE_SUBMIT_SMTPD, EDGE_SUBMIT_PUBLIC, EDGE_SUBMIT_BOUNCE,
	EDGE_ARRIVED,
	EDGE_ASK_SMTPD, EDGE_ASK_QUEUE, EDGE_ASK_CONTROL,
	EDGE_WHO,
	EDGE_START_BECOME, EDGE_START_LOCAL, EDGE_START_REMOTE,
	EDGE_SETTLE, EDGE_REPORT,
	EDGE_LOGIN_POP3D,
	EDGE_ENTER_BECOME, EDGE_ENTER_MAILDROP,
	EDGE_FILES_AUTH, EDGE_USER,
	EDGE_LOOKUP_REMOTE,
	EDGE_CONTROL_QUEUE, EDGE_CONTROL_MASTER,
	EDGE_SMTP_PUBLIC,
	EDGE_COUNT
};

/* Places below run/ that belong to no program of ours. */
#define HOUSE_PUBLIC	PROC_COUNT		/* run/public: everybody */
#define HOUSE_CONTROL	(PROC_COUNT + 1)	/* run/control: admins */

struct house_edge {
	enum edge	 edge;
	enum proc	 server;
	int		 client;	/* enum proc, or one of the places */
	const char	*leaf;		/* name of the socket in run/CLIENT */
	int		 stream;	/* a byte stream, not frames */
};

extern const struct house_proc		house_procs[PROC_COUNT];
extern const struct house_folder	house_folders[FOLDER_COUNT];
extern const struct house_edge		house_edges[EDGE_COUNT];
extern const struct house_key		house_keys[];
extern const size_t			house_key_count;

/*
 * What every program that malote starts finds open:
 *	0, 1 /dev/null; 2 stderr; 3 its record pipe; 4 its settings edge;
 *	then one listening socket per edge it serves, in the order of
 *	house_edges; then one directory descriptor per key of its own, in the
 *	order of house_keys; then, for smtpd and pop3d, one listening socket
 *	per `listen` row it is sent, in the order of the rows; for the
 *	recorder, the reading ends of all record pipes in the order of procs.
 * Its working directory is run/NAME.  keeper and conf find what they speak
 * to at 4, too, and conf the text it reads at 0.
 */
#define FD_RECORD	3
#define FD_SETTINGS	4
#define FD_FIRST	5

/* The descriptors; asking for one that is not the program's is die_bug(). */
int	house_edge_fd(enum proc, enum edge);
int	house_folder_fd(enum proc, enum folder);
/* The first one behind edges and folders. */
int	house_extra_fd(enum proc);

#endif
