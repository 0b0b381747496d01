/*
 * Runs of conf: root opens what conf may read, conf reads it under its own
 * account and says what it found: settings, or whether there is a new table.
 */
#include "keeper.h"

#include <sys/stat.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "event.h"
#include "fd.h"

#define JOB_TIMEOUT	(600 * 1000)

/* Texts beside malote.conf, each looked at by itself. */
static const char *const	names[TEXT_COUNT] = {
	[TEXT_CONF] = "malote.conf",
	[TEXT_ALIASES] = "aliases",
	[TEXT_ALIASES_PROGRAMS] = "aliases",
	[TEXT_USERS] = "users"
};

void
job_begin(struct keeper *k, enum text text)
{
	const struct order order = { .what = ORDER_JOB, .proc = PROC_CONF,
	    .number = text };
	struct word answer;
	int p;

	for (p = 0; text == TEXT_CONF && p < PROC_COUNT; p++)
		rows_clear(&k->program[p].next);
	k->job = (struct job){ true, text, PROC_COUNT, false,
	    fd_now() + JOB_TIMEOUT };
	k->refused = NULL;
	if (root_order(k, &order, &answer, &k->poll[POLL_JOB].fd) == -1) {
		fprintf(stderr, "malote: %s: %s\n", names[text],
		    strerror(errno));
		job_ended(k, -1);
	}
}

/* One frame of conf: whether there may be more. */
static bool
hear(struct keeper *k)
{
	const struct settings_settings end = { k->boot };
	struct settings_for who;
	int fd, n, p;

	n = frame_recv_now(k->poll[POLL_JOB].fd, &k->frame, &fd);
	if (n != 1 || fd != -1) {
		fd_close(&fd);
		if (n == 0)
			fd_close(&k->poll[POLL_JOB].fd);
		return false;
	}
	if (frame_get(&k->frame, &settings_for, &who) == 0)
		k->job.proc = who.proc < PROC_COUNT ? who.proc : PROC_COUNT;
	else if (k->frame.verb == SETTINGS_SETTING)
		return k->job.proc < PROC_COUNT &&
		    rows_add(&k->program[k->job.proc].next, &k->frame) == 0;
	else if (k->frame.verb == SETTINGS_SETTINGS) {
		k->job.whole = frame_put(&k->frame, &settings_settings,
		    &end) == 0;
		for (p = 0; p < PROC_COUNT; p++)
			k->job.whole &= rows_add(&k->program[p].next,
			    &k->frame) == 0;
	}
	return true;
}

void
job_hear(struct keeper *k)
{
	while (k->poll[POLL_JOB].fd != -1 && hear(k))
		;
}

/* keeper's own rows shape the house, and a house stands until it is left. */
static bool
house_same(const struct keeper *k)
{
	const struct rows *a = &k->program[PROC_KEEPER].rows;
	const struct rows *b = &k->program[PROC_KEEPER].next;

	return a->len == b->len && memcmp(a->data, b->data, a->len) == 0;
}

static void
settings_done(struct keeper *k, bool well)
{
	if (!well)
		k->refused = "the configuration is faulty";
	else if (k->up && !house_same(k))
		k->refused = "listen, account, control-group, uid-min and "
		    "alias-programs change only with a new start";
	if (k->up && k->refused == NULL && program_is_starting(k))
		k->reload = true;	/* once more, when it has started */
	else if (k->up && k->refused == NULL)
		round_begin(k);
	else if (k->up)
		control_reloaded(k, k->refused);
}

/* The new table, or tables, stand already: conf put them into place. */
static void
table_done(const char *name, bool well)
{
	event_one(well ? EV_TABLE : EV_TABLE_FAULTY, "name", name);
}

void
job_ended(struct keeper *k, int status)
{
	job_hear(k);
	fd_close(&k->poll[POLL_JOB].fd);
	k->job.runs = false;
	if (k->job.text == TEXT_CONF)
		settings_done(k, status == 0 && k->job.whole);
	else
		table_done(names[k->job.text], status == 0);
}

/* The times of a text are there for everybody who may enter its folder. */
static struct stamp
stamp(const char *name)
{
	struct stat st;

	if (fstatat(house_folder_fd(PROC_KEEPER, FOLDER_ETC), name, &st, 0) ==
	    -1)
		return (struct stamp){ 0, errno, 0, 0 };
	return (struct stamp){ st.st_mtim.tv_sec, st.st_mtim.tv_nsec,
	    st.st_size, (int64_t)st.st_ino };
}

bool
tables_look(struct keeper *k)
{
	const enum text list[] = { k->programs ? TEXT_ALIASES_PROGRAMS :
	    TEXT_ALIASES, TEXT_USERS };
	struct stamp now;
	size_t i;

	for (i = 0; i < countof(list); i++) {
		now = stamp(names[list[i]]);
		if (memcmp(&now, &k->stamps[list[i]], sizeof(now)) == 0)
			continue;
		k->stamps[list[i]] = now;
		job_begin(k, list[i]);
		return true;
	}
	return false;
}
