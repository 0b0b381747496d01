/* needs: tests/lib/unit tests/lib/inmate -levent_core */
/* Jails: what each word of a card opens, and that nothing else is open. */
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <netinet/in.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pwd.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "die.h"
#include "fd.h"
#include "inmate.h"
#include "jail_parts.h"
#include "loop.h"
#include "unit.h"

#define ALL_FOLDERS	(FOLDER_READ | FOLDER_LIST | FOLDER_CREATE | \
			    FOLDER_REMOVE | FOLDER_MOVE | FOLDER_SUBDIRS)

/* Two folders beside the room, as malote hands them over; each test is a
 * process of its own. */
static struct place {
	struct loop	*loop;
	char	room[64];
	int	a, b;
	pid_t	victim;
} place;

static int
folder(const char *name)
{
	int fd;

	ck_assert_int_eq(mkdir(name, 0777), 0);
	ck_assert_int_eq(chmod(name, 0777), 0);
	fd = open(name, O_PATH | O_DIRECTORY | O_CLOEXEC);
	ck_assert_int_ge(fd, 0);
	return fd;
}

static void
write_file(int dir, const char *name)
{
	int fd = openat(dir, name, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(fchmod(fd, 0666), 0);
	close(fd);
}

static void
setup(void)
{
	char name[96];

	place.loop = loop_new();
	(void)snprintf(place.room, sizeof(place.room),
	    "/tmp/test_jail.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(place.room));
	ck_assert_int_eq(chmod(place.room, 0755), 0);
	(void)snprintf(name, sizeof(name), "%s/a", place.room);
	place.a = folder(name);
	(void)snprintf(name, sizeof(name), "%s/b", place.room);
	place.b = folder(name);
	write_file(place.a, "file");
}

static void
teardown(void)
{
	static const char *const names[] = { "file", "new", "link" };
	size_t i;

	for (i = 0; i < countof(names); i++) {
		(void)unlinkat(place.a, names[i], 0);
		(void)unlinkat(place.b, names[i], 0);
	}
	(void)unlinkat(place.a, "dir", AT_REMOVEDIR);
	if (chdir(place.room) == 0) {
		(void)rmdir("a");
		(void)rmdir("b");
	}
	(void)rmdir(place.room);
}

/* --- what a word opens ---------------------------------------------------- */

static int
error_of(long result)
{
	return result == -1 ? errno : 0;
}

static int
act_nothing(void)
{
	return 0;
}

static int
act_open(void)
{
	return error_of(open("/etc/passwd", O_RDONLY));
}

static int
act_read(void)
{
	return error_of(openat(place.a, "file", O_RDONLY));
}

static int
act_list(void)
{
	return error_of(openat(place.a, ".", O_RDONLY | O_DIRECTORY));
}

static int
act_append(void)
{
	return error_of(openat(place.a, "file", O_WRONLY | O_APPEND));
}

static int
act_create(void)
{
	return error_of(openat(place.a, "new", O_WRONLY | O_CREAT | O_EXCL,
	    0600));
}

static int
act_truncate(void)
{
	return error_of(openat(place.a, "file", O_WRONLY | O_TRUNC));
}

static int
act_rename(void)
{
	return error_of(renameat(place.a, "file", place.b, "file"));
}

static int
act_link(void)
{
	return error_of(linkat(place.a, "file", place.b, "link", 0));
}

static int
act_unlink(void)
{
	return error_of(unlinkat(place.a, "file", 0));
}

static int
act_mkdir(void)
{
	return error_of(mkdirat(place.a, "dir", 0700));
}

static int
act_mknod(void)
{
	return error_of(mknodat(place.a, "new", S_IFIFO | 0600, 0));
}

static int
act_fsync(void)
{
	return error_of(fsync(STDIN_FILENO)) == EINVAL ? 0 : errno;
}

static int
act_lock(void)
{
	struct flock lock = { .l_type = F_RDLCK, .l_whence = SEEK_SET };

	return error_of(fcntl(STDIN_FILENO, F_SETLK, &lock));
}

static int
act_pair(void)
{
	int pair[2];

	return error_of(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair));
}

static int
act_unix(void)
{
	return error_of(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
}

static int
act_inet(void)
{
	return error_of(socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
}

static int
act_sctp(void)
{
	return error_of(socket(AF_INET, SOCK_STREAM, IPPROTO_SCTP));
}

static int
act_raw(void)
{
	return error_of(socket(AF_INET, SOCK_RAW, IPPROTO_ICMP));
}

static int
act_netlink(void)
{
	return error_of(socket(AF_NETLINK, SOCK_DGRAM, 0));
}

static int
act_fork(void)
{
	int status;
	pid_t pid = fork();

	if (pid == 0)
		for (;;)
			(void)poll(NULL, 0, -1);
	if (pid == -1 || kill(pid, SIGKILL) == -1 ||
	    waitpid(pid, &status, 0) == -1)
		return errno;
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL ? 0 : 99;
}

static int
act_userns(void)
{
	return error_of(syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, NULL,
	    NULL, NULL, NULL));
}

static int
act_exec(void)
{
	char name[] = "true", *argv[] = { name, NULL }, *env[] = { NULL };

	return error_of(execve("/bin/true", argv, env));
}

static int
act_code(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE |
	    MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? errno : 0;
}

/* A call of the x32 ABI: another number for the same door. */
static int
act_x32(void)
{
	return error_of(syscall(0x40000000 | SYS_getpid));
}

static int
act_kill(void)
{
	return error_of(kill(place.victim, 0));
}

static void
stop(void *arg)
{
	loop_stop(arg);
}

static int
act_loop(void)
{
	struct loop *loop = place.loop;	/* made before the jail */
	struct timer *timer = timer_new(loop, stop, loop);

	loop_signal(loop, SIGTERM, stop, loop);
	timer_set(timer, 1);
	loop_run(loop);
	return 0;
}

/* What libraries and honest code need in every jail. */
static int
act_live(void)
{
	time_t now = time(NULL);
	struct tm tm;
	char *p = malloc(1 << 20), text[40];

	if (p == NULL || (p = realloc(p, 4 << 20)) == NULL ||
	    localtime_r(&now, &tm) == NULL || gmtime(&now) == NULL ||
	    strftime(text, sizeof(text), "%c", &tm) == 0)
		return 99;
	free(p);
	printf("%s%.0d", "", (int)arc4random_uniform(1));
	return fflush(stdout) == EOF || localtime(&now) == NULL;
}

static int
act_abort(void)
{
	abort();
}

#define KILLED	(-SIGSYS)

static const struct {
	const char	*name;
	unsigned	 may, use;
	int		(*act)(void);
	int		 want;		/* errno, 0 or KILLED */
} rows[] = {
	{ "nothing", 0, 0, act_nothing, 0 },
	{ "live", 0, 0, act_live, 0 },
	{ "live in a loop", MAY_LOOP, 0, act_live, 0 },
	{ "open", 0, 0, act_open, KILLED },
	{ "open outside", MAY_READ, FOLDER_READ, act_open, ENOENT },
	{ "read", MAY_READ, FOLDER_READ, act_read, 0 },
	{ "read, unknown uses", MAY_READ, 0, act_read, EACCES },
	{ "read where one may list", MAY_READ, FOLDER_LIST, act_read,
	    EACCES },
	{ "read where one may create", MAY_WRITE, FOLDER_CREATE, act_read,
	    EACCES },
	{ "list", MAY_READ, FOLDER_LIST, act_list, 0 },
	{ "list where one may read", MAY_READ, FOLDER_READ, act_list,
	    EACCES },
	{ "append as reader", MAY_READ, FOLDER_READ, act_append, KILLED },
	{ "append", MAY_WRITE, FOLDER_CREATE, act_append, 0 },
	{ "append where one may move", MAY_WRITE, FOLDER_MOVE, act_append,
	    EACCES },
	{ "create as reader", MAY_READ, ALL_FOLDERS, act_create, KILLED },
	{ "create", MAY_WRITE, FOLDER_CREATE, act_create, 0 },
	{ "create where one may read", MAY_WRITE, FOLDER_READ, act_create,
	    EACCES },
	{ "truncate", MAY_WRITE, FOLDER_CREATE, act_truncate, 0 },
	{ "rename", MAY_WRITE, FOLDER_RENAME, act_rename, 0 },
	{ "rename as creator", MAY_WRITE, FOLDER_CREATE, act_rename, KILLED },
	{ "rename as linker", MAY_WRITE, FOLDER_LINK, act_rename, KILLED },
	{ "link", MAY_WRITE, FOLDER_LINK, act_link, 0 },
	{ "unlink as linker", MAY_WRITE, FOLDER_LINK, act_unlink, KILLED },
	{ "unlink", MAY_WRITE, FOLDER_REMOVE, act_unlink, 0 },
	{ "unlink as creator", MAY_WRITE, FOLDER_CREATE, act_unlink, KILLED },
	{ "mkdir", MAY_WRITE, FOLDER_SUBDIRS, act_mkdir, 0 },
	{ "mkdir as creator", MAY_WRITE, FOLDER_CREATE, act_mkdir, KILLED },
	{ "mknod", MAY_WRITE, ALL_FOLDERS, act_mknod, KILLED },
	{ "fsync", 0, 0, act_fsync, KILLED },
	{ "fsync", MAY_SYNC, 0, act_fsync, 0 },
	{ "lock", 0, 0, act_lock, KILLED },
	{ "lock", MAY_LOCK, 0, act_lock, 0 },
	{ "pair", 0, 0, act_pair, KILLED },
	{ "pair", MAY_PAIR, 0, act_pair, 0 },
	{ "unix", MAY_INET, 0, act_unix, KILLED },
	{ "unix", MAY_CONNECT, 0, act_unix, 0 },
	{ "inet", MAY_CONNECT, 0, act_inet, KILLED },
	{ "inet", MAY_INET, 0, act_inet, 0 },
	{ "sctp", MAY_INET, 0, act_sctp, KILLED },
	{ "raw", MAY_INET, 0, act_raw, KILLED },
	{ "netlink", MAY_INET, 0, act_netlink, KILLED },
	{ "fork", MAY_LOOP, 0, act_fork, KILLED },
	{ "fork", MAY_FORK, 0, act_fork, 0 },
	{ "user namespace", MAY_FORK, 0, act_userns, KILLED },
	{ "signal", MAY_LOOP, 0, act_kill, KILLED },
	{ "exec", MAY_FORK, 0, act_exec, KILLED },
	{ "exec", MAY_LOOKUP, 0, act_exec, KILLED },
	{ "loop", 0, 0, act_loop, KILLED },
	{ "loop", MAY_LOOP, 0, act_loop, 0 },
};

/* A build with sanitizers has a wider jail. */
static const char *const	 wider[] = {
	"open", "append as reader", "create as reader"
};

static bool
is_wider(const char *name)
{
	size_t i;

	for (i = 0; jail_sanitized() && i < countof(wider); i++)
		if (strcmp(name, wider[i]) == 0)
			return true;
	return false;
}

static int
status_of(int status)
{
	return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

START_TEST(a_word_opens_what_it_says)
{
	struct card card = {
		.name = "inmate",
		.root = ".",
		.may = rows[_i].may,
		.folders = {
			{ place.a, rows[_i].use },
			{ place.b, rows[_i].use }
		},
		.files = 64
	};

	if (is_wider(rows[_i].name))
		return;
	ck_assert_msg(status_of(inmate_run(place.room, &card, rows[_i].act))
	    == rows[_i].want, "%s", rows[_i].name);
}
END_TEST

/* A process of the same account, but not a child. */
static pid_t
make_victim(void)
{
	char byte;
	int ready[2];
	pid_t pid;

	ck_assert_int_eq(pipe(ready), 0);
	pid = fork();
	if (pid == 0) {
		inmate_become(place.room);
		(void)!write(ready[1], "", 1);
		(void)poll(NULL, 0, -1);
		_exit(0);
	}
	ck_assert_int_eq(read(ready[0], &byte, 1), 1);
	return pid;
}

START_TEST(a_signal_reaches_children_only)
{
	const struct card card = { .name = "inmate", .may = MAY_FORK };
	int status;

	/* Landlock's scopes came with ABI 6. */
	if (syscall(SYS_landlock_create_ruleset, NULL, 0, 1u) < 6)
		return;
	place.victim = make_victim();
	status = inmate_run(place.room, &card, act_kill);
	ck_assert_int_eq(kill(place.victim, SIGKILL), 0);
	ck_assert_int_eq(status_of(status), EPERM);
}
END_TEST

START_TEST(code_and_foreign_calls_are_closed)
{
	struct card card = { .name = "inmate", .root = ".", .files = 64 };

	ck_assert_int_eq(status_of(inmate_run(place.room, &card, act_x32)),
	    KILLED);
	if (jail_sanitized())
		return;
	ck_assert_int_eq(status_of(inmate_run(place.room, &card, act_code)),
	    KILLED);
	ck_assert_int_lt(status_of(inmate_run(place.room, &card, act_abort)),
	    0);
}
END_TEST

START_TEST(a_move_gains_no_rights)
{
	struct card card = { .name = "inmate", .root = ".", .may = MAY_WRITE,
	    .folders = { { place.a, FOLDER_MOVE },
	    { place.b, FOLDER_MOVE | FOLDER_READ } } };

	ck_assert_int_eq(status_of(inmate_run(place.room, &card,
	    act_rename)), EXDEV);
}
END_TEST

static int
act_lookup(void)
{
	struct passwd *pw = getpwnam("root");

	if (pw == NULL || pw->pw_uid != 0)
		return 1;
	errno = 0;
	return getpwnam("no-such-account") != NULL ? 2 : 0;
}

START_TEST(accounts_can_be_looked_up)
{
	const struct card card = { .name = "inmate",
	    .may = MAY_FORK | MAY_LOOKUP };

	ck_assert_int_eq(status_of(inmate_run(place.room, &card,
	    act_lookup)), 0);
}
END_TEST

/* --- limits and privileges ------------------------------------------------ */

static int
act_eat(void)
{
	return malloc(64u << 20) == NULL ? ENOMEM : 0;
}

START_TEST(memory_ends_with_the_card)
{
	struct card card = { .name = "inmate", .root = ".",
	    .memory = 48u << 20 };

	if (jail_sanitized())
		return;
	ck_assert_int_eq(status_of(inmate_run(place.room, &card, act_eat)),
	    ENOMEM);
	card.memory = 256u << 20;
	ck_assert_int_eq(status_of(inmate_run(place.room, &card, act_eat)),
	    0);
}
END_TEST

/* Waits until the test has looked at it from outside. */
static int
act_wait(void)
{
	char byte;

	(void)!write(place.b, "", 1);
	return read(place.a, &byte, 1) == -1;
}

static void
look(pid_t pid, const char *want)
{
	char path[64], text[4096];
	FILE *f;
	size_t n;

	(void)snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	f = fopen(path, "r");
	ck_assert_ptr_nonnull(f);
	n = fread(text, 1, sizeof(text) - 1, f);
	text[n] = '\0';
	(void)fclose(f);
	ck_assert_msg(strstr(text, want) != NULL, "%s in %s", want, text);
}

START_TEST(nothing_is_kept)
{
	static const char *const wants[] = {
		"\nCapInh:\t0000000000000000\n",
		"\nCapPrm:\t0000000000000000\n",
		"\nCapEff:\t0000000000000000\n",
		"\nCapAmb:\t0000000000000000\n",
		"\nNoNewPrivs:\t1\n", "\nSeccomp:\t2\n"
	};
	struct card card = { .name = "inmate", .root = "." };
	char byte, path[64], link[64] = "";
	int in[2], out[2];
	pid_t pid;
	size_t i;

	ck_assert_int_eq(pipe(in), 0);
	ck_assert_int_eq(pipe(out), 0);
	pid = fork();
	if (pid == 0) {
		place.a = in[0];
		place.b = out[1];
		_exit(WEXITSTATUS(inmate_run(place.room, &card, act_wait)));
	}
	ck_assert_int_eq(read(out[0], &byte, 1), 1);
	(void)snprintf(path, sizeof(path), "/proc/%d/task/%d/children",
	    (int)pid, (int)pid);
	i = (size_t)open(path, O_RDONLY);
	ck_assert_int_gt(read((int)i, link, sizeof(link) - 1), 0);
	pid = (pid_t)strtol(link, NULL, 10);
	for (i = 0; i < countof(wants); i++)
		look(pid, wants[i]);
	memset(link, 0, sizeof(link));
	(void)snprintf(path, sizeof(path), "/proc/%d/root", (int)pid);
	ck_assert_int_gt(readlink(path, link, sizeof(link) - 1), 0);
	ck_assert_str_eq(link, place.room);
	ck_assert_int_eq(write(in[1], "", 1), 1);
	(void)wait(NULL);
}
END_TEST

/* --- one jail in another -------------------------------------------------- */

static const struct card session_card = {
	.name = "session", .root = ".", .may = MAY_CONNECT
};

static int
act_session(const struct jail *session, int (*act)(void))
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		jail_enter_prepared(session);
		_exit(act());
	}
	if (pid == -1 || waitpid(pid, &status, 0) == -1)
		return 99;
	return WIFSIGNALED(status) ? 50 + WTERMSIG(status) :
	    WEXITSTATUS(status);
}

static int
nest(unsigned parent, int (*act)(void))
{
	const struct card card = { .name = "parent", .root = ".",
	    .may = parent };
	struct jail *session;
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		inmate_become(place.room);
		session = jail_prepare(&session_card);
		jail_enter(&card);
		_exit(act_session(session, act));
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	return status_of(status);
}

START_TEST(a_child_enters_a_narrower_jail)
{
	const unsigned parent = MAY_LOOP | MAY_FORK | MAY_JAIL | MAY_CONNECT;

	ck_assert_int_eq(nest(parent, act_unix), 0);
	ck_assert_int_eq(nest(parent, act_live), 0);
	ck_assert_int_eq(nest(parent, act_fork), 50 + SIGSYS);
	ck_assert_int_eq(nest(parent, act_loop), 50 + SIGSYS);
}
END_TEST

START_TEST(a_parent_has_what_its_children_need)
{
	ck_assert_int_eq(nest(MAY_FORK | MAY_JAIL, act_unix), EXIT_NOPERM);
}
END_TEST

/* --- the filter against its table ----------------------------------------- */

static volatile sig_atomic_t	caught;

static void
on_sigsys(int signo)
{
	(void)signo;
	caught = 1;
}

struct search {
	const char	*name;
	bool		 found;
};

static void
compare(void *ctx, const char *call)
{
	struct search *search = ctx;

	if (strcmp(call, search->name) == 0)
		search->found = true;
}

/* Told by jail_calls(), or refused with an error. */
static bool
is_told(const struct card *card, const char *name)
{
	struct search search = { .name = name };
	size_t i;

	(void)jail_calls(card, compare, &search);
	for (i = 0; i < jail_refused_count; i++)
		if (strcmp(name, jail_refused_rows[i].name) == 0)
			return true;
	return search.found;
}

/*
 * Calls that do not come back whatever their arguments; 335 and 336 are
 * trampolines of the kernel (uretprobe, uprobe) that no filter sees.
 */
static bool
never_returns(int number)
{
	return number == SYS_rt_sigreturn || number == SYS_exit_group ||
	    number == 335 || number == 336;
}

/* Tries every number the processor has; what gets through must be told. */
static int
try_all(const struct card *card)
{
	struct jail_filter *filter = jail_filter_build(card);
	char *names[600];
	bool told[600];
	int i;

	for (i = 0; i < 600; i++) {
		names[i] = seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE,
		    i);
		told[i] = names[i] != NULL && is_told(card, names[i]);
	}
	signal(SIGSYS, on_sigsys);
	jail_no_new_privs();
	jail_filter_load(filter, true);
	for (i = 0; i < 600; i++) {
		if (told[i] || never_returns(i))
			continue;
		caught = 0;
		(void)syscall(i, -1, -1, -1, -1, -1, -1);
		if (!caught)
			return i;
	}
	return 0;
}

static const struct {
	struct card	card;
	size_t		most;		/* calls it may leave open */
} counted[] = {
	{ { .name = "nothing" }, 25 },
	{ { .name = "session", .may = MAY_CONNECT }, 30 },
	{ { .name = "auth", .may = MAY_LOOP | MAY_ACCEPT | MAY_CONNECT },
	    30 },
	{ { .name = "queue", .may = MAY_LOOP | MAY_ACCEPT | MAY_CONNECT |
	    MAY_PAIR | MAY_READ | MAY_WRITE | MAY_SYNC, .folders = {
	    { -1, FOLDER_READ | FOLDER_LIST | FOLDER_CREATE | FOLDER_REMOVE |
	    FOLDER_RENAME } } }, 35 },
	{ { .name = "remote session", .may = MAY_CONNECT | MAY_INET }, 35 },
	{ { .name = "local", .may = MAY_READ | MAY_WRITE | MAY_SYNC |
	    MAY_LOCK, .folders = { { -1, ALL_FOLDERS } } }, 40 },
	{ { .name = "acceptor", .may = MAY_LOOP | MAY_ACCEPT | MAY_PAIR |
	    MAY_FORK | MAY_JAIL | MAY_CONNECT }, 60 },
	{ { .name = "who", .may = MAY_LOOP | MAY_ACCEPT | MAY_PAIR |
	    MAY_FORK | MAY_LOOKUP }, 80 },
};

START_TEST(the_table_tells_the_whole_filter)
{
	const struct card *card = &counted[_i].card;
	int status;
	pid_t pid;

	ck_assert_uint_le(jail_calls(card, NULL, NULL), counted[_i].most);
	if (jail_sanitized())
		return;
	pid = fork();
	if (pid == 0)
		_exit(try_all(card) != 0);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
}
END_TEST

START_TEST(a_card_is_told_in_words)
{
	const struct card card = {
		.name = "inject", .root = ".", .may = MAY_LOOP | MAY_WRITE,
		.folders = { { 3, FOLDER_CREATE | FOLDER_MOVE } }
	};
	char text[200], small[12];

	jail_describe(&card, text, sizeof(text));
	ck_assert_msg(strncmp(text, "root:. loop write folder:cmk calls:",
	    35) == 0, "%s", text);
	jail_describe(&card, small, sizeof(small));
	ck_assert_str_eq(small, "root:. loop");
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("jail");
	TCase *all = tcase_create("jail");
	SRunner *runner = srunner_create(suite);
	int failed;

	if (geteuid() != 0) {
		printf("1..0 # SKIP jails are made by root\n");
		return EXIT_SUCCESS;
	}
	tcase_add_checked_fixture(all, setup, teardown);
	tcase_add_loop_test(all, a_word_opens_what_it_says, 0,
	    (int)countof(rows));
	tcase_add_test(all, a_signal_reaches_children_only);
	tcase_add_test(all, code_and_foreign_calls_are_closed);
	tcase_add_test(all, a_move_gains_no_rights);
	tcase_add_test(all, accounts_can_be_looked_up);
	tcase_add_test(all, memory_ends_with_the_card);
	tcase_add_test(all, nothing_is_kept);
	tcase_add_test(all, a_child_enters_a_narrower_jail);
	tcase_add_test(all, a_parent_has_what_its_children_need);
	tcase_add_loop_test(all, the_table_tells_the_whole_filter, 0,
	    (int)countof(counted));
	tcase_add_test(all, a_card_is_told_in_words);
	suite_add_tcase(suite, all);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
