/* needs: conf/conf_users conf/conf_fault conf/conf_lines conf/conf_seen conf/conf_table conf/conf_units */
/* Any bytes as the users table. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "conf_users.h"
#include "fd.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static int
fresh(int fd, const void *data, size_t n)
{
	if (ftruncate(fd, 0) == -1 || fd_pwrite_all(fd, data, n, 0) == -1 ||
	    lseek(fd, 0, SEEK_SET) == -1)
		abort();
	return fd;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int text = -1, users, secrets;
	static FILE *sink;
	struct faults faults;

	if (text == -1) {
		text = fileno(tmpfile());
		users = fileno(tmpfile());
		secrets = fileno(tmpfile());
		sink = fopen("/dev/null", "w");
	}
	faults_init(&faults, sink);
	users_compile(fresh(text, data, size), "users", fresh(users, "", 0),
	    fresh(secrets, "", 0), &faults);
	return 0;
}
