"""A settle that does what the test says, in the place of the real one.

    LyingSettle(house_bin_folder).say("well" | "fail" | "once" | "hang")
    .asked() counts the SYNCs of all its lives.

It speaks the edges settings and settle as malote's programs do, in no jail.
"""
import os
import shutil

from house import BIN, HOMES

SCRIPT = '''#!/usr/bin/env python3
import os, select, socket, struct, time
READY, SETTINGS, SERVES, SYNC, SYNCED, FAILED = 0x103, 0x102, 0x1101, 0x1102, 0x1103, 0x1104
folder = {folder!r}

def frame(verb, body=b""):
    return struct.pack(">IH", 6 + len(body), verb) + body

def word():
    with open(folder + "/say") as f:
        return f.read()

settings = socket.socket(fileno=4)
server = socket.socket(fileno=5)
clients, late, well = [], [], 0
while True:
    ready, _, _ = select.select([settings, server] + clients, [], [], 0.02)
    if word() != "hang":
        for c, answer in late:
            c.send(answer)
        late = []
    for s in ready:
        if s is server:
            c, _ = server.accept()
            clients.append(c)
            for device in {devices!r}:
                c.send(frame(SERVES, struct.pack(">Q", device)))
            continue
        data = s.recv(65536)
        if s is settings:
            if not data:
                raise SystemExit(0)
            if struct.unpack(">IH", data[:6])[1] == SETTINGS:
                s.send(frame(READY))
        elif not data:
            clients.remove(s)
        else:
            with open(folder + "/asked", "a") as f:
                f.write("x")
            device = data[6:14]
            well += 1
            if word() == "fail" or word() == "once" and well > 1:
                s.send(frame(FAILED, device + struct.pack(">I", 5)))
            elif word() == "hang":
                late.append((s, frame(SYNCED, device)))
            else:
                s.send(frame(SYNCED, device))
'''


class LyingSettle:
    def __init__(self, devices):
        """Makes a libexec folder (house.BIN is to be set to .bin before the start)."""
        self.folder = f"{HOMES}/settle"
        self.bin = f"{HOMES}/bin"
        for folder in (self.folder, self.bin):
            shutil.rmtree(folder, ignore_errors=True)
            os.mkdir(folder)
        os.chmod(self.folder, 0o777)
        for name in os.listdir(BIN):
            if name != "settle":
                os.symlink(f"{BIN}/{name}", f"{self.bin}/{name}")
        with open(f"{self.bin}/settle", "w") as f:
            f.write(SCRIPT.format(folder=self.folder, devices=devices))
        os.chmod(f"{self.bin}/settle", 0o755)
        self.say("well")

    def say(self, word):
        with open(f"{self.folder}/say.new", "w") as f:
            f.write(word)
        os.replace(f"{self.folder}/say.new", f"{self.folder}/say")

    def asked(self):
        path = f"{self.folder}/asked"
        return os.path.getsize(path) if os.path.exists(path) else 0
