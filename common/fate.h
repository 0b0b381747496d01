#ifndef FATE_H
#define FATE_H

/*
 * What became of one recipient, or of one request: the common currency of
 * all programs [RFC5321 4.2, RFC3463].
 */
enum fate_kind { FATE_DONE = 2, FATE_DEFER = 4, FATE_FAIL = 5 };

#define FATE_TEXT	512	/* bytes of text, NUL included */

/*
 * code: SMTP reply code whose first digit is the kind; status: enhanced code
 * "5.1.1" of the same class; text: printable ASCII on one line, without code.
 */
struct fate {
	enum fate_kind	kind;
	unsigned	code;
	char		status[12];
	char		text[FATE_TEXT];
};

/*
 * Fills *f.  status names the class and so the kind ("2…" done, "4…" defer,
 * "5…" fail).  Bytes of the text outside 0x20..0x7e become '?', what does not
 * fit is cut.  A code or status of another class is a bug of the caller.
 */
void	fate_set(struct fate *, unsigned code, const char *status,
	    const char *, ...) __attribute__((format(printf, 4, 5)));

/* As fate_set() from three received fields; -1 (EPROTO) when they disagree. */
int	fate_make(struct fate *, unsigned code, const char *status,
	    const char *text);

/*
 * From one reply line of a peer without its code, e.g. "5.1.1 no such user":
 * takes the enhanced code if one of the right class is there, else CLASS.0.0.
 * code: 200-599; -1 (EPROTO) when it is not.
 */
int	fate_from_reply(struct fate *, unsigned code, const char *text);

#endif
