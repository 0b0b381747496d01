/*
 * Starting a user's programs.  The runner has the user's rights and no jail
 * but no_new_privs; it reads two things: requests of its own worker, and the
 * first bytes of what a program prints.  A program gets a clean environment,
 * limits and a process group of its own, which is killed at the deadline.
 */
#include "runner.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "die.h"
#include "fate.h"
#include "fd.h"
#include "jail.h"
#include "letter.h"
#include "str.h"

#include "forward.h"
#include "runner_wire.h"

enum {
	GRACE = 5 * 1000,	/* milliseconds from SIGTERM to SIGKILL */
	DRAIN = 100,		/* for what was printed last */
	OUTPUT_MAX = 300,
	FILES_MAX = 256
};

/* --- in the program-to-be ---------------------------------------------- */

static const char	search_path[] = "/usr/bin:/bin";

static void
limit_program(const struct runner *r)
{
	const struct rlimit core = { 0, 0 };
	const struct rlimit cpu = { (rlim_t)r->timeout, (rlim_t)r->timeout };
	const struct rlimit files = { FILES_MAX, FILES_MAX };

	(void)setrlimit(RLIMIT_CORE, &core);
	(void)setrlimit(RLIMIT_CPU, &cpu);
	(void)setrlimit(RLIMIT_NOFILE, &files);
}

static char *
variable(const char *name, const char *value)
{
	char *text;

	if (asprintf(&text, "%s=%s", name, value) == -1)
		_exit(EX_TEMPFAIL);
	return text;
}

/* A name without a slash is looked for where the system keeps programs. */
static void
execute(char *const words[], char *const environment[])
{
	char path[LIMIT_PATHNAME];

	if (strchr(words[0], '/') != NULL) {
		(void)execve(words[0], words, environment);
		return;
	}
	(void)snprintf(path, sizeof(path), "/usr/bin/%s", words[0]);
	(void)execve(path, words, environment);
	if (errno != ENOENT)
		return;
	(void)snprintf(path, sizeof(path), "/bin/%s", words[0]);
	(void)execve(path, words, environment);
}

static void	become_program(const struct runner *, const struct run_run *,
		    char *const words[], int message, int output)
		    __attribute__((noreturn));

static void
become_program(const struct runner *r, const struct run_run *m,
    char *const words[], int message, int output)
{
	char *const environment[] = {
		variable("HOME", r->home),
		variable("USER", r->user),
		variable("LOGNAME", r->user),
		variable("PATH", search_path),
		variable("SHELL", "/bin/sh"),
		variable("SENDER", m->sender),
		variable("RECIPIENT", m->recipient),
		variable("EXTENSION", m->extension),
		NULL
	};
	sigset_t none;

	(void)setpgid(0, 0);
	(void)signal(SIGTERM, SIG_DFL);
	(void)signal(SIGCHLD, SIG_DFL);
	(void)signal(SIGPIPE, SIG_DFL);
	sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	if (dup2(message, STDIN_FILENO) == -1 ||
	    dup2(output, STDOUT_FILENO) == -1 ||
	    dup2(output, STDERR_FILENO) == -1 || chdir(r->home) == -1)
		_exit(EX_TEMPFAIL);
	closefrom(STDERR_FILENO + 1);
	limit_program(r);
	execute(words, environment);
	(void)dprintf(STDERR_FILENO, "%s: %s", words[0], strerror(errno));
	/* Its user can mend it before the mail goes back. */
	_exit(EX_TEMPFAIL);
}

/* --- in the runner ------------------------------------------------------ */

struct running {
	pid_t		pid;
	int		output;		/* -1: it has closed it */
	int64_t		deadline;
	bool		warned;		/* SIGTERM was sent */
	bool		late;
	int		status;
	struct str	text;
};

static void
on_child(int signo)
{
	(void)signo;	/* it only has to wake ppoll(2) */
}

/* Takes some of what was printed; what is too much is read and dropped. */
static void
read_output(struct running *p)
{
	char block[512];
	ssize_t n = read(p->output, block, sizeof(block));
	size_t room = p->text.max - p->text.len;

	if (n > 0)
		(void)str_add(&p->text, block,
		    (size_t)n < room ? (size_t)n : room);
	else if (n == 0 || (errno != EINTR && errno != EAGAIN))
		fd_close(&p->output);
}

/* Waits for output, the death of a child, or the deadline. */
static void
wait_for(struct running *p, int64_t deadline)
{
	struct pollfd pfd = { .fd = p->output, .events = POLLIN };
	int64_t left = deadline - fd_now();
	struct timespec t;
	sigset_t none;

	if (left < 0)
		left = 0;
	t.tv_sec = left / 1000;
	t.tv_nsec = left % 1000 * 1000000;
	sigemptyset(&none);
	sigaddset(&none, SIGTERM);
	if (ppoll(&pfd, 1, &t, &none) == 1)
		read_output(p);
}

static void
enforce_deadline(struct running *p)
{
	if (fd_now() < p->deadline)
		return;
	p->late = true;
	(void)kill(-p->pid, p->warned ? SIGKILL : SIGTERM);
	p->warned = true;
	p->deadline = fd_now() + GRACE;
}

static void
watch(struct running *p)
{
	pid_t pid;
	int64_t end;

	while ((pid = waitpid(p->pid, &p->status, WNOHANG)) == 0 ||
	    (pid == -1 && errno == EINTR)) {
		wait_for(p, p->deadline);
		enforce_deadline(p);
	}
	if (p->late)
		(void)kill(-p->pid, SIGKILL);
	end = fd_now() + DRAIN;
	while (p->output != -1 && fd_now() < end)
		wait_for(p, end);
	fd_close(&p->output);
}

/* Words as they travel: one after another, each with its NUL. */
static bool
read_words(const struct bytes *b, char *words[FORWARD_WORDS + 1])
{
	char *p = (char *)(uintptr_t)b->data, *end = p + b->len;
	size_t n = 0;

	if (b->len == 0 || end[-1] != '\0')
		return false;
	for (; p < end && n < FORWARD_WORDS; p += strlen(p) + 1)
		words[n++] = p;
	words[n] = NULL;
	return p == end;
}

static bool
start(const struct runner *r, const struct run_run *m, int message,
    struct running *p)
{
	char *words[FORWARD_WORDS + 1];
	int out[2];

	if (!read_words(&m->words, words)) {
		errno = EINVAL;
		return false;
	}
	if (pipe2(out, O_CLOEXEC | O_NONBLOCK) == -1)
		return false;
	p->pid = fork();
	if (p->pid == 0) {
		(void)fd_nonblock(out[1], false);
		become_program(r, m, words, message, out[1]);
	}
	close(out[1]);
	p->output = out[0];
	if (p->pid == -1) {
		fd_close(&p->output);
		return false;
	}
	(void)setpgid(p->pid, p->pid);
	p->deadline = fd_now() + (int64_t)r->timeout * 1000;
	return true;
}

/* One line without its end; a NUL ends it. */
static const char *
tidy(struct str *text)
{
	char *p;

	for (p = text->data; *p != '\0'; p++)
		if (*p == '\n' || *p == '\t' || *p == '\r')
			*p = ' ';
	while (p > text->data && p[-1] == ' ')
		*--p = '\0';
	return text->data;
}

static int
serve(const struct runner *r, const struct run_run *m, int message)
{
	struct running p = { .output = -1 };
	struct run_result result = { 0 };
	int n;

	str_init(&p.text, OUTPUT_MAX);
	if (start(r, m, message, &p)) {
		watch(&p);
		result.status = (uint32_t)p.status;
		result.late = p.late;
	} else
		result.error = (uint32_t)errno;
	result.text = tidy(&p.text);
	n = frame_tell(r->sock, &run_result, &result, -1, FD_FOREVER);
	str_free(&p.text);
	return n;
}

static void	runner_main(const struct runner *) __attribute__((noreturn));

static void
runner_main(const struct runner *r)
{
	struct sigaction act = { .sa_handler = on_child };
	struct run_run m;
	struct frame frame;
	sigset_t child;
	int message, n = 0;

	die_name("local: runner");
	jail_no_new_privs();
	/* Whoever started malote from a terminal does not lend it out: what
	 * has it could put words into root's mouth. */
	(void)setsid();
	/* The worker finishes its recipient and closes the socket then. */
	(void)signal(SIGTERM, SIG_IGN);
	sigemptyset(&act.sa_mask);
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	(void)sigaction(SIGCHLD, &act, NULL);
	(void)sigprocmask(SIG_BLOCK, &child, NULL);
	while (n == 0 && frame_recv(r->sock, &frame, &message,
	    FD_FOREVER) == 1) {
		if (message == -1 || frame_get(&frame, &run_run, &m) == -1)
			break;
		n = serve(r, &m, message);
		close(message);
	}
	exit(EXIT_DONE);
}

int
runner_start(struct runner r)
{
	int pair[2];
	pid_t pid;

	if (edge_pair(pair) == -1)
		return -1;
	pid = fork();
	if (pid == 0) {
		r.sock = pair[1];
		/* Not the queue's socket: its end must mean our worker's. */
		if (dup2(pair[1], STDERR_FILENO + 1) == -1)
			_exit(EXIT_TEMP);
		r.sock = STDERR_FILENO + 1;
		closefrom(r.sock + 1);
		runner_main(&r);
	}
	close(pair[1]);
	if (pid == -1)
		fd_close(&pair[0]);
	return pair[0];
}

/* --- in the worker ------------------------------------------------------ */

/* Exit statuses with a meaning of their own [sysexits(3)]. */
static const struct {
	int		 status;
	const char	*code;
	const char	*text;
} statuses[] = {
	{ EX_USAGE,	  "5.3.0", "command line usage error" },
	{ EX_DATAERR,	  "5.6.0", "data format error" },
	{ EX_NOINPUT,	  "5.3.0", "cannot open input" },
	{ EX_NOUSER,	  "5.1.1", "user unknown" },
	{ EX_NOHOST,	  "5.1.2", "host unknown" },
	{ EX_UNAVAILABLE, "5.3.0", "service unavailable" },
	{ EX_SOFTWARE,	  "5.3.0", "internal software error" },
	{ EX_OSERR,	  "4.3.0", "system resource problem" },
	{ EX_OSFILE,	  "5.3.0", "system file missing" },
	{ EX_CANTCREAT,	  "5.2.0", "cannot create output" },
	{ EX_IOERR,	  "4.3.0", "input or output error" },
	{ EX_TEMPFAIL,	  "4.3.0", "temporary failure" },
	{ EX_PROTOCOL,	  "5.5.0", "protocol error" },
	{ EX_NOPERM,	  "5.7.0", "permission denied" },
	{ EX_CONFIG,	  "5.3.5", "configuration error" },
};

static void
fate_of_status(struct fate *f, int status, const char *program,
    const char *text)
{
	const char *code = "5.3.0", *meaning = "";
	size_t i;

	for (i = 0; i < countof(statuses); i++)
		if (statuses[i].status == status) {
			code = statuses[i].code;
			meaning = statuses[i].text;
		}
	fate_set(f, code[0] == '4' ? 451 : 554, code,
	    "program %s: exit status %d%s%s%s%s", program, status,
	    *meaning == '\0' ? "" : ", ", meaning, *text == '\0' ? "" : ": ",
	    text);
}

static void
fate_of_result(struct fate *f, const struct run_result *m,
    const char *program)
{
	int status = (int)m->status;

	if (m->error != 0)
		fate_set(f, 451, "4.3.0", "program %s: %s", program,
		    strerror((int)m->error));
	else if (m->late)
		fate_set(f, 451, "4.3.0", "program %s: killed because it"
		    " took too long", program);
	else if (!WIFEXITED(status))
		fate_set(f, 451, "4.3.0", "program %s: killed by signal %d",
		    program, WTERMSIG(status));
	else if (WEXITSTATUS(status) != 0)
		fate_of_status(f, WEXITSTATUS(status), program, m->text);
	else
		fate_set(f, 250, "2.0.0", "program %s", program);
}

void
runner_run(int runner, char *const words[], int message,
    const struct letter *l, const struct letter_rcpt *rcpt, struct fate *f)
{
	struct run_run m = {
		.sender = l->reverse,
		.recipient = rcpt->address,
		.extension = rcpt->extension
	};
	struct run_result result;
	struct frame frame;
	struct str text;
	size_t i;
	int fd = -1, n = -1;

	str_init(&text, LIMIT_ALIAS_LINE);
	for (i = 0; words[i] != NULL; i++)
		(void)str_add(&text, words[i], strlen(words[i]) + 1);
	m.words.data = (const unsigned char *)text.data;
	m.words.len = text.len;
	if (!text.failed &&
	    frame_tell(runner, &run_run, &m, message, FD_FOREVER) == 0)
		while ((n = frame_recv(runner, &frame, &fd, FD_FOREVER)) ==
		    -1 && errno == EINTR)
			;	/* SIGTERM: what has begun is finished */
	fd_close(&fd);
	str_free(&text);
	if (n == 1 && frame_get(&frame, &run_result, &result) == 0)
		fate_of_result(f, &result, words[0]);
	else
		fate_set(f, 451, "4.3.0", "program %s: it could not be"
		    " started", words[0]);
}
