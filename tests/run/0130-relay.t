#!/usr/bin/env python3
"""Mail to other hosts: routes, bounces, refusals, one transaction for many."""
import email
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib"))
from house import Instance, enter_namespace
from tap import main, ok, same, wait_for


def run():
    enter_namespace()
    far = Instance(1, name="far.example")
    near = Instance(0, extra=f"route far.example smtp {far.ip}:2525\n"
                             "route closed.example smtp 127.0.0.9:9\n"
                             "route no.example reject \"we do not send there\"\n")
    with far, near:
        near.send(["dora@far.example", "emil@far.example"], "Subject: two\r\n\r\nboth\r\n")
        ok(far.wait_mail("dora") and far.wait_mail("emil"), "both far users have it",
           near.events() + far.events())
        same(wait_for(lambda: far.events().count(" accepted ")), 1, "it went over in one transaction")
        ok("by far.example with ESMTP" in far.mail("dora")[0] and
           "by host0.example with ESMTP" in far.mail("dora")[0], "each host added its Received")
        near.send("dora@far.example", "Subject: dots\r\n\r\n.\r\n..\r\n.x\r\n")
        ok(far.wait_mail("dora", 2)[1].endswith("\n.\n..\n.x\n"), "dots arrive as they were")

        near.send(["fay@far.example", "ghost@far.example"], sender="ana@host0.example")
        ok(far.wait_mail("fay"), "the good recipient has it")
        mail = near.wait_mail("ana")
        ok(mail, "a bounce came back", near.events())
        report = email.message_from_string(mail[0]) if mail else email.message.Message()
        same(report.get_content_type(), "multipart/report", "it is a multipart/report")
        parts = report.get_payload() if report.is_multipart() else []
        same([p.get_content_type() for p in parts[:2]],
             ["text/plain", "message/delivery-status"], "with text and delivery-status")
        if len(parts) > 1:
            status = parts[1].get_payload()
            same(len(status), 2, "one per-message and one per-recipient group")
            same(status[1]["Final-Recipient"].replace(" ", ""), "rfc822;ghost@far.example",
                 "it names the recipient")
            ok(status[1]["Status"].startswith("5.1.1"), "its status", status[1]["Status"])
            same(status[1]["Action"], "failed", "its action")
            ok("550" in status[1]["Diagnostic-Code"], "the peer's words",
               status[1]["Diagnostic-Code"])
        ok(report["Auto-Submitted"], "it is marked as automatic")
        ok("Return-Path: <>" in (mail or [""])[0], "and has the null reverse-path")

        near.send("x@closed.example", sender="carla@host0.example")
        ok(wait_for(lambda: " deferred " in near.events()), "a closed port defers", near.events())
        shown = near.malote("queue", "list").stdout
        ok("carla@host0.example" in shown, "malote queue list shows it", shown)
        name = next((l.split()[0] for l in shown.splitlines() if "carla" in l), "")
        ok("refused" in near.malote("queue", "show", name).stdout.lower(),
           "malote queue show tells why", near.malote("queue", "show", name).stdout)
        near.malote("queue", "remove", name)
        ok(wait_for(near.queue_is_empty), "malote queue remove removes it",
           near.malote("queue", "list").stdout)


def accepts(house, address, ip=None):
    with house.smtp() as s:
        s.ehlo()
        s.mail("x@elsewhere.example")
        return s.rcpt(address)[0] == 250


main(run)
