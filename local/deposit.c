/*
 * What becomes of one recipient.  The .forward file is read anew for each
 * message, with its user's rights, and only if nobody else can have written
 * it.  Places are served before programs and programs before addresses, so
 * that what is repeated after a failure is what can be repeated.
 */
#include "deposit.h"

#include <sys/stat.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "die.h"
#include "fd.h"

#include "copy.h"
#include "letter.h"
#include "runner.h"

/* --- one place --------------------------------------------------------- */

/* A batch is not to wait for the pages of a large message. */
enum { LARGE = 1024 * 1024 };

static void
tell_place(struct outcome *o, const char *path, const char *name)
{
	if (o->peer[0] == '\0')
		(void)snprintf(o->peer, sizeof(o->peer), "%s/new/%s", path,
		    name);
}

static void
into_maildir(const struct maildir *m, const char *path,
    const struct letter *l, const struct letter_rcpt *rcpt,
    struct fate *f, struct outcome *o)
{
	char name[MAILDIR_NAME];

	maildir_deliver(m, l, rcpt->address, f, name);
	if (f->kind == FATE_DONE)
		tell_place(o, path, name);
}

/* The same, but the sync and the placing are left to be done later. */
static void
into_tmp(struct deposit *d, const struct letter *l,
    const struct letter_rcpt *rcpt, struct fate *f, struct outcome *o)
{
	o->waits = maildir_write(&d->inbox, l, rcpt->address, false, f,
	    o->name);
	o->device = d->inbox.device;
	d->waiting += o->waits;
	if (o->waits || f->kind == FATE_DONE)
		tell_place(o, d->mailbox, o->name);
}

static void
cannot_open(const struct deposit *d, const char *path, struct fate *f)
{
	char what[LIMIT_PATHNAME];
	int error = errno;

	(void)snprintf(what, sizeof(what), "%s in %s", path, d->home_path);
	maildir_fate(f, error, what);
}

static void
into_home(struct deposit *d, const char *path, const struct letter *l,
    const struct letter_rcpt *rcpt, struct fate *f, struct outcome *o)
{
	struct maildir m;

	if (maildir_open(&m, d->home, path, d->owner) == -1) {
		cannot_open(d, path, f);
		return;
	}
	into_maildir(&m, path, l, rcpt, f, o);
	maildir_close(&m);
}

/*
 * The inbox of a system user is looked at for each message: he may have moved
 * it.  As long as mail waits in the former one, that stays open.
 */
static bool
has_inbox(struct deposit *d)
{
	if (d->home == -1 ||
	    maildir_is_still(&d->inbox, d->home, d->mailbox, d->owner))
		return true;
	if (d->waiting > 0)
		return false;
	maildir_close(&d->inbox);
	return maildir_open(&d->inbox, d->home, d->mailbox, d->owner) == 0;
}

static void
here(struct deposit *d, const char *text, const struct letter *l,
    const struct letter_rcpt *rcpt, struct fate *f, struct outcome *o)
{
	(void)text;
	if (!has_inbox(d))
		into_home(d, d->mailbox, l, rcpt, f, o);
	else if (l->settle && !l->anew && l->size <= LARGE)
		into_tmp(d, l, rcpt, f, o);
	else
		into_maildir(&d->inbox, d->mailbox, l, rcpt, f, o);
}

static void
into_folder(struct deposit *d, const char *text, const struct letter *l,
    const struct letter_rcpt *rcpt, struct fate *f, struct outcome *o)
{
	size_t n = strlen(d->home_path);

	if (strncmp(text, "./", 2) == 0)
		into_home(d, text + 2, l, rcpt, f, o);
	else if (strncmp(text, d->home_path, n) == 0 && text[n] == '/')
		into_home(d, text + n + 1, l, rcpt, f, o);
	else
		fate_set(f, 451, "4.3.5", ".forward: %s is not below %s",
		    text, d->home_path);
}

static void
to_program(struct deposit *d, const char *text, const struct letter *l,
    const struct letter_rcpt *rcpt, struct fate *f, struct outcome *o)
{
	char command[LIMIT_ALIAS_LINE], *words[FORWARD_WORDS + 1];
	struct copy_size size;
	const char *why;
	int fd;

	(void)strlcpy(command, text, sizeof(command));
	if (forward_split(command, words, &why) < 1)
		die_bug("a command that was parsed before");
	if (d->runner == -1) {
		d->stale = true;
		fate_set(f, 451, "4.3.0", "program %s: .forward is newer than"
		    " this worker", words[0]);
		return;
	}
	fd = maildir_scratch(d->home, l);
	if (fd == -1) {
		maildir_fate(f, errno, "creating a file in the home");
		return;
	}
	if (maildir_copy(l, rcpt->address, fd, &size, f)) {
		if (lseek(fd, 0, SEEK_SET) == 0)
			runner_run(d->runner, words, fd, l, rcpt, f);
		else
			maildir_fate(f, errno, "rewinding the message");
	}
	close(fd);
	if (f->kind == FATE_DONE && o->peer[0] == '\0')
		(void)snprintf(o->peer, sizeof(o->peer), "|%s", words[0]);
}

static void
to_address(struct deposit *d, const char *text, const struct letter *l,
    const struct letter_rcpt *rcpt, struct fate *f, struct outcome *o)
{
	(void)d;
	(void)l;
	(void)rcpt;
	o->forwards[o->forward_count++] = text;
	fate_set(f, 250, "2.0.0", "forwarded");
}

/* --- the .forward file -------------------------------------------------- */

static void
faulty(struct fate *f, const char *why)
{
	fate_set(f, 451, "4.3.5", ".forward: %s", why);
}

/* NULL, or why a file of that kind must not decide about mail. */
static const char *
objection(const struct stat *st, uid_t owner)
{
	if (!S_ISREG(st->st_mode))
		return "not a plain file";
	if (st->st_uid != owner)
		return "it belongs to another user";
	if (st->st_mode & (S_IWGRP | S_IWOTH))
		return "others may write to it";
	if (st->st_size > FORWARD_SIZE)
		return "longer than 64 KiB";
	return NULL;
}

/* Reads it into d->forward.text: its length, or -1 with *f. */
static ssize_t
read_file(struct deposit *d, int fd, struct fate *f)
{
	const char *why;
	struct stat st;

	if (fstat(fd, &st) == -1) {
		faulty(f, strerror(errno));
		return -1;
	}
	why = objection(&st, d->owner);
	if (why == NULL && fd_pread_all(fd, d->forward.text,
	    (size_t)st.st_size, 0) == -1)
		why = strerror(errno);
	if (why == NULL)
		return (ssize_t)st.st_size;
	faulty(f, why);
	return -1;
}

/* 1: d->forward decides; 0: there is none; -1 with *f. */
static int
read_forward(struct deposit *d, const struct letter_rcpt *rcpt,
    struct fate *f)
{
	ssize_t n;
	int fd;

	if (d->home == -1)
		return 0;
	fd = openat(d->home, ".forward",
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd == -1 && errno == ENOENT)
		return 0;
	if (fd == -1) {
		faulty(f, errno == ELOOP ? "it is a symbolic link" :
		    strerror(errno));
		return -1;
	}
	n = read_file(d, fd, f);
	close(fd);
	if (n == -1)
		return -1;
	if (forward_parse(&d->forward, (size_t)n, d->user,
	    rcpt->address) == 0)
		return d->forward.count > 0;
	fate_set(f, 451, "4.3.5", ".forward:%u: %s", d->forward.line,
	    d->forward.fault);
	return -1;
}

/* --- all of it ---------------------------------------------------------- */

static void	(*const ways[])(struct deposit *, const char *,
		    const struct letter *, const struct letter_rcpt *,
		    struct fate *, struct outcome *) = {
	[FORWARD_HERE] = here,
	[FORWARD_MAILDIR] = into_folder,
	[FORWARD_PROGRAM] = to_program,
	[FORWARD_ADDRESS] = to_address,
};

/* What has to be tried again weighs most, then what failed. */
static int
weight(enum fate_kind kind)
{
	return kind == FATE_DEFER ? 2 : kind == FATE_FAIL ? 1 : 0;
}

static void
by_forward(struct deposit *d, const struct letter *letter,
    const struct letter_rcpt *rcpt, struct outcome *o)
{
	const struct forward *fw = &d->forward;
	struct letter now = *letter, *l = &now;
	struct fate f;
	size_t i, kind;

	/* One fate for several places: none of them is left for later. */
	now.settle = false;
	fate_set(&o->fate, 250, "2.0.0", "delivered by .forward");
	for (kind = 0; kind < countof(ways); kind++)
		for (i = 0; i < fw->count; i++) {
			if (fw->items[i].kind != kind)
				continue;
			ways[kind](d, fw->items[i].text, l, rcpt, &f, o);
			if (weight(f.kind) > weight(o->fate.kind))
				o->fate = f;
		}
	if (o->fate.kind != FATE_DONE)
		o->forward_count = 0;
}

void
deposit(struct deposit *d, const struct letter *l,
    const struct letter_rcpt *rcpt, struct outcome *o)
{
	int n;

	o->waits = false;
	o->peer[0] = '\0';
	o->forward_count = 0;
	if (d->broken) {
		/* The next worker looks anew: it may have been mended. */
		d->stale = true;
		o->fate = d->trouble;
		return;
	}
	n = read_forward(d, rcpt, &o->fate);
	if (n == 0)
		here(d, NULL, l, rcpt, &o->fate, o);
	else if (n == 1)
		by_forward(d, l, rcpt, o);
}

bool
deposit_place(struct deposit *d, const char *name, bool own, struct fate *f)
{
	d->waiting--;
	return (!own || maildir_sync(&d->inbox, name, f)) &&
	    maildir_place(&d->inbox, name, own, f);
}

void
deposit_drop(struct deposit *d, const char *name)
{
	d->waiting--;
	maildir_drop(&d->inbox, name);
}
