"""An authoritative name server for tests, by UDP and TCP, with faults on demand.

zone: {"name": {"A": ["192.0.2.1"], "AAAA": [...], "MX": [(10, "host.")], "CNAME": ["x."]}}
A name maps to "SERVFAIL", "REFUSED", "SILENT", "GARBAGE" or "TRUNCATED" for a fault.
Names that are not in the zone do not exist.
"""
import ipaddress
import socket
import struct
import threading

TYPES = {1: "A", 2: "NS", 5: "CNAME", 6: "SOA", 15: "MX", 28: "AAAA"}
NUMBERS = {name: number for number, name in TYPES.items()}
RCODES = {"SERVFAIL": 2, "REFUSED": 5}


def encode_name(name):
    parts = [p for p in name.rstrip(".").split(".") if p]
    return b"".join(bytes([len(p)]) + p.encode() for p in parts) + b"\0"


def read_question(packet):
    at, labels = 12, []
    while packet[at]:
        labels.append(packet[at + 1:at + 1 + packet[at]].decode("latin-1"))
        at += 1 + packet[at]
    return ".".join(labels).lower(), struct.unpack_from("!H", packet, at + 1)[0], at + 5


def rdata(kind, value):
    if kind == "MX":
        return struct.pack("!H", value[0]) + encode_name(value[1])
    if kind in ("A", "AAAA"):
        return ipaddress.ip_address(value).packed
    return encode_name(value)


class FakeDns:
    def __init__(self, address, zone, apex="example"):
        self.zone = {name.lower(): records for name, records in zone.items()}
        self.apex = apex
        self.asked = []             # (name, type, "udp" or "tcp")
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.bind(address)
        self.tcp = socket.socket()
        self.tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.tcp.bind(address)
        self.tcp.listen(20)
        for serve in (self.serve_udp, self.serve_tcp):
            threading.Thread(target=serve, daemon=True).start()

    def serve_udp(self):
        while True:
            packet, peer = self.udp.recvfrom(4096)
            answer = self.answer(packet, "udp")
            if answer:
                self.udp.sendto(answer, peer)

    def serve_tcp(self):
        while True:
            connection, _ = self.tcp.accept()
            with connection:
                try:
                    size = struct.unpack("!H", connection.recv(2, socket.MSG_WAITALL))[0]
                    answer = self.answer(connection.recv(size, socket.MSG_WAITALL), "tcp")
                    if answer:
                        connection.sendall(struct.pack("!H", len(answer)) + answer)
                except (OSError, struct.error):
                    pass

    def records(self, name, kind):
        """Answers, following CNAMEs in the zone; None when the name is not there."""
        found = []
        for _ in range(8):
            here = self.zone.get(name)
            if not isinstance(here, dict):
                return found if found else (None if here is None else here)
            found += [(name, kind, value) for value in here.get(kind, [])]
            if kind == "CNAME" or "CNAME" not in here:
                break
            found += [(name, "CNAME", value) for value in here["CNAME"]]
            name = here["CNAME"][0].rstrip(".").lower()
        return found

    def answer(self, packet, how):
        name, number, end = read_question(packet)
        kind = TYPES.get(number, "?")
        self.asked.append((name, kind, how))
        found = self.records(name, kind) if name != self.apex else []
        if found == "SILENT":
            return None
        if found == "GARBAGE":
            return packet[:2] + b"\x84\x00" + b"\xff" * 40
        rcode, truncated, body = 0, 0, b""
        if found == "TRUNCATED":
            truncated = 0x200 if how == "udp" else 0
            found = self.records(name + ".full", kind) if how == "tcp" else []
            found = [(name, k, v) for _, k, v in found]
        if isinstance(found, str):
            rcode, found = RCODES[found], []
        elif found is None:
            rcode, found = 3, []
        for owner, k, value in found:
            data = rdata(k, value)
            body += encode_name(owner) + struct.pack("!HHIH", NUMBERS[k], 1, 60, len(data)) + data
        authority = b""
        if not found and not truncated and rcode in (0, 3):
            soa = encode_name("ns." + self.apex) + encode_name("root." + self.apex) + \
                struct.pack("!5I", 1, 60, 60, 60, 1)
            authority = encode_name(self.apex) + struct.pack("!HHIH", 6, 1, 60, len(soa)) + soa
        head = packet[:2] + struct.pack("!HHHHH", 0x8400 | truncated | rcode, 1, len(found),
                                        1 if authority else 0, 0)
        return head + packet[12:end] + body + authority
