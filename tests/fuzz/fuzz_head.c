/* needs: */
/* Headers: the same fields, however the bytes are cut. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "head.h"
#include "str.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
collect(void *ctx, const char *name, const char *value)
{
	if (strlen(name) >= 80 || strlen(value) >= HEAD_VALUE)
		abort();
	(void)str_printf(ctx, "%s\n%s\n", name, value);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const char *p = (const char *)data;
	struct str whole, cut;
	struct head h;
	size_t i;

	str_init(&whole, 1 << 20);
	str_init(&cut, 1 << 20);
	head_init(&h, collect, &whole);
	(void)head_feed(&h, p, n);
	head_end(&h);
	head_init(&h, collect, &cut);
	for (i = 0; i < n; i++)
		(void)head_feed(&h, p + i, 1);
	head_end(&h);
	if (whole.len != cut.len || memcmp(whole.data, cut.data, cut.len) != 0)
		abort();
	str_free(&whole);
	str_free(&cut);
	return 0;
}
