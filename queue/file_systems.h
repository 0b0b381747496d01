#ifndef FILE_SYSTEMS_H
#define FILE_SYSTEMS_H

#include <stddef.h>
#include <stdint.h>

/*
 * The file systems that settle syncs: a folder of each, held open for as long
 * as the program lives, since syncfs(2) tells of a failure once and only to a
 * descriptor that was there before it.
 */
struct settings;

#define FILE_SYSTEMS_MAX	64

struct file_system {
	uint64_t	device;		/* st_dev of what lies there */
	int		fd;
};

struct file_systems {
	size_t			count;
	struct file_system	rows[FILE_SYSTEMS_MAX];
};

/*
 * Opens those of the setting maildir-filesystem and the one the folder `mail`
 * (a descriptor, which is kept) lies on.  What cannot be opened, is not on a
 * disk of this machine or does not know syncfs(2) is left out with an event.
 */
void	file_systems_open(struct file_systems *, const struct settings *,
	    int mail);
/* By device; NULL: not served. */
struct file_system	*file_systems_find(struct file_systems *,
		    uint64_t device);

/* NULL, or why syncfs(2) is not to be trusted with what fd lies on. */
const char	*file_system_objection(int fd);

#endif
