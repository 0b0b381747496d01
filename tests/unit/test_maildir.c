/* needs: tests/lib/unit local/maildir local/maildir_open local/copy */
/* Delivery into a Maildir: what is stored, under which name, and that a
 * failure or a repeat leaves nothing behind. */
#include <sys/mount.h>
#include <sys/stat.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../local/copy.h"
#include "../../local/letter.h"
#include "../../local/maildir.h"
#include "fate.h"
#include "fd.h"
#include "unit.h"

#define FRONT	"Return-Path: <s@x.example>\nDelivered-To: ana@x.example\n"

static char	folder[64];
static int	base;

static void
setup(void)
{
	(void)strlcpy(folder, "/tmp/malote-test-XXXXXX", sizeof(folder));
	ck_assert_ptr_nonnull(mkdtemp(folder));
	base = open(folder, O_RDONLY | O_DIRECTORY);
	ck_assert_int_ne(base, -1);
}

static void
remove_all(int at, const char *name)
{
	int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
	DIR *dir = fd == -1 ? NULL : fdopendir(fd);
	const struct dirent *e;

	while (dir != NULL && (e = readdir(dir)) != NULL)
		if (strcmp(e->d_name, ".") != 0 &&
		    strcmp(e->d_name, "..") != 0 &&
		    unlinkat(fd, e->d_name, 0) == -1)
			(void)unlinkat(fd, e->d_name, AT_REMOVEDIR);
	if (dir != NULL)
		closedir(dir);
	(void)unlinkat(at, name, AT_REMOVEDIR);
}

static void
teardown(void)
{
	static const char *const parts[] = {
		"M/tmp", "M/new", "M/cur", "M", "a/b/tmp", "a/b/new",
		"a/b/cur", "a/b", "a"
	};
	size_t i;

	for (i = 0; i < countof(parts); i++)
		remove_all(base, parts[i]);
	close(base);
	remove_all(AT_FDCWD, folder);
}

/* A letter whose body is text, behind an envelope of 9 bytes. */
static struct letter
letter(const char *text, size_t n)
{
	struct letter l = {
		.offset = 9, .size = n, .arrival = 1795000000,
		.id = "0Aid", .reverse = "s@x.example",
		.hostname = "a/b:c,d.example"
	};
	char name[] = "/tmp/malote-letter-XXXXXX";

	l.fd = mkstemp(name);
	ck_assert_int_ne(l.fd, -1);
	(void)unlink(name);
	ck_assert_int_eq(fd_write_all(l.fd, "envelope\n", 9), 0);
	ck_assert_int_eq(fd_write_all(l.fd, text, n), 0);
	return l;
}

/* --- what is stored ---------------------------------------------------- */

static const struct {
	const char	*in, *want;	/* want: behind FRONT */
} copies[] = {
	{ "A: b\r\n\r\nText\r\n", "A: b\n\nText\n" },
	{ "Return-Path: <x>\r\nA: b\r\n\r\n", "A: b\n\n" },
	{ "return-PATH : <x>\r\n\t(folded)\r\n x\r\nA: b\r\n\r\n",
	    "A: b\n\n" },
	{ "A: b\r\nReturn-Path: <x>\r\n\r\nReturn-Path: y\r\n",
	    "A: b\n\nReturn-Path: y\n" },
	{ "A: b\r\n folded\r\nReturn-Path:\r\n", "A: b\n folded\n" },
	{ "Return-Paths: x\r\nX-Return-Path: y\r\n\r\n",
	    "Return-Paths: x\nX-Return-Path: y\n\n" },
	{ "no field\r\nReturn-Path: y\r\n", "no field\nReturn-Path: y\n" },
	{ "From x y\r\nReturn-Path: y\r\n", "From x y\nReturn-Path: y\n" },
	{ ": x\r\nReturn-Path: y\r\n", ": x\nReturn-Path: y\n" },
	{ "\r\nReturn-Path: y\r\n", "\nReturn-Path: y\n" },
	{ "A", "A\n" }, { "A: b\r", "A: b\r\n" }, { "", "" },
	{ "A: b\r\n\r\na\rb\r\r\nc\nd", "A: b\n\na\rb\r\nc\nd\n" },
	{ "A-field-name-of-more-than-eighty-bytes-which-nobody-needs-but-"
	    "which-may-well-come-one-day: x\r\nReturn-Path: y\r\n\r\n",
	    "A-field-name-of-more-than-eighty-bytes-which-nobody-needs-but-"
	    "which-may-well-come-one-day: x\n\n" },
};

static void
check_copy(const char *in, size_t n, const char *want)
{
	char got[200 * 1024], name[] = "/tmp/malote-copy-XXXXXX";
	struct letter l = letter(in, n);
	struct copy_size size;
	int fd = mkstemp(name);
	ssize_t r;

	(void)unlink(name);
	ck_assert_int_eq((int)copy_letter(&l, "ana@x.example", fd, &size),
	    COPY_OK);
	r = pread(fd, got, sizeof(got) - 1, 0);
	got[r] = '\0';
	ck_assert_uint_eq(size.stored, (uint64_t)r);
	ck_assert_msg(strncmp(got, FRONT, strlen(FRONT)) == 0, "%s", got);
	ck_assert_msg(strcmp(got + strlen(FRONT), want) == 0, "%s -> %s", in,
	    got);
	for (r = 0; got[r] != '\0'; r++)
		size.wire -= got[r] == '\n';
	ck_assert_uint_eq(size.wire, size.stored);
	close(fd);
	close(l.fd);
}

START_TEST(a_copy_is_what_it_should_be)
{
	size_t i;

	for (i = 0; i < countof(copies); i++)
		check_copy(copies[i].in, strlen(copies[i].in),
		    copies[i].want);
}
END_TEST

/* The blocks that are read must not show, wherever they end. */
START_TEST(a_copy_does_not_depend_on_blocks)
{
	static const char tail[] = "\r\nReturn-Path: <x>\r\n y\r\nA: b\r\n\r\n";
	char in[40000], want[40000];
	size_t pad, n;

	for (pad = 32768 - sizeof(tail); pad < 32768 + 4; pad++) {
		memset(in, 'x', pad);
		memcpy(in, "P: ", 3);
		memcpy(in + pad, tail, sizeof(tail));
		n = pad + sizeof(tail) - 1;
		memcpy(want, in, pad);
		memcpy(want + pad, "\nA: b\n\n", 8);
		check_copy(in, n, want);
	}
}
END_TEST

START_TEST(a_loop_is_seen)
{
	static const char text[] = "Delivered-To: bob@x.example\r\n"
	    "Delivered-To: ANA@X.example\r\n\r\n";
	struct letter l = letter(text, strlen(text));
	struct copy_size size;
	int null = open("/dev/null", O_WRONLY);

	ck_assert_int_eq((int)copy_letter(&l, "ana@x.example", null, &size),
	    COPY_LOOP);
	ck_assert_int_eq((int)copy_letter(&l, "eve@x.example", null, &size),
	    COPY_OK);
	l.size++;
	ck_assert_int_eq((int)copy_letter(&l, "eve@x.example", null, &size),
	    COPY_UNREADABLE);
	close(null);
	close(l.fd);
}
END_TEST

/* --- folders ------------------------------------------------------------ */

static int
count(const char *name)
{
	int n = 0, fd = openat(base, name, O_RDONLY | O_DIRECTORY);
	DIR *dir = fdopendir(fd);

	ck_assert_ptr_nonnull(dir);
	while (readdir(dir) != NULL)
		n++;
	closedir(dir);
	return n - 2;
}

START_TEST(folders_are_made_and_links_are_not_followed)
{
	struct maildir m;
	struct stat st;

	setup();
	ck_assert_int_eq(maildir_open(&m, base, "a/b", geteuid()), 0);
	maildir_close(&m);
	ck_assert_int_eq(fstatat(base, "a/b/new", &st, 0), 0);
	ck_assert_int_eq((int)(st.st_mode & 0777), 0700);
	ck_assert_int_eq(maildir_open(&m, base, "a/../b", geteuid()), -1);
	ck_assert_int_eq(maildir_open(&m, base, "/tmp", geteuid()), -1);
	ck_assert_int_eq(maildir_open(&m, base, "", geteuid()), -1);
	ck_assert_int_eq(maildir_open(&m, base, "a/b", geteuid() + 1), -1);
	ck_assert_int_eq(symlinkat("a", base, "link"), 0);
	ck_assert_int_eq(maildir_open(&m, base, "link/b", geteuid()), -1);
	ck_assert_int_eq(symlinkat("/tmp", base, "tmp"), 0);
	ck_assert_int_eq(maildir_open(&m, base, "tmp", geteuid()), -1);
	teardown();
}
END_TEST

/* --- deliveries ----------------------------------------------------------- */

static void
deliver(struct letter *l, const char *address, struct fate *f, char *name)
{
	struct maildir m;

	ck_assert_int_eq(maildir_open(&m, base, "M", geteuid()), 0);
	maildir_deliver(&m, l, address, f, name);
	maildir_close(&m);
}

START_TEST(a_name_tells_sizes_and_is_safe)
{
	static const char text[] = "A: b\r\n\r\nx\r\n";
	struct letter l = letter(text, strlen(text));
	char name[MAILDIR_NAME], path[2 * MAILDIR_NAME], want[64];
	struct stat st;
	struct fate f;

	setup();
	deliver(&l, "ana@x.example", &f, name);
	ck_assert_int_eq((int)f.kind, FATE_DONE);
	ck_assert_int_eq(strncmp(name, "1795000000.0Aid-", 16), 0);
	(void)snprintf(path, sizeof(path), "M/new/%s", name);
	ck_assert_int_eq(fstatat(base, path, &st, 0), 0);
	(void)snprintf(want, sizeof(want), ".a_b_c_d.example,S=%d,W=%d",
	    (int)st.st_size, (int)st.st_size + 5);
	ck_assert_msg(strstr(name, want) != NULL, "%s", name);
	ck_assert_int_eq((int)(st.st_mode & 0777), 0600);
	ck_assert_int_eq(count("M/tmp"), 0);
	teardown();
}
END_TEST

START_TEST(a_repeat_is_recognised)
{
	char name[MAILDIR_NAME], from[2 * MAILDIR_NAME], to[2 * MAILDIR_NAME];
	struct letter l = letter("A: b\r\n\r\n", 8);
	struct fate f;

	setup();
	deliver(&l, "ana@x.example", &f, name);
	/* Even without being told to look. */
	deliver(&l, "ana@x.example", &f, name);
	ck_assert_int_eq((int)f.kind, FATE_DONE);
	ck_assert_int_eq(count("M/new"), 1);
	deliver(&l, "ana+b@x.example", &f, name);
	ck_assert_int_eq(count("M/new"), 2);
	/* Read meanwhile: its flags do not matter. */
	(void)snprintf(from, sizeof(from), "M/new/%s", name);
	(void)snprintf(to, sizeof(to), "M/cur/%s:2,S", name);
	ck_assert_int_eq(renameat(base, from, base, to), 0);
	l.again = true;
	deliver(&l, "ana+b@x.example", &f, name);
	ck_assert_int_eq((int)f.kind, FATE_DONE);
	ck_assert_int_eq(count("M/new"), 1);
	ck_assert_int_eq(count("M/cur"), 1);
	deliver(&l, "eve@x.example", &f, name);
	ck_assert_int_eq(count("M/new"), 2);
	teardown();
}
END_TEST

/* It may be another worker's that still writes: never what is placed. */
START_TEST(an_older_try_in_tmp_is_not_placed)
{
	char name[MAILDIR_NAME], path[2 * MAILDIR_NAME];
	struct stat st;
	struct letter l = letter("A: b\r\n\r\n", 8);
	struct fate f;
	int fd;

	setup();
	deliver(&l, "ana@x.example", &f, name);
	(void)snprintf(path, sizeof(path), "M/new/%s", name);
	ck_assert_int_eq(unlinkat(base, path, 0), 0);
	*strchr(name, ',') = '\0';
	(void)snprintf(path, sizeof(path), "M/tmp/%s,P=1", name);
	fd = openat(base, path, O_WRONLY | O_CREAT, 0400);
	ck_assert_int_ne(fd, -1);
	close(fd);
	deliver(&l, "ana@x.example", &f, name);
	ck_assert_int_eq((int)f.kind, FATE_DONE);
	(void)snprintf(path, sizeof(path), "M/new/%s", name);
	ck_assert_int_eq(fstatat(base, path, &st, 0), 0);
	ck_assert_int_gt((int)st.st_size, 0);
	ck_assert_int_eq(count("M/tmp"), 1);
	/* The repeat finds the message and takes the rest away. */
	l.again = true;
	deliver(&l, "ana@x.example", &f, name);
	ck_assert_str_eq(f.text, "delivered before");
	ck_assert_int_eq(count("M/tmp"), 0);
	ck_assert_int_eq(count("M/new"), 1);
	teardown();
}
END_TEST

START_TEST(a_failure_leaves_nothing)
{
	static const char loop[] = "Delivered-To: ana@x.example\r\n\r\n";
	struct letter l = letter(loop, strlen(loop));
	char name[MAILDIR_NAME];
	struct fate f;

	setup();
	deliver(&l, "ana@x.example", &f, name);
	ck_assert_str_eq(f.status, "5.4.6");
	l.size += 10;
	deliver(&l, "eve@x.example", &f, name);
	ck_assert_str_eq(f.status, "4.3.0");
	ck_assert_int_eq(count("M/tmp"), 0);
	ck_assert_int_eq(count("M/new"), 0);
	teardown();
}
END_TEST

/* A file system of 64 KiB; needs root. */
START_TEST(a_full_disk_is_temporary)
{
	size_t n = 200 * 1024;
	char *text = malloc(n), name[MAILDIR_NAME];
	struct letter l;
	struct fate f;

	if (geteuid() != 0) {
		free(text);
		return;
	}
	setup();
	close(base);
	if (mount("tmpfs", folder, "tmpfs", 0, "size=64k") == 0) {
		base = open(folder, O_RDONLY | O_DIRECTORY);
		memset(text, 'x', n);
		memcpy(text, "A: b\r\n\r\n", 8);
		l = letter(text, n);
		deliver(&l, "ana@x.example", &f, name);
		ck_assert_str_eq(f.status, "4.3.1");
		ck_assert_int_eq(count("M/tmp"), 0);
		ck_assert_int_eq(count("M/new"), 0);
		l.size = 4096;
		deliver(&l, "ana@x.example", &f, name);
		ck_assert_str_eq(f.status, "2.0.0");
		close(base);
		(void)umount(folder);
	}
	(void)rmdir(folder);
	free(text);
}
END_TEST

/* --- in steps ---------------------------------------------------------- */

static struct maildir
opened(void)
{
	struct maildir m;

	setup();
	ck_assert_int_eq(maildir_open(&m, base, "M", geteuid()), 0);
	ck_assert_uint_ne(m.device, 0);
	return m;
}

/* Nothing is seen before it is placed; what is dropped is gone. */
START_TEST(a_delivery_in_steps)
{
	struct letter l = letter("A: b\r\n\r\n", 8);
	struct maildir m = opened();
	char name[MAILDIR_NAME], other[MAILDIR_NAME];
	struct fate f;

	ck_assert(maildir_write(&m, &l, "ana@x.example", false, &f, name));
	ck_assert(maildir_write(&m, &l, "ben@x.example", false, &f, other));
	ck_assert_int_eq(count("M/tmp"), 2);
	ck_assert_int_eq(count("M/new"), 0);
	maildir_drop(&m, other);
	ck_assert_int_eq(count("M/tmp"), 1);
	ck_assert(maildir_sync(&m, name, &f));
	ck_assert(maildir_place(&m, name, false, &f));
	ck_assert_str_eq(f.status, "2.0.0");
	ck_assert_int_eq(count("M/tmp"), 0);
	ck_assert_int_eq(count("M/new"), 1);
	ck_assert_int_eq(faccessat(m.fresh, name, F_OK, 0), 0);
	ck_assert(!maildir_place(&m, other, true, &f));
	ck_assert_int_eq(f.kind, FATE_DEFER);
	l.again = true;
	ck_assert(!maildir_write(&m, &l, "ana@x.example", false, &f, name));
	ck_assert_str_eq(f.text, "delivered before");
	maildir_close(&m);
	close(l.fd);
	teardown();
}
END_TEST

/* After a failed sync: over the old one, wherever it is; else not at all. */
START_TEST(a_delivery_anew)
{
	struct letter l = letter("A: b\r\n\r\n", 8);
	struct maildir m = opened();
	char name[MAILDIR_NAME], moved[MAILDIR_NAME];
	struct fate f;
	int fd;

	maildir_deliver(&m, &l, "ana@x.example", &f, name);
	(void)snprintf(moved, sizeof(moved), "%.200s:2,S", name);
	ck_assert_int_eq(renameat(m.fresh, name, m.cur, moved), 0);
	fd = openat(m.cur, moved, O_WRONLY | O_TRUNC);	/* what a disk lost */
	ck_assert_int_ne(fd, -1);
	close(fd);
	l.again = l.anew = true;
	maildir_deliver(&m, &l, "ana@x.example", &f, name);
	ck_assert_str_eq(f.status, "2.0.0");
	ck_assert_int_eq(count("M/new"), 0);
	ck_assert_int_eq(count("M/cur"), 1);
	fd = openat(m.cur, moved, O_RDONLY);
	ck_assert_int_eq(lseek(fd, 0, SEEK_END),
	    (off_t)strlen(FRONT "A: b\n\n"));
	close(fd);
	ck_assert_int_eq(unlinkat(m.cur, moved, 0), 0);
	maildir_deliver(&m, &l, "ana@x.example", &f, name);
	ck_assert_str_eq(f.status, "2.0.0");
	ck_assert_int_eq(count("M/new") + count("M/cur") + count("M/tmp"), 0);
	maildir_close(&m);
	close(l.fd);
	teardown();
}
END_TEST

/* A Maildir that was moved, replaced or taken away is not the one we have. */
START_TEST(a_maildir_is_still_the_same)
{
	struct maildir m = opened(), closed = MAILDIR_CLOSED;

	ck_assert(maildir_is_still(&m, base, "M", geteuid()));
	ck_assert(!maildir_is_still(&closed, base, "M", geteuid()));
	ck_assert(!maildir_is_still(&m, base, "M", geteuid() + 1));
	ck_assert(!maildir_is_still(&m, base, "N", geteuid()));
	ck_assert_int_eq(renameat(m.folder, "new", m.folder, "old"), 0);
	ck_assert(!maildir_is_still(&m, base, "M", geteuid()));
	ck_assert_int_eq(symlinkat("old", m.folder, "new"), 0);
	ck_assert(!maildir_is_still(&m, base, "M", geteuid()));
	ck_assert_int_eq(unlinkat(m.folder, "new", 0), 0);
	ck_assert_int_eq(mkdirat(m.folder, "new", 0700), 0);
	ck_assert(!maildir_is_still(&m, base, "M", geteuid()));
	(void)unlinkat(m.folder, "old", AT_REMOVEDIR);
	maildir_close(&m);
	teardown();
}
END_TEST

int
main(void)
{
	const TTest *tests[] = {
		a_copy_is_what_it_should_be, a_copy_does_not_depend_on_blocks,
		a_loop_is_seen, folders_are_made_and_links_are_not_followed,
		a_name_tells_sizes_and_is_safe, a_repeat_is_recognised,
		an_older_try_in_tmp_is_not_placed, a_failure_leaves_nothing,
		a_full_disk_is_temporary, a_delivery_in_steps,
		a_delivery_anew, a_maildir_is_still_the_same,
	};

	return unit_run("maildir", tests, countof(tests));
}
