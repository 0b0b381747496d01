#!/usr/bin/env python3
"""What dies is started again within a second while the rest goes on; stopping is clean."""
import os
import signal
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib"))
from house import PROGRAMS, Instance, enter_namespace
from tap import main, ok, same, wait_for


def main_pid(house, program):
    """The process malote started: the one whose parent is malote."""
    for pid in house.pids(program):
        try:
            with open(f"/proc/{pid}/stat") as f:
                if int(f.read().rsplit(")", 1)[1].split()[1]) == house.process.pid:
                    return pid
        except OSError:
            continue            # it ended meanwhile
    return None


def run():
    enter_namespace()
    house = Instance()
    house.start()
    for program in [p for p in PROGRAMS if p not in ("conf", "keeper")]:
        before = main_pid(house, program)
        if not ok(before is not None, f"{program} runs"):
            continue
        start = time.monotonic()
        os.kill(before, signal.SIGKILL)
        back = wait_for(lambda: main_pid(house, program) not in (None, before), 5)
        ok(back and time.monotonic() - start < 1.0, f"{program}, killed, is back within 1 s")
    keeper, smtpd = main_pid(house, "keeper"), main_pid(house, "smtpd")
    os.kill(keeper, signal.SIGKILL)
    ok(wait_for(lambda: house.stderr().count("malote: ready") == 2, 20) and
       main_pid(house, "keeper") not in (None, keeper), "without keeper malote begins anew",
       house.stderr())
    ok(main_pid(house, "smtpd") not in (None, smtpd), "with all programs")
    same(house.process.poll(), None, "as the same process")
    sent = 0
    for _ in range(3):
        try:
            house.send("ana@host0.example")
            sent += 1
        except Exception:
            time.sleep(0.5)
    ok(sent > 0 and len(house.wait_mail("ana", sent)) == sent, "mail flows again",
       house.events())
    with house.smtp() as session:
        session.ehlo()
        house.process.send_signal(signal.SIGTERM)
        try:
            reply = session.getreply()
        except Exception as e:
            reply = (0, str(e))
        ok(reply[0] == 421, "at SIGTERM a session is told 421", reply)
    same(house.process.wait(15), 0, "malote ends with status 0")
    left = [p for q in PROGRAMS + ["start"] for p in house.pids(q)]
    same(left, [], "no process is left")
    same(os.path.exists(f"{house.state}/run/smtpd/ask"), False, "no socket is left")
    house.log.close()
    house.process = None
    house.stop()


main(run)
