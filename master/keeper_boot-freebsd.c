/* FreeBSD: the time of the boot names it. */
#include "keeper_boot.h"

#include <sys/types.h>
#include <sys/sysctl.h>
#include <sys/time.h>
#include <stdio.h>

#include "die.h"

void
boot_id(char *text, size_t size)
{
	int name[] = { CTL_KERN, KERN_BOOTTIME };
	struct timeval tv;
	size_t len = sizeof(tv);

	if (sysctl(name, 2, &tv, &len, NULL, 0) == -1)
		die_temp("boot time");
	(void)snprintf(text, size, "%lld.%06ld", (long long)tv.tv_sec,
	    (long)tv.tv_usec);
}
