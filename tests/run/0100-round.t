#!/usr/bin/env python3
"""The whole road: SMTP in, queue, alias, local, Maildir, POP3 out."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib"))
from house import Instance, enter_namespace
from tap import main, ok, same, wait_for


def run():
    enter_namespace()
    with Instance(users={"zoe@virtual0.example": "secret"}) as a:
        a.send("ana@host0.example", "Subject: one\r\n\r\nhello ana\r\n.dot\r\n")
        mail = a.wait_mail("ana")
        ok(len(mail) == 1, "a system user has the message", a.events())
        if mail:
            ok(mail[0].startswith("Return-Path: <sender@elsewhere.example>\n"),
               "Return-Path stands first", mail[0])
            ok("Delivered-To: ana@host0.example\n" in mail[0], "Delivered-To is there", mail[0])
            ok("\r" not in mail[0], "Maildir files have LF line ends")
            ok(mail[0].endswith("\nhello ana\n.dot\n"), "the body is as it was sent", mail[0])
        a.send("zoe@virtual0.example", "Subject: two\r\n\r\nhello zoe\r\n")
        ok(len(a.wait_mail("zoe@virtual0.example")) == 1, "a virtual user has the message",
           a.events())
        ok(wait_for(a.queue_is_empty), "the queue is empty again")
        box = a.pop3("ana")
        count, octets = box.stat()
        same(count, 1, "POP3 shows one message to the system user")
        lines = box.retr(1)[1]
        same(lines[-2:], [b"hello ana", b".dot"], "POP3 gives the body back")
        same(octets, sum(len(l) + 2 for l in lines), "STAT counts CRLF octets")
        box.dele(1)
        box.quit()
        same(len(a.mail("ana")), 0, "DELE and QUIT removed it")
        box = a.pop3("zoe@virtual0.example", "secret")
        same(box.stat()[0], 1, "POP3 shows one message to the virtual user")
        box.quit()


main(run)
