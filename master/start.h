#ifndef START_H
#define START_H

#include <sys/types.h>
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "frame.h"
#include "house.h"
#include "wire_settings.h"

/*
 * The master: everything it knows.  It runs as root for ever, so there is
 * little of it: it opens, binds, forks and waits.
 */
#define PORTS_MAX	64		/* public listening sockets */
#define CALLS_MAX	8		/* connections, each edge of ours */

/* The poll table: it holds the descriptors themselves, -1 where none is. */
enum {
	/* 0 … PROC_COUNT - 1: our ends of the settings edges */
	POLL_JOB = PROC_COUNT,	/* the frames of conf */
	POLL_FILES,		/* listening: edge files */
	POLL_CONTROL,		/* listening: edge control */
	POLL_CALLS,		/* connections of files, then of control */
	POLL_COUNT = POLL_CALLS + 2 * CALLS_MAX
};

/* Frames as conf sent them, one behind the other. */
struct rows {
	unsigned char	*data;
	size_t		 len;
};

/* How far a program has come with the settings it is being told. */
enum stage { STAGE_DOWN, STAGE_TOLD, STAGE_READY, STAGE_RUNNING };

struct child {
	uid_t		 uid;
	gid_t		 gid;
	int		 record[2];	/* its record pipe, kept for ever */
	pid_t		 pid;		/* 0: not running */
	pid_t		 group;		/* its sessions may outlive it */
	enum stage	 stage;
	bool		 alone;		/* GO does not wait for the others */
	const struct rows *telling;
	size_t		 told;		/* bytes of telling sent */
	int64_t		 deadline;	/* of READY */
	uint32_t	 starts;
	uint64_t	 since;		/* wall clock, seconds */
	int64_t		 born;		/* monotonic, as those below */
	int64_t		 due;		/* when it is started again; 0: not */
	int64_t		 wait;		/* the back-off it has earned */
	struct rows	 rows;		/* settings in force */
	struct rows	 next;		/* settings on offer */
};

enum job_kind { JOB_NONE, JOB_SETTINGS, JOB_ALIASES, JOB_USERS, JOB_COUNT };

/* One run of conf: only one at a time. */
struct job {
	enum job_kind	 kind;
	pid_t		 pid;
	enum proc	 proc;		/* whose rows come; PROC_COUNT: none */
	bool		 whole;		/* the last frame came */
	int64_t		 deadline;
};

/* A text table as it was when last compiled. */
struct stamp {
	int64_t		 time, nanoseconds, size, inode;
};

struct house {
	const char	*etc, *leaf;	/* folder of malote.conf, its name */
	const char	*state, *libexec;
	int		 null, etc_fd, state_fd, run, secret;
	int		 rooms[PROC_COUNT + 2];	/* run/NAME, public, control */
	int		 folders[FOLDER_COUNT];
	int		 sockets[EDGE_COUNT];
	struct {
		int		 fd;
		enum proc	 proc;
	}		 ports[PORTS_MAX];
	size_t		 port_count;
	gid_t		 control_gid;
	bool		 programs;	/* aliases may start programs */
	char		 boot[64];
	struct child	 child[PROC_COUNT];
	struct job	 job;
	struct stamp	 stamps[JOB_COUNT];
	int64_t		 look;		/* at the texts again */
	bool		 up;		/* everything ran once */
	bool		 round;		/* settings are being offered to all */
	const char	*refused;	/* why the round, or conf, failed */
	char		 why[64];
	bool		 reload;	/* asked for */
	bool		 asked[CALLS_MAX];	/* waits for the reload's end */
	struct pollfd	 poll[POLL_COUNT];
	struct frame	 frame;
};

/* start.c: a fault while starting ends everything.  An event of malote itself
 * has numbers and names of ours for values, so nothing needs escaping. */
void	start_fault(struct house *, const char *what)
	    __attribute__((noreturn));
void	start_event(const struct house *, const char *, ...)
	    __attribute__((format(printf, 2, 3)));

/* start_house.c: what stands before any program runs.  found: state folder,
 * pipes, conf's room; build: accounts, folders, sockets, ports. */
void	house_found(struct house *, const char *conf_account);
void	house_build(struct house *);

/* start_child.c: starting and ending.  Spawning executes a program under its
 * account with the descriptors 0..n-1. */
pid_t	child_spawn(const struct house *, enum proc, const int *fds, int n,
	    const char *const argv[]);
void	child_start(struct house *, enum proc, bool alone);
void	child_tick(struct house *, enum proc, int64_t now);
void	child_reap(struct house *);
void	child_stop_all(struct house *);

/* start_rows.c: settings on their way to the programs.  A round offers new
 * ones to all and ends once all have answered. */
void	rows_clear(struct rows *);
int	rows_add(struct rows *, const struct frame *);
bool	rows_next(const struct rows *, size_t *at, struct frame *,
	    struct settings_setting *);
void	rows_tell(struct house *, enum proc);
void	rows_hear(struct house *, enum proc);
void	round_begin(struct house *);
void	round_fail(struct house *, enum proc, const char *what);
void	round_end(struct house *);

/* start_conf.c: runs of conf, and the text tables: tables_look() compiles
 * one that changed and says whether there was one. */
void	job_begin(struct house *, enum job_kind);
void	job_hear(struct house *);
void	job_ended(struct house *, int status);
bool	tables_look(struct house *);

/* start_serve.c: the edges malote itself serves; i: place in the poll table. */
void	serve_accept(struct house *, int i);
void	serve_call(struct house *, int i);
void	serve_reloaded(struct house *, const char *why);

#endif
