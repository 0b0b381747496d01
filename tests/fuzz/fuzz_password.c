/* needs: auth/plain auth/shadow auth/passwords auth/checks -lcrypt -levent_core */
/*
 * Any bytes as a PLAIN response, as a shadow file, and as a value of the
 * password table: what is found is a usable hash, and a mailbox never lies
 * outside of the mail folder.
 */
#include <sys/mman.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../auth/passwords.h"
#include "../../auth/plain.h"
#include "fd.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
need(int right)
{
	if (!right)
		abort();
}

static void
try_plain(const uint8_t *data, size_t n)
{
	struct bytes b = { data, n };
	char user[32], password[32];

	if (plain_parse(&b, user, sizeof(user), password,
	    sizeof(password)) == -1)
		return;
	need(*user != '\0' && strlen(user) < sizeof(user));
	need(*password != '\0' && strlen(password) < sizeof(password));
}

static void
try_shadow(const uint8_t *data, size_t n)
{
	int fd = memfd_create("shadow", MFD_CLOEXEC);
	struct password p;

	if (fd == -1 || fd_write_all(fd, data, n) == -1)
		abort();
	if (shadow_find(fd, "ana", &p) == FOUND_YES)
		need(check_usable(p.hash));
	close(fd);
}

static void
try_value(const uint8_t *data, size_t n)
{
	char *text = malloc(n + 1);
	struct password p;

	need(text != NULL);
	memcpy(text, data, n);
	text[n] = '\0';
	if (passwords_value(text, "ana", &p) == 0)
		need(strncmp(p.destination, "virtual:", 8) != 0 ||
		    (p.destination[8] != '/' &&
		    strstr(p.destination, "/../") == NULL));
	free(text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	try_plain(data, n);
	try_shadow(data, n);
	try_value(data, n);
	return 0;
}
