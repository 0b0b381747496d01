/* needs: conf/conf_aliases conf/conf_fault conf/conf_lines conf/conf_members conf/conf_seen conf/conf_table conf/conf_units */
/*
 * Any bytes as the aliases table.  The first one says whether programs are
 * allowed; what stands behind a NUL is the list `fuzzed`, which the table, or
 * another list, may include.  Each line is cut into members once more, in a
 * block of its own size.
 */
#include <sys/stat.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conf_aliases.h"
#include "conf_members.h"
#include "fd.h"
#include "limits.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static const struct {
	const char	*name, *text;
} lists[] = {
	{ "one", "ann@example.org, bob\n:include:two\n" },
	{ "two", "# none\ncid\n" },
	{ "self", "x, :include:self\n" },
	{ "round", ":include:about\n" },
	{ "about", "y\n:include:round\n" },
	{ "fuzzed", "" }
};

static char	folder[] = "/tmp/fuzz_aliases.XXXXXX";
static int	at = -1, text = -1, output = -1;
static FILE	*sink;

static void
clean(void)
{
	size_t i;

	char name[16];

	for (i = 0; i < countof(lists); i++)
		(void)unlinkat(at, lists[i].name, 0);
	for (i = 0; i <= LIMIT_ALIAS_DEPTH; i++) {
		(void)snprintf(name, sizeof(name), "deep%zu", i);
		(void)unlinkat(at, name, 0);
	}
	(void)unlinkat(at, "folder", AT_REMOVEDIR);
	(void)rmdir(folder);
}

static void
rewrite(int fd, const void *data, size_t n)
{
	if (ftruncate(fd, 0) == -1 || fd_pwrite_all(fd, data, n, 0) == -1 ||
	    lseek(fd, 0, SEEK_SET) == -1)
		abort();
}

static void
write_list(const char *name, const void *data, size_t n)
{
	int fd = openat(at, name, O_RDWR | O_CREAT, 0600);

	rewrite(fd, data, n);
	close(fd);
}

/* More lists, each of which includes the next, than may be open. */
static void
write_chain(void)
{
	char name[16], line[32];
	size_t i;

	for (i = 0; i <= LIMIT_ALIAS_DEPTH; i++) {
		(void)snprintf(name, sizeof(name), "deep%zu", i);
		(void)snprintf(line, sizeof(line), ":include:deep%zu\n",
		    i + 1);
		write_list(name, line, strlen(line));
	}
}

static void
begin(void)
{
	size_t i;

	if (mkdtemp(folder) == NULL)
		abort();
	at = open(folder, O_RDONLY | O_DIRECTORY);
	for (i = 0; i < countof(lists); i++)
		write_list(lists[i].name, lists[i].text,
		    strlen(lists[i].text));
	write_chain();
	(void)mkdirat(at, "folder", 0700);
	text = fileno(tmpfile());
	output = fileno(tmpfile());
	sink = fopen("/dev/null", "w");
	(void)atexit(clean);
}

static void
cut_line(const char *line, size_t n)
{
	char *copy = strndup(line, n), *rest = copy, *name;
	struct member m;
	const char *why;

	if (copy == NULL)
		abort();
	if (member_name(&rest, &name) == NULL)
		while (member_next(&rest, &m, &why) == 1)
			if (m.text < copy || m.text > copy + n)
				abort();
	free(copy);
}

static void
cut_lines(const char *p, size_t left)
{
	const char *end;
	size_t n;

	for (; left > 0; p += n, left -= n) {
		end = memchr(p, '\n', left);
		n = end == NULL ? left : (size_t)(end - p) + 1;
		cut_line(p, n - (end != NULL));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct faults faults;
	const uint8_t *nul;
	bool programs;

	if (at == -1)
		begin();
	if (size == 0)
		return 0;
	programs = *data++ == 'p';
	nul = memchr(data, '\0', --size);
	if (nul != NULL) {
		write_list("fuzzed", nul + 1,
		    size - (size_t)(nul + 1 - data));
		size = (size_t)(nul - data);
	}
	cut_lines((const char *)data, size);
	rewrite(text, data, size);
	rewrite(output, "", 0);
	faults_init(&faults, sink);
	aliases_compile(text, "/etc/malote/aliases", at, programs, output,
	    &faults);
	return 0;
}
