#ifndef CONF_VALUES_H
#define CONF_VALUES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "conf_check.h"
#include "str.h"

/*
 * The words of one setting, while they are read.  Each type of enum
 * param_type has one reader, which adds rows to the configuration or reports
 * what is wrong and what was expected.
 */
struct value {
	struct config		*config;
	const struct param_row	*param;
	unsigned		 line;
	const char *const	*words;	/* without the setting's name */
	size_t			 count;
};

void	value_read(const struct value *);

/* For the readers: `NAME: message`, always -1. */
int	value_wrong(const struct value *, const char *, ...)
	    __attribute__((format(printf, 2, 3)));
/* The same for a word that is none of names: with the nearest one. */
int	value_unknown(const struct value *, const char *what,
	    const char *word, const char *const *names, size_t n);
/* -1 unless there are between min and max words. */
int	value_count(const struct value *, size_t min, size_t max,
	    const char *expected);
/* Adds a row; an empty text is one empty word. */
void	value_add(const struct value *, const char *key, const char *words);

/* Readers of settings that are rows of several fields (conf_rows.c). */
void	rows_listen(const struct value *);
void	rows_domain(const struct value *);
void	rows_networks(const struct value *);
void	rows_folders(const struct value *);
void	rows_route(const struct value *);
void	rows_account(const struct value *);
void	rows_resolver(const struct value *);
void	rows_stub(const struct value *);

/*
 * Plain texts to values; false when it is none.  Digits alone, without sign
 * or blanks; sizes in bytes (K, M, G), spans in seconds (s, m, h, d, w).
 */
bool	value_number(const char *, uint64_t *);
bool	value_size(const char *, uint64_t *);
bool	value_span(const char *, uint64_t *);
/* The shortest such text for a value, for messages. */
void	value_size_text(char buf[32], uint64_t);
void	value_span_text(char buf[32], uint64_t);

/* Name or number of an account or group: [A-Za-z_][A-Za-z0-9._-]*, 32. */
bool	value_is_owner(const char *);
/* A name below a folder: [A-Za-z0-9._-]+, not beginning with . or -. */
bool	value_is_name(const char *);
/* A domain name in lower case into buf (LIMIT_DOMAIN + 1); false: none. */
bool	value_domain(const char *, char *buf);

#endif
