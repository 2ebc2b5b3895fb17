"""Generic netlink by hand: enough to ask the kernel's IPVS, and to watch others ask it."""

import socket
import struct
import subprocess

GENERIC = 16
SOL_NETLINK, CAP_ACK, EXT_ACK = 270, 10, 11
REQUEST, MULTI, ACK, DUMP = 0x1, 0x2, 0x4, 0x300
ERROR, DONE = 2, 3
NESTED = 0x8000
SO_RCVBUFFORCE = 33
HEADER = struct.Struct('=IHHII')


def attribute(kind, payload):
    padding = bytes(-len(payload) % 4)
    return struct.pack('=HH', 4 + len(payload), kind) + payload + padding


def nest(kind, *attributes):
    return attribute(kind | NESTED, b''.join(attributes))


def message(kind, flags, sequence, command, *attributes):
    body = struct.pack('=BBH', command, 1, 0) + b''.join(attributes)
    return HEADER.pack(HEADER.size + len(body), kind, REQUEST | flags, sequence, 0) + body


def messages(datagram):
    """Offset, type, flags and sequence number of each message."""
    at = 0
    while at + HEADER.size <= len(datagram):
        length, kind, flags, sequence, _ = HEADER.unpack_from(datagram, at)
        yield at, kind, flags, sequence
        at += max(length + 3 & ~3, HEADER.size)


def renumbered(datagram, first, port):
    """The same with sequence numbers that count from `first` and another port id, so that recordings compare."""
    copy = bytearray(datagram)
    for at, kind, _, sequence in messages(datagram):
        struct.pack_into('=II', copy, at + 8, sequence - first, port)
        if kind == ERROR:  # the header of the message that it answers
            struct.pack_into('=II', copy, at + 28, sequence - first, port)
    return bytes(copy)


class Client:
    """A socket that receives as the library does: refusals without the request, with the kernel's words."""

    def __init__(self, cap_ack=True, ext_ack=True):
        self.socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, GENERIC)
        self.socket.bind((0, 0))
        self.socket.setsockopt(SOL_NETLINK, CAP_ACK, cap_ack)
        self.socket.setsockopt(SOL_NETLINK, EXT_ACK, ext_ack)
        self.socket.settimeout(1)
        self.sequence = 100
        family = self.ask(16, 0, 3, attribute(2, b'IPVS\0'))[0]
        at = family.index(struct.pack('=HH', 6, 1))
        self.family = struct.unpack_from('=H', family, at + 4)[0]

    def ask(self, kind, flags, command, *attributes):
        """The datagrams that answer one message."""
        self.sequence += 1
        self.socket.send(message(kind, flags | ACK, self.sequence, command, *attributes))
        received = []
        while True:
            datagram = self.socket.recv(32768)
            received.append(renumbered(datagram, self.sequence, 0))
            if any(each in (ERROR, DONE) for _, each, _, _ in messages(datagram)):
                return received

    def ipvs(self, command, *attributes, dump=False):
        return self.ask(self.family, DUMP if dump else 0, command, *attributes)


class Monitor:
    """Every netlink datagram that passes, by an nlmon device."""

    def __init__(self):
        for command in ('modprobe nlmon', 'ip link add nlmon0 type nlmon', 'ip link set nlmon0 up'):
            subprocess.run(command.split(), check=True)
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(3))
        self.socket.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 1 << 24)
        self.socket.bind(('nlmon0', 0))
        self.socket.settimeout(0.2)

    def requests(self, family):
        """Those made of the family since the last time."""
        found = []
        try:
            while True:
                datagram, (_, protocol, *_) = self.socket.recvfrom(1 << 16)
                if protocol != GENERIC:
                    continue
                found += [datagram for _, kind, flags, _ in messages(datagram) if kind == family and flags & REQUEST]
        except TimeoutError:
            return found
