#!/usr/bin/env python3
"""Configuration: errors with file and line, nothing starts; reload changes all or nothing."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib"))
from house import Instance, enter_namespace, write
from tap import main, ok, same, wait_for


def run():
    enter_namespace()
    house = Instance()
    good = open(f"{house.etc}/malote.conf").read()
    path = f"{house.etc}/malote.conf"
    write(path, good + "messagesize 10M\nretry never\n")
    lines = good.count("\n")
    check = house.malote("check")
    ok(check.returncode == 1, "malote check fails on a faulty file", check)
    ok(f"malote.conf:{lines + 1}:" in check.stderr and "message-size" in check.stderr,
       "an unknown name is told with file, line and the nearest known name", check.stderr)
    ok(f"malote.conf:{lines + 2}:" in check.stderr, "all errors are told, not only the first",
       check.stderr)
    house.start(wait=False)
    same(house.process.wait(20), 1, "malote start refuses it")
    ok(f"malote.conf:{lines + 1}:" in house.stderr(), "with the same words", house.stderr())
    ok(not os.path.exists(f"{house.state}/run/smtpd/ask"), "nothing was started")
    house.log.close()

    write(path, good)
    same(house.malote("check").returncode, 0, "malote check is content with a good file")
    write(f"{house.root}/stderr", "")
    with house:
        def size():
            with house.smtp() as s:
                s.ehlo()
                return s.esmtp_features["size"]
        before = size()
        write(path, good + "message-size 1M\nfrob 1\n")
        reload = house.malote("reload")
        ok(reload.returncode != 0 and "frob" in reload.stderr, "a faulty reload says why",
           reload.stderr)
        same(size(), before, "and changes nothing")
        write(path, good + "message-size 1M\n")
        reload = house.malote("reload")
        same(reload.returncode, 0, "a good reload is done")
        ok(wait_for(lambda: size() == "1048576"), "and its settings are in force", size())
        os.kill(house.process.pid, 1)
        ok(house.process.poll() is None, "SIGHUP does not end malote")
        import signal
        write(path, good + "message-size 2M\n")
        house.process.send_signal(signal.SIGHUP)
        ok(wait_for(lambda: size() == "2097152"), "SIGHUP reloads too", size())
        house.send("ana@host0.example")
        ok(house.wait_mail("ana"), "mail flows after all that", house.events())


main(run)
