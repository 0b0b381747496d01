/* needs: */
/* Addresses: what is taken must survive being written and read again. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "addr.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
again(const struct addr *a)
{
	char text[LIMIT_ADDRESS + 80];
	struct addr b;

	addr_format(a, text, sizeof(text));
	if (addr_is_null(a))
		return;
	if (addr_parse(&b, text) == -1 || strcmp(a->local, b.local) != 0 ||
	    !addr_domain_is(&b, a->domain))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	char *text = malloc(n + 1), extension[16];
	const char *end;
	struct addr a;

	if (text == NULL)
		return 0;
	memcpy(text, data, n);
	text[n] = '\0';
	if (addr_path(&a, text, true, true, &end) == 0) {
		if (end <= text || end > text + n)
			abort();
		again(&a);
	}
	(void)addr_path(&a, text, false, false, &end);
	if (addr_parse(&a, text) == 0) {
		again(&a);
		(void)addr_split(&a, "+-", extension, sizeof(extension));
	}
	(void)addr_domain_ok(text);
	free(text);
	return 0;
}
