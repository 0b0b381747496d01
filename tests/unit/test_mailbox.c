/* needs: tests/lib/unit pop3d/mailbox pop3d/listing pop3d/sizes pop3d/retrieve pop3d/update */
/* Maildirs: sizes and unique ids of names, odd files, the lock, removing. */
#include <sys/stat.h>
#include <sys/wait.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../pop3d/listing.h"
#include "../../pop3d/mailbox.h"
#include "../../pop3d/update.h"
#include "fd.h"
#include "unit.h"

static const struct {
	const char	*name;
	long long	 size;		/* -1: it tells none */
} sizes[] = {
	{ "1.a", -1 },
	{ "1.a,W=0", 0 },
	{ "1.a,S=3,W=17:2,S", 17 },
	{ "1.a,W=17,S=3:2,", 17 },
	{ "1.a,W=", -1 },
	{ "1.a,W=x", -1 },
	{ "1.a,W=-1", -1 },
	{ "1.a,W=1x", -1 },
	{ "1.a,W=999999999999", 999999999999 },
	{ "1.a,W=1000000000000", -1 },
	{ "1.a,W=99999999999999999999999", -1 },
};

START_TEST(name_tells_size)
{
	uint64_t size;
	size_t i;

	for (i = 0; i < countof(sizes); i++) {
		size = 0;
		ck_assert_int_eq(listing_name_size(sizes[i].name, &size),
		    sizes[i].size != -1);
		if (sizes[i].size != -1)
			ck_assert_int_eq((long long)size, sizes[i].size);
	}
}
END_TEST

static void
put(int folder, const char *name, const char *text)
{
	int fd = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL, 0600);

	ck_assert_int_ne(fd, -1);
	ck_assert_int_eq(fd_write_all(fd, text, strlen(text)), 0);
	close(fd);
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *f)
{
	(void)st;
	(void)type;
	(void)f;
	return remove(path);
}

static char	top[] = "/tmp/test_mailbox.XXXXXX";

static void
clean(void)
{
	(void)nftw(top, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* A Maildir; the folder that holds it.  Each test runs in its own process. */
static int
make(int *new, int *cur)
{
	int base;

	ck_assert_ptr_nonnull(mkdtemp(top));
	atexit(clean);
	base = open(top, O_RDONLY | O_DIRECTORY);
	ck_assert_int_eq(mkdirat(base, "M", 0700), 0);
	ck_assert_int_eq(mkdirat(base, "M/new", 0700), 0);
	ck_assert_int_eq(mkdirat(base, "M/cur", 0700), 0);
	*new = openat(base, "M/new", O_RDONLY | O_DIRECTORY);
	*cur = openat(base, "M/cur", O_RDONLY | O_DIRECTORY);
	return base;
}

START_TEST(lists_by_age_and_skips_odd_files)
{
	static const char *const uidls[] = {
		"odd", "1700000001.b", "1700000002.a", "1700000003.c"
	};
	static const uint64_t want[] = { 4, 8, 6, 12 };
	struct mailbox mb;
	struct fate why;
	char uidl[RELAY_UIDL + 1];
	int new, cur, base = make(&new, &cur);
	size_t i;

	put(new, "1700000002.a,S=5,W=6", "a\n\nb\n");
	put(cur, "1700000001.b:2,S", "a\r\n\nb");
	put(new, "1700000003.c,W=12", "lies");
	put(cur, "odd:2,", "\r\n\n");
	put(cur, ".hidden", "x");
	ck_assert_int_eq(mkfifoat(new, "1700000004.fifo", 0600), 0);
	ck_assert_int_eq(symlinkat("/etc/passwd", cur, "1700000005.l"), 0);
	ck_assert_int_eq(mkdirat(cur, "1700000006.d", 0700), 0);
	ck_assert_int_eq(mailbox_open(&mb, base, "M", &why), 0);
	ck_assert_int_eq(listing_make(&mb), 0);
	ck_assert_uint_eq(mb.count, countof(uidls));
	for (i = 0; i < countof(uidls); i++) {
		mailbox_uidl(&mb, i, uidl);
		ck_assert_str_eq(uidl, uidls[i]);
		ck_assert_uint_eq(mb.messages[i].size, want[i]);
	}
	ck_assert_uint_eq(mb.octets, 30);
	mailbox_mark(&mb, 1);
	mailbox_mark(&mb, 1);
	ck_assert_uint_eq(mb.left, 3);
	ck_assert_uint_eq(mb.octets, 22);
	mailbox_unmark(&mb);
	ck_assert_uint_eq(mb.octets, 30);
	mailbox_close(&mb);
}
END_TEST

START_TEST(unique_ids_are_unique)
{
	struct mailbox mb;
	struct fate why;
	char uidl[4][RELAY_UIDL + 1], name[72];
	int new, cur, base = make(&new, &cur);
	size_t i, k;

	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	put(new, name, "");		/* 71 characters */
	put(new, "twin", "");
	put(cur, "twin:2,S", "");
	put(cur, "odd\nname\xff", "");
	ck_assert_int_eq(mailbox_open(&mb, base, "M", &why), 0);
	ck_assert_int_eq(listing_make(&mb), 0);
	ck_assert_uint_eq(mb.count, 4);
	for (i = 0; i < 4; i++) {
		mailbox_uidl(&mb, i, uidl[i]);
		ck_assert_uint_gt(strlen(uidl[i]), 0);
		for (k = 0; uidl[i][k] != '\0'; k++)
			ck_assert(uidl[i][k] > 0x20 && uidl[i][k] < 0x7f);
		for (k = 0; k < i; k++)
			ck_assert_str_ne(uidl[i], uidl[k]);
	}
	mailbox_close(&mb);
}
END_TEST

START_TEST(one_session_at_a_time)
{
	struct mailbox mb, second;
	struct fate why;
	int status, new, cur, base = make(&new, &cur);
	pid_t pid;

	ck_assert_int_eq(mailbox_open(&mb, base, "M", &why), 0);
	pid = fork();
	if (pid == 0)
		_exit(mailbox_open(&second, base, "M", &why) == -1 &&
		    strcmp(why.status, RELAY_IN_USE) == 0 ? 0 : 1);
	waitpid(pid, &status, 0);
	ck_assert_int_eq(status, 0);
	mailbox_close(&mb);
	pid = fork();
	if (pid == 0)
		_exit(mailbox_open(&second, base, "M", &why) == 0 ? 0 : 1);
	waitpid(pid, &status, 0);
	ck_assert_int_eq(status, 0);
}
END_TEST

START_TEST(refuses_other_roads)
{
	static const char *const paths[] = {
		"link", "link/new", "../x", "M/..", "/etc", "M//new", ""
	};
	struct mailbox mb;
	struct fate why;
	int new, cur, base = make(&new, &cur);
	size_t i;

	ck_assert_int_eq(symlinkat("M", base, "link"), 0);
	for (i = 0; i < countof(paths); i++)
		ck_assert_int_eq(mailbox_open(&mb, base, paths[i], &why), -1);
	ck_assert_int_eq(mailbox_open(&mb, base, "none", &why), 0);
	ck_assert_int_eq(listing_make(&mb), 0);
	ck_assert_uint_eq(mb.count, 0);
	mailbox_close(&mb);
}
END_TEST

START_TEST(commit_removes_what_is_marked)
{
	struct mailbox mb;
	struct fate why;
	uint32_t removed;
	off_t length;
	int new, cur, base = make(&new, &cur);

	put(new, "1.a", "");
	put(new, "2.b", "");
	put(cur, "3.c", "");
	ck_assert_int_eq(mailbox_open(&mb, base, "M", &why), 0);
	ck_assert_int_eq(listing_make(&mb), 0);
	mailbox_mark(&mb, 0);
	mailbox_mark(&mb, 2);
	/* Somebody else was faster: it is gone as asked. */
	ck_assert_int_eq(unlinkat(cur, "3.c", 0), 0);
	ck_assert_int_eq(update_commit(&mb, &removed, &why), 0);
	ck_assert_uint_eq(removed, 2);
	ck_assert_int_eq(faccessat(new, "1.a", F_OK, 0), -1);
	ck_assert_int_eq(faccessat(new, "2.b", F_OK, 0), 0);
	ck_assert_int_eq(mailbox_message(&mb, 0, &length), -1);
	/* One that cannot be unlinked is told of, the others go. */
	ck_assert_int_eq(unlinkat(new, "2.b", 0), 0);
	ck_assert_int_eq(mkdirat(new, "2.b", 0700), 0);
	mailbox_mark(&mb, 1);
	ck_assert_int_eq(update_commit(&mb, &removed, &why), -1);
	ck_assert_int_eq(why.kind, FATE_DEFER);
	mailbox_close(&mb);
}
END_TEST

int
main(void)
{
	const TTest *tests[] = {
		name_tells_size, lists_by_age_and_skips_odd_files,
		unique_ids_are_unique, one_session_at_a_time,
		refuses_other_roads, commit_removes_what_is_marked
	};

	return unit_run("mailbox", tests, countof(tests));
}
