"""What the kernel answers, datagram by datagram. Prints JSON; run in a guest by capture.mjs."""

import json
import platform
import shlex
import socket
import struct
import subprocess
import time

from netlink import Client, attribute, nest

GET_SERVICE, GET_DEST, NEW_DEST, NEW_DAEMON, GET_DAEMON, SET_CONFIG, GET_CONFIG, GET_INFO = 4, 8, 5, 9, 11, 12, 13, 15
NEW_SERVICE, SET_SERVICE, DEL_SERVICE, DEL_DEST, DEL_DAEMON, ZERO, FLUSH = 1, 2, 3, 7, 10, 16, 17
SERVICE, DEST, DAEMON, TIMEOUT_TCP = 1, 2, 3, 4

TABLE = """
-A -t 10.0.0.1:80 -s wlc
-A -u 10.0.0.1:53 -s rr
-A -u 10.0.0.1:5060 -s rr -p 60 -M 255.255.255.0 --pe sip
-A --sctp-service 10.0.0.1:9 -s sh -b sh-fallback,sh-port
-A -u 10.0.0.1:69 -s rr -o
-A -t [fd00::1]:443 -s wrr -p 300 -M 64
-A -f 7 -s rr
-A -f 7 -6 -s rr -p 360
-a -t 10.0.0.1:80 -r 10.0.0.2:8080 -m -w 5 -x 100 -y 50
-a -t 10.0.0.1:80 -r 10.0.0.3:80 -g -w 0
-a -t 10.0.0.1:80 -r 10.0.0.4:80 -i -w 0
-a -t 10.0.0.1:80 -r 10.0.0.5:80 -i --tun-type gue --tun-port 6080 --tun-remcsum -w 0
-a -t 10.0.0.1:80 -r 10.0.0.6:80 -i --tun-type gre --tun-csum -w 0
-a -t 10.0.0.1:80 -r [fd00::2]:80 -i -w 0
-a -u 10.0.0.1:53 -r 10.0.0.2:53 -m
-a -u 10.0.0.1:5060 -r 10.0.0.2:5060 -m
-A -u 10.0.0.1:99 -s rr -p 60 -M 255.255.255.0
-a -u 10.0.0.1:99 -r 10.0.0.2:99 -m
-A -u [fd00::1]:53 -s rr
-a -u [fd00::1]:53 -r [fd00::3]:53 -m
-a -t [fd00::1]:443 -r [fd00::3]:8443 -m -w 2147483647
-a -t [fd00::1]:443 -r 10.0.0.7:443 -i
"""


def run(command):
    subprocess.run(shlex.split(command), check=True)


def text(kind, value):
    return attribute(kind, value.encode() + b'\0')


def u16(kind, value):
    return attribute(kind, struct.pack('=H', value))


def be16(kind, value):
    return attribute(kind, struct.pack('!H', value))


def u32(kind, value):
    return attribute(kind, struct.pack('=I', value))


def address(family, literal):
    return socket.inet_pton(family, literal)


def by_address(protocol, literal, port, *options):
    family = socket.AF_INET6 if ':' in literal else socket.AF_INET
    return nest(SERVICE, u16(1, family), u16(2, protocol), attribute(3, address(family, literal)), be16(4, port), *options)


def by_mark(family, mark):
    return nest(SERVICE, u16(1, family), u32(5, mark))


def destination(literal, port, forward):
    return nest(
        DEST, u16(11, socket.AF_INET), attribute(1, address(socket.AF_INET, literal)), be16(2, port),
        *(u32(kind, value) for kind, value in ((3, forward), (4, 1), (5, 0), (6, 0))),
    )  # fmt: skip


def options(scheduler, netmask=0xFFFFFFFF):
    return text(6, scheduler), attribute(7, struct.pack('=II', 0, 0xFFFFFFFF)), u32(8, 0), u32(9, netmask)


CALL = b'REGISTER sip:a SIP/2.0\r\nCall-ID: 6vdb9-abc@10.0.0.9\r\nContent-Length: 0\r\n\r\n'


def traffic():
    """Three datagrams of 100 bytes to the service, and as many back: 128 bytes each on the wire. And some others."""
    talk('10.0.0.1', '10.0.0.2', 53, [bytes(100)] * 3)
    talk('10.0.0.1', '10.0.0.2', 5060, [CALL])
    talk('10.0.0.1', '10.0.0.2', 99, [b'x'])
    talk('fd00::1', 'fd00::3', 53, [b'x'])
    with socket.create_server(('10.0.0.2', 8080)) as server, socket.create_connection(('10.0.0.1', 80)):
        server.accept()[0].close()
    time.sleep(5)  # the estimator copies the counters every 2 s


def talk(virtual, real, port, messages):
    family = socket.AF_INET6 if ':' in real else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as server, socket.socket(family, socket.SOCK_DGRAM) as client:
        server.bind((real, port))
        server.settimeout(2)
        client.settimeout(2)
        for message in messages:
            client.sendto(message, (virtual, port))
            _, sender = server.recvfrom(2000)
            server.sendto(message, sender)
            client.recvfrom(2000)


TCP, UDP, SCTP = 6, 17, 132
web = by_address(TCP, '10.0.0.1', 80)
dns = by_address(UDP, '10.0.0.1', 53)
web6 = by_address(TCP, 'fd00::1', 443)
mark = by_mark(socket.AF_INET, 7)
nowhere = by_address(TCP, '10.9.9.9', 9)

for each in ('10.0.0.1/32', '10.0.0.2/32', 'fd00::1/128', 'fd00::3/128'):
    run(f'ip address add {each} dev lo nodad' if ':' in each else f'ip address add {each} dev lo')
for each in ('link add sync0 type dummy', 'link set sync0 up', 'address add 10.1.0.1/24 dev sync0'):
    run(f'ip {each}')
client = Client()
replies = {}
replies['no services'] = client.ipvs(GET_SERVICE, dump=True)
replies['no daemons'] = client.ipvs(GET_DAEMON, dump=True)

subprocess.run(['ipvsadm', '-R'], input=TABLE, text=True, check=True)
client.ipvs(NEW_DEST, mark, destination('10.0.0.2', 80, 1))
client.ipvs(NEW_DEST, mark, destination('10.0.0.3', 80, 4))
traffic()

with open('/proc/net/ip_vs_conn') as file:
    connections = file.read()
replies['info'] = client.ipvs(GET_INFO)
replies['timeouts'] = client.ipvs(GET_CONFIG)
replies['services'] = client.ipvs(GET_SERVICE, dump=True)
for name, service in (
    ('tcp', web),
    ('udp', dns),
    ('engine', by_address(UDP, '10.0.0.1', 5060)),
    ('sctp', by_address(SCTP, '10.0.0.1', 9)),
    ('one-packet', by_address(UDP, '10.0.0.1', 69)),
    ('ipv6', web6),
    ('mark', mark),
    ('ipv6 mark', by_mark(socket.AF_INET6, 7)),
):
    replies[f'service {name}'] = client.ipvs(GET_SERVICE, service)
for name, service in (('tcp', web), ('udp', dns), ('ipv6', web6), ('mark', mark), ('nowhere', nowhere)):
    replies[f'destinations {name}'] = client.ipvs(GET_DEST, service, dump=True)

replies['zero'] = client.ipvs(ZERO)
replies['service exists'] = client.ipvs(NEW_SERVICE, by_address(TCP, '10.0.0.1', 80, *options('rr')))
replies['no service'] = client.ipvs(GET_SERVICE, nowhere)
replies['no scheduler'] = client.ipvs(NEW_SERVICE, by_address(TCP, '10.9.9.9', 9, *options('none-such')))
replies['no destination'] = client.ipvs(DEL_DEST, web, destination('10.9.9.9', 9, 0))
replies['daemon refused for mixed families'] = client.ipvs(NEW_DAEMON, nest(DAEMON, u32(1, 1), text(2, 'lo'), u32(3, 0)))
replies['short timeout'] = client.ipvs(SET_CONFIG, attribute(TIMEOUT_TCP, b'\1\0'))
replies['daemon without nul'] = client.ipvs(NEW_DAEMON, nest(DAEMON, u32(1, 1), attribute(2, b'interface-too-long')))
verbose = Client(cap_ack=False)
replies['short timeout, uncapped'] = verbose.ipvs(SET_CONFIG, attribute(TIMEOUT_TCP, b'\1\0'))
replies['service exists, uncapped'] = verbose.ipvs(NEW_SERVICE, by_address(TCP, '10.0.0.1', 80, *options('rr')))
replies['flush'] = client.ipvs(FLUSH)

run('ipvsadm --start-daemon master --mcast-interface sync0 --syncid 7 --mcast-group ff05::99 --mcast-port 8850 --mcast-ttl 2')
run('ipvsadm --start-daemon backup --mcast-interface sync0 --syncid 8')
replies['daemons'] = client.ipvs(GET_DAEMON, dump=True)
replies['daemon exists'] = client.ipvs(NEW_DAEMON, nest(DAEMON, u32(1, 1), text(2, 'lo'), u32(3, 0)))
time.sleep(1)
replies['daemon stopped'] = client.ipvs(DEL_DAEMON, nest(DAEMON, u32(1, 1)))
replies['no daemon'] = client.ipvs(DEL_DAEMON, nest(DAEMON, u32(1, 1)))

print(json.dumps({
    'kernel': platform.release(),
    'family': client.family,
    'connections': connections,
    'replies': {name: [each.hex() for each in datagrams] for name, datagrams in replies.items()},
}))  # fmt: skip
