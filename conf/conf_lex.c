/*
 * Lines to words.  The lines have been checked for control bytes; what a
 * word means is nothing to this file.
 */
#include "conf_lex.h"

#include <string.h>

static const char	blank[] = " \t";

/* What became of one line of the file. */
enum scanned { SCAN_WHOLE, SCAN_CONTINUES, SCAN_BAD };

struct lexer {
	struct lines	*lines;
	const char	*file;
	struct faults	*faults;
	struct words	*words;
};

static enum scanned
wrong(struct lexer *lex, const char *why)
{
	fault(lex->faults, lex->file, lex->lines->number, "%s", why);
	return SCAN_BAD;
}

static bool
put(struct words *w, char c)
{
	if (w->used == sizeof(w->text))
		return false;
	w->text[w->used++] = c;
	return true;
}

/* One quoted part; *at stands behind the opening quote. */
static const char *
scan_quoted(struct words *w, const char **at)
{
	const char *p = *at;

	for (; *p != '"'; p++) {
		if (*p == '\0')
			return "a quote that is not closed";
		if (*p == '\\' && *++p != '"' && *p != '\\')
			return "a backslash inside quotes stands only "
			    "before \" and \\";
		if (!put(w, *p))
			return "the line is too long";
	}
	*at = p + 1;
	return NULL;
}

/* One word from *at, which is no blank; NULL or what is wrong with it. */
static const char *
scan_word(struct words *w, const char **at)
{
	const char *p = *at, *why;
	size_t begin = w->used;

	if (w->count == LIMIT_WORDS)
		return "too many words in the line";
	while (*p != '\0' && strchr(blank, *p) == NULL) {
		if (p[0] == '\\' && p[1] == '\0')
			break;
		if (*p == '"') {
			p++;
			if ((why = scan_quoted(w, &p)) != NULL)
				return why;
			continue;
		}
		if (!put(w, *p++))
			return "the line is too long";
	}
	if (w->used - begin > LIMIT_WORD)
		return "a word is too long";
	if (!put(w, '\0'))
		return "the line is too long";
	w->word[w->count++] = w->text + begin;
	*at = p;
	return NULL;
}

static enum scanned
scan_line(struct lexer *lex, const char *p)
{
	const char *why;

	for (;;) {
		p += strspn(p, blank);
		if (*p == '\0' || *p == '#')
			return SCAN_WHOLE;
		if (p[0] == '\\' && p[1] == '\0')
			return SCAN_CONTINUES;
		why = scan_word(lex->words, &p);
		if (why != NULL)
			return wrong(lex, why);
	}
}

/* Whether a line that is thrown away draws the next one with it. */
static bool
continues(const char *text)
{
	size_t n = strlen(text);

	return n > 0 && text[n - 1] == '\\';
}

/*
 * A line with its continuations.  false at the end of the file; no words
 * when it was empty or faulty.
 */
static bool
scan_all(struct lexer *lex)
{
	struct words *w = lex->words;
	enum scanned state = SCAN_WHOLE;
	bool more = true;
	char *text;

	w->count = w->used = 0;
	w->line = lex->lines->number + 1;
	while (more) {
		switch (lines_next(lex->lines, &text)) {
		case LINES_OVER:
			if (w->line > lex->lines->number)
				return false;
			if (state == SCAN_CONTINUES)
				state = wrong(lex, "the file ends in a line "
				    "that continues");
			more = false;
			break;
		case LINES_BAD:
			state = wrong(lex, lex->lines->why);
			more = false;
			break;
		case LINES_LINE:
			if (state != SCAN_BAD)
				state = scan_line(lex, text);
			more = state == SCAN_CONTINUES ||
			    (state == SCAN_BAD && continues(text));
			break;
		}
	}
	if (state == SCAN_BAD)
		w->count = 0;
	return true;
}

bool
lex_next(struct lines *lines, const char *file, struct faults *faults,
    struct words *words)
{
	struct lexer lex = { lines, file, faults, words };

	while (!faults_full(faults) && scan_all(&lex))
		if (words->count > 0)
			return true;
	return false;
}
