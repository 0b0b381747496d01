#ifndef REPORT_ASKER_H
#define REPORT_ASKER_H

struct loop;
struct settings;

/* bounce as a whole. */
struct bounce {
	struct loop	*loop;
	struct settings	*settings;
	const char	*hostname;
};

/* A connection of the edge report was accepted; takes over fd. */
void	asker_accepted(void *bounce, int fd);

#endif
