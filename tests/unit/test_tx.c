/* needs: tests/lib/unit smtpd/tx smtpd/reply */
/* The transaction and the replies about it. */
#include <errno.h>
#include <string.h>

#include "../../smtpd/reply.h"
#include "../../smtpd/tx.h"
#include "fate.h"
#include "fd.h"
#include "unit.h"

START_TEST(recipients_come_out_as_they_went_in)
{
	const char *at = NULL, *address, *params;
	struct tx tx;

	tx_init(&tx);
	ck_assert(!tx_next(&tx, &at, &address, &params));
	ck_assert_int_eq(tx_add(&tx, "a@b", ""), 0);
	ck_assert_int_eq(tx_add(&tx, "c@d", "X=1"), 0);
	ck_assert(tx_next(&tx, &at, &address, &params));
	ck_assert_str_eq(address, "a@b");
	ck_assert_str_eq(params, "");
	ck_assert(tx_next(&tx, &at, &address, &params));
	ck_assert_str_eq(address, "c@d");
	ck_assert_str_eq(params, "X=1");
	ck_assert(!tx_next(&tx, &at, &address, &params));
	ck_assert_uint_eq(tx.count, 2);
	tx_reset(&tx);
	at = NULL;
	ck_assert_uint_eq(tx.count, 0);
	ck_assert(!tx_next(&tx, &at, &address, &params));
}
END_TEST

START_TEST(a_full_transaction_stays_whole)
{
	const char *at = NULL, *address, *params;
	char name[LIMIT_ADDRESS];
	struct tx tx;
	size_t n = 0;

	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	tx_init(&tx);
	while (tx_add(&tx, name, "") == 0)
		n++;
	ck_assert_int_eq(errno, EMSGSIZE);
	ck_assert_uint_eq(n, TX_RECIPIENTS / (LIMIT_ADDRESS + 1));
	ck_assert_uint_eq(tx.count, n);
	while (tx_next(&tx, &at, &address, &params))
		n--;
	ck_assert_uint_eq(n, 0);
	tx_reset(&tx);
}
END_TEST

/* Every reply is one line of a known class; enhanced codes agree with it. */
START_TEST(replies_are_well_formed)
{
	char line[REPLY_SIZE], detail[2 * REPLY_SIZE];
	size_t i, len;

	memset(detail, 'd', sizeof(detail) - 1);
	detail[sizeof(detail) - 1] = '\0';
	for (i = 0; i < REPLY_COUNT; i++) {
		reply_line(line, (enum reply)i, detail);
		len = strlen(line);
		ck_assert_uint_lt(len, REPLY_SIZE);
		ck_assert_str_eq(line + len - 2, "\r\n");
		ck_assert(strchr("2345", line[0]) != NULL);
		ck_assert_int_eq(line[3], ' ');
		ck_assert_uint_eq(strcspn(line, "\r\n$"), len - 2);
		if (line[5] == '.')
			ck_assert_int_eq(line[4], line[0]);
	}
}
END_TEST

START_TEST(replies_become_fates)
{
	struct fate f;

	reply_to_fate(REPLY_LATER, &f);
	ck_assert_int_eq(f.kind, FATE_DEFER);
	ck_assert_uint_eq(f.code, 451);
	ck_assert_str_eq(f.status, "4.3.0");
}
END_TEST

int
main(void)
{
	const TTest *tests[] = {
		recipients_come_out_as_they_went_in,
		a_full_transaction_stays_whole,
		replies_are_well_formed,
		replies_become_fates
	};

	return unit_run("tx", tests, countof(tests));
}
