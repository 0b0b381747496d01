/* needs: tests/lib/refused tests/lib/inmate tests/lib/stub_noseccomp */
/* A build without seccomp refuses to start. */
#include "refused.h"

int
main(void)
{
	return refused_run();
}
