/* needs: smtpd/data */
/*
 * The DATA machine against the definition of what it does.  The first byte
 * says into how large pieces the rest is cut.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../smtpd/data.h"
#include "limits.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

enum { SIZE = 1200 };	/* limit of a message */

static void
expect(bool truth)
{
	if (!truth)
		abort();
}

/* What was kept is well-formed and never longer than what was read. */
static void
check(const struct data *d, const char *in, size_t used, const char *out,
    size_t kept)
{
	size_t i;

	expect(kept <= used && d->size == kept);
	expect(d->fault != DATA_GOOD ||
	    (kept <= SIZE && d->hops <= LIMIT_HOPS));
	if (d->state == DATA_OVER) {
		expect(used >= 3 && memcmp(in + used - 3, ".\r\n", 3) == 0);
		expect(used == 3 || in[used - 4] == '\n');
	}
	if (d->fault == DATA_BARE)
		return;
	for (i = 0; i < kept; i++) {
		expect(out[i] != '\0');
		expect(out[i] != '\n' || (i > 0 && out[i - 1] == '\r'));
		expect(out[i] != '\r' || i + 1 == kept || out[i + 1] == '\n');
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *in = (const char *)data + 1;
	size_t piece, n, len, used = 0, kept = 0;
	struct data d;
	char *out;

	if (size < 1)
		return 0;
	size--;
	piece = data[0] % 64 + 1u;
	out = malloc(size + 1);
	if (out == NULL)
		return 0;
	data_init(&d, SIZE);
	while (used < size && d.state != DATA_OVER) {
		n = size - used < piece ? size - used : piece;
		used += data_feed(&d, in + used, n, out + kept, &len);
		kept += len;
	}
	check(&d, in, used, out, kept);
	free(out);
	return 0;
}
