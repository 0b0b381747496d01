/* needs: tests/lib/unit smtpd/params_smtp */
/* The parameters of MAIL and RCPT. */
#include <string.h>

#include "../../smtpd/params_smtp.h"
#include "fd.h"
#include "unit.h"

static const struct {
	const char		*text;
	enum params_result	 result;
	uint64_t		 size;
	const char		*kept;
} mail[] = {
	{ "", PARAMS_OK, 0, "" },
	{ "   ", PARAMS_OK, 0, "" },
	{ " SIZE=0", PARAMS_OK, 0, "" },
	{ " size=1000", PARAMS_OK, 1000, "" },
	{ " SIZE=18446744073709551615", PARAMS_OK, UINT64_MAX, "" },
	{ " SIZE=18446744073709551616", PARAMS_OK, UINT64_MAX, "" },
	{ " SIZE=99999999999999999999", PARAMS_OK, UINT64_MAX, "" },
	{ " SIZE=000000000000000000001", PARAMS_SYNTAX, 0, "" },
	{ " SIZE", PARAMS_SYNTAX, 0, "" },
	{ " SIZE=", PARAMS_SYNTAX, 0, "" },
	{ " SIZE=-1", PARAMS_SYNTAX, 0, "" },
	{ " SIZE=1x", PARAMS_SYNTAX, 0, "" },
	{ " SIZE=1=2", PARAMS_SYNTAX, 0, "" },
	{ " SIZE=1 SIZE=1", PARAMS_SYNTAX, 1, "" },
	{ " BODY=8bitMIME", PARAMS_OK, 0, "BODY=8BITMIME" },
	{ " BODY=7BIT  SIZE=5", PARAMS_OK, 5, "BODY=7BIT" },
	{ " BODY=BINARYMIME", PARAMS_SYNTAX, 0, "" },
	{ " BODY", PARAMS_SYNTAX, 0, "" },
	{ " BODY=7BIT\t", PARAMS_SYNTAX, 0, "" },
	{ " X=1", PARAMS_UNKNOWN, 0, "" },
	{ " =1", PARAMS_UNKNOWN, 0, "" },
	{ " SIZES=1", PARAMS_UNKNOWN, 0, "" },
	{ " SMTPUTF8", PARAMS_UNKNOWN, 0, "" },
};

START_TEST(mail_takes_what_ehlo_offers)
{
	struct params_smtp p;
	char text[128];
	size_t i;

	for (i = 0; i < countof(mail); i++) {
		(void)strlcpy(text, mail[i].text, sizeof(text));
		ck_assert_msg(params_mail(&p, text) == mail[i].result,
		    "\"%s\"", mail[i].text);
		if (mail[i].result != PARAMS_OK)
			continue;
		ck_assert_uint_eq(p.size, mail[i].size);
		ck_assert_str_eq(p.kept, mail[i].kept);
	}
}
END_TEST

START_TEST(rcpt_takes_none)
{
	struct params_smtp p;
	char none[] = " ", one[] = " NOTIFY=NEVER";

	ck_assert_int_eq(params_rcpt(&p, none), PARAMS_OK);
	ck_assert_int_eq(params_rcpt(&p, one), PARAMS_UNKNOWN);
}
END_TEST

int
main(void)
{
	const TTest *tests[] = { mail_takes_what_ehlo_offers, rcpt_takes_none };

	return unit_run("smtp_params", tests, countof(tests));
}
