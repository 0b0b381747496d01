#ifndef KEEPER_BOOT_H
#define KEEPER_BOOT_H

#include <stddef.h>

/* An id of this boot of the machine, read before the jail. */
void	boot_id(char *, size_t);

#endif
