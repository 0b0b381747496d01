/* Linux: the id of this boot is a random one that the kernel tells. */
#include "keeper_boot.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "die.h"

void
boot_id(char *text, size_t size)
{
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	ssize_t n = read(fd, text, size - 1);

	if (n <= 0)
		die_temp("boot id");
	text[n] = '\0';
	text[strcspn(text, "\n")] = '\0';
	close(fd);
}
