/* needs: tests/lib/unit smtpd/smtp_client */
/* Who a client is: networks that may relay. */
#include "../../smtpd/smtp_client.h"
#include "fd.h"
#include "unit.h"

static const struct {
	const char	*net;
	const char	*address;
	bool		 holds;
} nets[] = {
	{ "127.0.0.1", "127.0.0.1", true },
	{ "127.0.0.1", "127.0.0.2", false },
	{ "127.0.0.1/32", "127.0.0.1", true },
	{ "192.0.2.0/24", "192.0.2.255", true },
	{ "192.0.2.0/24", "192.0.3.0", false },
	{ "192.0.2.128/25", "192.0.2.127", false },
	{ "192.0.2.128/25", "192.0.2.129", true },
	{ "10.0.0.0/7", "11.255.255.255", true },
	{ "10.0.0.0/7", "12.0.0.0", false },
	{ "0.0.0.0/0", "203.0.113.9", true },
	{ "0.0.0.0/0", "::1", false },
	{ "::/0", "127.0.0.1", false },
	{ "::1", "::1", true },
	{ "2001:db8::/33", "2001:db8:7fff::1", true },
	{ "2001:db8::/33", "2001:db8:8000::1", false },
	/* whatever cannot be read says no */
	{ "192.0.2.0/33", "192.0.2.1", false },
	{ "192.0.2.0/", "192.0.2.1", false },
	{ "192.0.2.0/-1", "192.0.2.1", false },
	{ "nonsense", "192.0.2.1", false },
	{ "0.0.0.0/0", "nonsense", false },
	{ "0.0.0.0/0", "", false },
};

START_TEST(networks_hold_addresses)
{
	size_t i;

	for (i = 0; i < countof(nets); i++)
		ck_assert_msg(net_holds(nets[i].net, nets[i].address) ==
		    nets[i].holds, "%s %s", nets[i].net, nets[i].address);
}
END_TEST

int
main(void)
{
	const TTest *tests[] = {
		networks_hold_addresses
	};

	return unit_run("smtp_client", tests, countof(tests));
}
