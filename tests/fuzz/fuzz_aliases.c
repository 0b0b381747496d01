/* needs: conf/conf_aliases conf/conf_fault conf/conf_lines conf/conf_members conf/conf_seen conf/conf_table conf/conf_units */
/*
 * Any bytes as the aliases table.  The first one says whether programs are
 * allowed; what stands behind a NUL is the list `fuzzed`, which the table, or
 * another list, may include.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conf_aliases.h"
#include "fd.h"

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

	for (i = 0; i < countof(lists); i++)
		(void)unlinkat(at, lists[i].name, 0);
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
	text = fileno(tmpfile());
	output = fileno(tmpfile());
	sink = fopen("/dev/null", "w");
	(void)atexit(clean);
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
	rewrite(text, data, size);
	rewrite(output, "", 0);
	faults_init(&faults, sink);
	aliases_compile(text, "/etc/malote/aliases", at, programs, output,
	    &faults);
	return 0;
}
