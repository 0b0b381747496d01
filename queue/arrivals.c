/*
 * The form of the arrivals log.  A reader trusts nothing: a head counts when
 * its checksum is right and its fields are possible.
 */
#include "arrivals.h"

#include <sys/stat.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "fd.h"
#include "id.h"

#include "crc.h"
#include "message.h"

/* Where things stand in a head; integers are big-endian. */
enum {
	AT_MAGIC = 0, AT_SUM = 4, AT_GENERATION = 8, AT_SEQUENCE = 16,
	AT_LENGTH = 24, AT_CRC = 28, AT_ID = 32
};

_Static_assert(AT_ID + LIMIT_ID == ARRIVALS_HEAD, "an id fills the head");

static const struct {
	char	 magic[5];
	uint32_t min, max;	/* bytes that follow */
	bool	 id;
} types[] = {
	[ARRIVALS_MESSAGE] = { "arvM", MESSAGE_HEAD, UINT32_MAX, true },
	[ARRIVALS_CUT] = { "arvC", ARRIVALS_CUT_SIZE, ARRIVALS_CUT_SIZE,
	    false },
	[ARRIVALS_VOID] = { "arvV", 0, 0, true },
};

void
arrivals_name(char name[ARRIVALS_NAME], uint64_t generation)
{
	(void)snprintf(name, ARRIVALS_NAME, "arrivals.%u",
	    (unsigned)(generation % ARRIVALS_SEGMENTS));
}

static void
put_number(unsigned char *to, uint64_t v, int bytes)
{
	while (bytes-- > 0) {
		to[bytes] = (unsigned char)v;
		v >>= 8;
	}
}

static uint64_t
get_number(const unsigned char *from, int bytes)
{
	uint64_t v = 0;
	int i;

	for (i = 0; i < bytes; i++)
		v = v << 8 | from[i];
	return v;
}

void
arrivals_put_head(unsigned char to[ARRIVALS_HEAD],
    const struct arrivals_head *head)
{
	memset(to, 0, ARRIVALS_HEAD);
	memcpy(to + AT_MAGIC, types[head->type].magic, 4);
	put_number(to + AT_GENERATION, head->generation, 8);
	put_number(to + AT_SEQUENCE, head->sequence, 8);
	put_number(to + AT_LENGTH, head->length, 4);
	put_number(to + AT_CRC, head->crc, 4);
	memcpy(to + AT_ID, head->id, strlen(head->id));
	put_number(to + AT_SUM, crc32c(0, to + AT_GENERATION,
	    ARRIVALS_HEAD - AT_GENERATION), 4);
}

/* The id is padded with NULs, and nothing else stands behind it. */
static bool
get_id(const unsigned char *from, char id[LIMIT_ID + 1])
{
	size_t n;

	memcpy(id, from, LIMIT_ID);
	id[LIMIT_ID] = '\0';
	for (n = strlen(id); n < LIMIT_ID; n++)
		if (from[n] != '\0')
			return false;
	return *id == '\0' || id_ok(id);
}

bool
arrivals_get_head(const unsigned char from[ARRIVALS_HEAD],
    struct arrivals_head *head)
{
	size_t i;

	for (i = 0; i < countof(types); i++)
		if (memcmp(from + AT_MAGIC, types[i].magic, 4) == 0)
			break;
	if (i == countof(types) || get_number(from + AT_SUM, 4) !=
	    crc32c(0, from + AT_GENERATION, ARRIVALS_HEAD - AT_GENERATION))
		return false;
	head->type = (enum arrivals_type)i;
	head->generation = get_number(from + AT_GENERATION, 8);
	head->sequence = get_number(from + AT_SEQUENCE, 8);
	head->length = (uint32_t)get_number(from + AT_LENGTH, 4);
	head->crc = (uint32_t)get_number(from + AT_CRC, 4);
	return get_id(from + AT_ID, head->id) &&
	    (*head->id != '\0') == types[i].id && head->generation != 0 &&
	    head->length >= types[i].min && head->length <= types[i].max;
}

void
arrivals_put_cut(unsigned char to[ARRIVALS_CUT_SIZE],
    const struct arrivals_cut *cut)
{
	put_number(to, cut->generation, 8);
	put_number(to + 8, cut->sequence, 8);
}

void
arrivals_get_cut(const unsigned char from[ARRIVALS_CUT_SIZE],
    struct arrivals_cut *cut)
{
	cut->generation = get_number(from, 8);
	cut->sequence = get_number(from + 8, 8);
}

bool
arrivals_first(int folder, unsigned place, struct arrivals_head *head,
    uint64_t *size)
{
	unsigned char bytes[ARRIVALS_HEAD];
	char name[ARRIVALS_NAME];
	struct stat st;
	bool found;
	int fd;

	*size = 0;
	arrivals_name(name, place);
	fd = openat(folder, name,
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd == -1)
		return false;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		*size = (uint64_t)st.st_size;
	found = fd_pread_all(fd, bytes, sizeof(bytes), 0) == 0 &&
	    arrivals_get_head(bytes, head) &&
	    head->generation % ARRIVALS_SEGMENTS == place;
	fd_close(&fd);
	return found;
}
