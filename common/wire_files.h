#ifndef WIRE_FILES_H
#define WIRE_FILES_H

#include "frame.h"

/*
 * Edge files: auth (and later key) → malote, which opens one of a fixed list
 * of files and passes the descriptor; it reads nothing.
 *
 * 	auth: OPEN n               malote: FILE + descriptor | NONE
 */
enum {
	FILES_OPEN = 0x0c01, FILES_FILE, FILES_NONE
};

enum files_number { FILES_PASSWD_TABLE, FILES_SHADOW, FILES_COUNT };

struct files_open {
	uint32_t	 number;	/* enum files_number */
};
struct files_file {
	uint32_t	 number;
};
struct files_none {
	uint32_t	 number;
	uint32_t	 error;	/* errno */
};

extern const struct wire	files_open, files_file, files_none;

#endif
