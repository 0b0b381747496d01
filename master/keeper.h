#ifndef KEEPER_H
#define KEEPER_H

#include <sys/types.h>
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "frame.h"
#include "house.h"
#include "order.h"
#include "wire_settings.h"

/*
 * What root does not decide: when a program starts and with which settings,
 * when a table is compiled, what administrators are told.
 */
#define CALLS_MAX	8		/* administrators at a time */
#define WORDS_MAX	256		/* of root, not yet looked at */

/* The poll table: it holds the descriptors themselves, -1 where none is. */
enum {
	/* 0 … PROC_COUNT - 1: our ends of the settings edges */
	POLL_ROOT = PROC_COUNT,
	POLL_JOB,		/* the frames of conf */
	POLL_CONTROL,		/* listening: edge control */
	POLL_CALLS,		/* its connections */
	POLL_COUNT = POLL_CALLS + CALLS_MAX
};

/* Frames as conf sent them, one behind the other. */
struct rows {
	unsigned char	*data;
	size_t		 len;
};

/* How far a program has come with the settings it is being told. */
enum stage { STAGE_DOWN, STAGE_TOLD, STAGE_READY, STAGE_RUNNING };

struct program {
	pid_t		 pid;		/* 0: not running */
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

/* One run of conf: only one at a time. */
struct job {
	bool		 runs;
	enum text	 text;
	enum proc	 proc;		/* whose rows come; PROC_COUNT: none */
	bool		 whole;		/* the last frame came */
	int64_t		 deadline;
};

/* A text table as it was when last compiled. */
struct stamp {
	int64_t		 time, nanoseconds, size, inode;
};

struct keeper {
	char		 boot[64];
	int		 names;		/* the helper that knows accounts */
	struct program	 program[PROC_COUNT];
	struct job	 job;
	bool		 programs;	/* aliases may start programs */
	struct stamp	 stamps[TEXT_COUNT];
	int64_t		 look;		/* at the texts again */
	bool		 up;		/* everything ran once */
	bool		 round;		/* settings are being offered to all */
	const char	*refused;	/* why the round, or conf, failed */
	char		 why[64];
	bool		 reload;	/* asked for */
	bool		 asked[CALLS_MAX];	/* waits for the reload's end */
	size_t		 words;
	struct word	 word[WORDS_MAX];
	struct pollfd	 poll[POLL_COUNT];
	struct frame	 frame;
};

/* keeper.c: a fault while starting ends everything. */
void	keeper_fault(const char *what) __attribute__((noreturn));

/* keeper_root.c: gives an order and waits for the answer; errno is set and
 * -1 returned when root refuses.  Words that come meanwhile are kept; hear()
 * takes what root said into the store.  sock: takes a descriptor, or NULL. */
int	root_order(struct keeper *, const struct order *, struct word *answer,
	    int *sock);
void	root_hear(struct keeper *);
/* Signals the process group of a program: false when nobody is in it. */
bool	root_signal(struct keeper *, enum proc, int signo);

/* keeper_program.c: starting and ending. */
void	program_start(struct keeper *, enum proc, bool alone);
void	program_tick(struct keeper *, enum proc, int64_t now);
/* Whether one has settings it has not answered. */
bool	program_is_starting(const struct keeper *);
void	program_ended(struct keeper *, enum proc, int status);
void	program_stop_all(struct keeper *);

/* keeper_rows.c: settings on their way to the programs.  A round offers new
 * ones to all and ends once all have answered. */
void	rows_clear(struct rows *);
int	rows_add(struct rows *, const struct frame *);
bool	rows_next(const struct rows *, size_t *at, struct frame *,
	    struct settings_setting *);
void	rows_tell(struct keeper *, enum proc);
void	rows_hear(struct keeper *, enum proc);
void	round_begin(struct keeper *);
void	round_fail(struct keeper *, enum proc, const char *what);
void	round_end(struct keeper *);

/* keeper_job.c: runs of conf, and the text tables: tables_look() compiles
 * one that changed and says whether there was one. */
void	job_begin(struct keeper *, enum text);
void	job_hear(struct keeper *);
void	job_ended(struct keeper *, int status);
bool	tables_look(struct keeper *);

/* keeper_plan.c: the house as root is to build it, from keeper's own rows. */
void	plan_build(struct keeper *);

/* keeper_control.c: the edge control; i: place in the poll table. */
void	control_accept(struct keeper *);
void	control_serve(struct keeper *, int i);
void	control_reloaded(struct keeper *, const char *why);

#endif
