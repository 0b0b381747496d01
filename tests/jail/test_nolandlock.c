/* needs: tests/lib/refused tests/lib/inmate tests/lib/stub_nolandlock */
/* A build without landlock refuses to start. */
#include "refused.h"

int
main(void)
{
	return refused_run();
}
