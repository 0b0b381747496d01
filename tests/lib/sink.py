#!/usr/bin/env python3
"""A next hop that keeps a line for each message and recipient: sink.py HOST PORT FILE.

"TIME MARK RECIPIENT whole|torn", written before the 250 that answers it.  STAT tells
how many sessions there are.
"""
import asyncio
import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from marked import mark_of, is_whole  # noqa: E402

LIMIT = 1 << 20


async def body(reader):
    lines = []
    while (line := await reader.readline()) != b".\r\n":
        if not line.endswith(b"\r\n"):
            return None
        lines.append(line[1:] if line.startswith(b".") else line)
    return b"".join(lines)


class Session:
    count = 0

    def __init__(self, out):
        self.out, self.rcpts = out, []

    def keep(self, data):
        now, mark = time.monotonic(), mark_of(data)
        state = "whole" if is_whole(data.replace(b"\r\n", b"\n"), mark) else "torn"
        os.write(self.out, "".join(f"{now:.6f} {mark} {r} {state}\n" for r in self.rcpts).encode())
        self.rcpts = []

    async def serve(self, reader, writer):
        writer.write(b"220 sink\r\n")
        while line := await reader.readline():
            verb = line[:4].upper()
            answer = b"250 ok\r\n"
            if verb == b"EHLO":
                answer = b"250-sink\r\n250-8BITMIME\r\n250 PIPELINING\r\n"
            elif verb == b"RCPT":
                self.rcpts.append(line[line.index(b"<") + 1:line.index(b">")].decode())
            elif verb in (b"RSET", b"MAIL"):
                self.rcpts = []
            elif verb == b"DATA":
                writer.write(b"354 go\r\n")
                data = await body(reader)
                if data is None:
                    return
                self.keep(data)
            elif verb == b"STAT":
                answer = f"250 {Session.count}\r\n".encode()
            elif verb == b"QUIT":
                writer.write(b"221 bye\r\n")
                return
            writer.write(answer)


async def main(host, port, path):
    out = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)

    async def client(reader, writer):
        Session.count += 1
        try:
            await Session(out).serve(reader, writer)
            await writer.drain()
        except OSError:
            pass                        # it was killed: nothing is owed to it
        finally:
            Session.count -= 1
            writer.close()
    server = await asyncio.start_server(client, host, int(port), limit=LIMIT, backlog=512)
    async with server:
        await server.serve_forever()


asyncio.run(main(*sys.argv[1:]))
