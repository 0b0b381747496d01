#ifndef START_H
#define START_H

#include <sys/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "frame.h"
#include "house.h"
#include "wire_settings.h"

/*
 * malote start, the master: everything it knows.  It runs as root for ever,
 * so there is little of it: it opens, binds, forks and waits.
 */
#define PORTS_MAX	64		/* public listening sockets */
#define CALLS_MAX	8		/* connections, each edge of ours */
#define ROWS_MAX	(1024 * 1024)	/* bytes of settings of one program */

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
	int		 room;		/* run/NAME */
	pid_t		 pid;		/* 0: not running */
	pid_t		 group;		/* its sessions may outlive it; 0: none */
	int		 settings;	/* our end of its settings edge, or -1 */
	enum stage	 stage;
	bool		 alone;		/* GO does not wait for the others */
	const struct rows *telling;
	size_t		 told;		/* bytes of telling sent */
	int64_t		 deadline;	/* of READY */
	uint32_t	 starts;
	uint64_t	 since;		/* wall clock, seconds */
	int64_t		 born;		/* monotonic, as those below */
	int64_t		 due;		/* when it is started again */
	int64_t		 wait;		/* the back-off it has earned */
	struct rows	 rows;		/* settings in force */
	struct rows	 next;		/* settings on offer */
};

/* One run of conf: only one at a time. */
enum job_kind { JOB_NONE, JOB_SETTINGS, JOB_ALIASES, JOB_USERS, JOB_COUNT };

struct job {
	enum job_kind	 kind;
	pid_t		 pid;
	int		 sock;		/* its frames, or -1 */
	int		 proc;		/* whose rows come, -1 before any */
	bool		 whole;		/* the last frame came */
	int64_t		 deadline;
};

struct port {
	int		 fd;
	enum proc	 proc;
};

/* A text table as it was when last compiled. */
struct stamp {
	int64_t		 time[2];
	uint64_t	 size, inode;
};

struct house {
	const char	*conf, *leaf;	/* malote.conf: path, name in etc */
	const char	*state, *libexec, *conf_account;
	bool		 programs;	/* aliases may start programs */
	bool		 detach;
	int		 errors;	/* stderr of the programs */
	int		 null, etc, state_fd, run;
	struct child	 child[PROC_COUNT];
	gid_t		 control_gid;
	int		 rooms[2];	/* public, control */
	int		 folders[FOLDER_COUNT], secret;
	int		 sockets[EDGE_COUNT];
	struct port	 ports[PORTS_MAX];
	size_t		 port_count;
	struct job	 job;
	struct stamp	 stamps[JOB_COUNT];
	int64_t		 look;		/* at the texts again */
	bool		 up;		/* everything ran once */
	bool		 round;		/* settings are being offered to all */
	const char	*refused;	/* why the round, or conf, failed */
	bool		 reload;	/* asked for */
	int		 calls[2][CALLS_MAX];	/* files, control */
	bool		 asked[CALLS_MAX];	/* waits for the reload's end */
	char		 boot[64];
	struct frame	 frame;
};

/* start.c: one turn of the loop; a fault while starting ends everything. */
void	start_turn(struct house *);
void	start_fault(struct house *, const char *what)
	    __attribute__((noreturn));
/* An event of malote itself: all values are numbers and names of ours. */
void	start_event(const struct house *, const char *, ...)
	    __attribute__((format(printf, 2, 3)));

/* start_house.c: what stands before any program runs. */
void	house_found(struct house *);	/* state folder, pipes, conf's room */
void	house_build(struct house *);	/* accounts, folders, sockets, ports */

/* start_child.c: starting and ending. */
void	child_start(struct house *, enum proc, bool alone);
void	child_tick(struct house *, enum proc, int64_t now);
void	child_reap(struct house *);
void	child_stop_all(struct house *);
/* Forks and executes a program under its account with fds 0..n-1. */
pid_t	child_spawn(const struct house *, enum proc, const int *fds, int n,
	    const char *const argv[]);

/*
 * start_backoff.c: ms to wait after a life of so many ms.  *wait is what has
 * been earned so far, 0 at first.
 */
int64_t	backoff_next(int64_t *wait, int64_t lived);

/* start_rows.c: settings on their way to the programs. */
void	rows_clear(struct rows *);
int	rows_add(struct rows *, const struct frame *);
bool	rows_next(const struct rows *, size_t *at, struct frame *,
	    struct settings_setting *);
void	rows_tell(struct house *, enum proc);
void	rows_hear(struct house *, enum proc);
void	round_begin(struct house *);
void	round_end(struct house *);	/* once all have answered */

/* start_conf.c: runs of conf, and the text tables. */
void	job_begin(struct house *, enum job_kind);
void	job_hear(struct house *);
void	job_ended(struct house *, int status);
/* Compiles a text that changed: whether there was one. */
bool	tables_look(struct house *);

/* start_serve.c: the edges malote itself serves. */
void	serve_accept(struct house *, int kind, int listener);
void	serve_call(struct house *, int kind, int i);
void	serve_reloaded(struct house *, const char *why);

/* start-SYSTEM.c: what every system does in its own way. */
enum { KEEP_NOTHING, KEEP_CHROOT, KEEP_BECOME };
void	ladder_down(uid_t, gid_t, int keep);
void	ladder_reaper(void);	/* orphans of programs become our children */
void	ladder_pipe(int fd);	/* makes a pipe large */
void	ladder_boot(char *, size_t);

#endif
