/* needs: tests/lib/unit */
/* Events: nothing from outside can forge a line, a key or a second event. */
#include <sys/wait.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "event.h"
#include "event_gather.h"
#include "fd.h"
#include "house.h"
#include "unit.h"

/*
 * What writer() left in the record pipe.  It runs in a child, since the test
 * harness has a descriptor of its own where the pipe belongs.
 */
static void
capture(void (*writer)(int reader), char *text, size_t size, pid_t *pid)
{
	int ends[2], status;
	ssize_t n;

	ck_assert_int_eq(pipe2(ends, O_NONBLOCK), 0);
	*pid = fork();
	ck_assert_int_ne(*pid, -1);
	if (*pid == 0) {
		int reader = fcntl(ends[0], F_DUPFD, FD_RECORD + 10);

		if (dup2(ends[1], FD_RECORD) != FD_RECORD)
			_exit(1);
		writer(reader);
		_exit(0);
	}
	ck_assert_int_eq(waitpid(*pid, &status, 0), *pid);
	ck_assert_int_eq(status, 0);
	n = read(ends[0], text, size - 1);
	ck_assert_int_gt(n, 0);
	text[n] = '\0';
	close(ends[0]);
	close(ends[1]);
}

static void
write_hostile(int reader)
{
	struct event e;

	(void)reader;
	event_open(&e, EV_REFUSED);
	event_str(&e, "client", "1.2.3.4\nforged event id=1");
	event_str(&e, "from", "a\\b\"c d\x7f\x1b[2J=");
	event_str(&e, "to", NULL);
	event_send(&e);
}

START_TEST(values_are_escaped)
{
	char line[5000], want[200];
	pid_t pid;

	capture(write_hostile, line, sizeof(line), &pid);
	(void)snprintf(want, sizeof(want), "%ld refused "
	    "client=1.2.3.4\\x0aforged\\x20event\\x20id=1 "
	    "from=a\\x5cb\\x22c\\x20d\\x7f\\x1b[2J= to=\n", (long)pid);
	ck_assert_str_eq(line, want);
}
END_TEST

static void
write_huge(int reader)
{
	static char huge[20000];
	struct event e;

	(void)reader;
	memset(huge, '\n', sizeof(huge) - 1);
	event_open(&e, EV_REFUSED);
	event_str(&e, "client", huge);
	event_str(&e, "to", "b");
	event_send(&e);
}

START_TEST(a_line_stays_whole)
{
	char line[9000];
	pid_t pid;

	capture(write_huge, line, sizeof(line), &pid);
	ck_assert_uint_le(strlen(line), 4096);
	ck_assert_ptr_eq(strchr(line, '\n'), line + strlen(line) - 1);
}
END_TEST

static void
write_too_much(int reader)
{
	static char space[1 << 16];
	int i;

	for (i = 0; i < 3000; i++)
		event_one(EV_TROUBLE, "what", "the pipe is being filled");
	while (read(reader, space, sizeof(space)) > 0)
		;
	event_one(EV_TROUBLE, "what", "room again");
}

START_TEST(a_full_pipe_costs_events_and_is_told)
{
	char line[5000];
	pid_t pid;

	capture(write_too_much, line, sizeof(line), &pid);
	ck_assert_ptr_nonnull(strstr(line, " lost n="));
	ck_assert_ptr_nonnull(strstr(line, "room\\x20again"));
}
END_TEST

/* A child writes at once and does not repeat what its parent gathered. */
static void
write_gathered(int reader)
{
	char none[16];
	int i;

	event_gather();
	event_one(EV_TROUBLE, "what", "first");
	/* No ck_assert here: it would write into this very pipe. */
	if (read(reader, none, sizeof(none)) != -1)
		_exit(1);
	if (fork() == 0) {
		event_one(EV_TROUBLE, "what", "child");
		event_flush();
		exit(0);
	}
	(void)wait(NULL);
	event_one(EV_TROUBLE, "what", "second");
	event_flush();
	/* More than one write takes. */
	for (i = 0; i < 200; i++)
		event_one(EV_TROUBLE, "what", "third, of which there are many");
	event_flush();
}

START_TEST(lines_are_gathered)
{
	static const char *const order[] = { "child", "first", "second" };
	static char text[65536];
	const char *p = text;
	size_t i;
	pid_t pid;
	int n = 0;

	capture(write_gathered, text, sizeof(text), &pid);
	for (i = 0; i < countof(order); i++, p++) {
		p = strstr(p, order[i]);
		ck_assert_ptr_nonnull(p);
		ck_assert_ptr_null(strstr(p + 1, order[i]));
	}
	for (; (p = strstr(p, "third")) != NULL; p++)
		n++;
	ck_assert_int_eq(n, 200);
	ck_assert_int_eq(text[strlen(text) - 1], '\n');
}
END_TEST

START_TEST(the_table_is_in_order)
{
	int i;

	for (i = 0; i < EV_COUNT; i++)
		ck_assert_int_eq((int)event_rows[i].name, i);
}
END_TEST

int
main(void)
{
	const TTest *tests[] = {
		values_are_escaped, a_line_stays_whole,
		a_full_pipe_costs_events_and_is_told, lines_are_gathered,
		the_table_is_in_order,
	};

	return unit_run("event", tests, countof(tests));
}
