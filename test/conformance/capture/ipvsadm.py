"""What ipvsadm sends, as an nlmon device sees it. Prints JSON; run in a guest by capture.mjs."""

import json
import platform
import shlex
import subprocess

from netlink import HEADER, Client, Monitor, renumbered

V4, V6, MARK = '-t 10.0.0.1:80', '-t [fd00::1]:80', '-f 7'

# Name: what is there before, then the command that is recorded.
CASES = {
    'add tcp': ['', f'-A {V4}'],
    'add sctp': ['', '-A --sctp-service 10.0.0.1:9 -s wrr'],
    'add ipv6': ['', f'-A {V6} -s rr'],
    'add mark': ['', f'-A {MARK} -s rr'],
    'add ipv6 mark': ['', f'-A {MARK} -6 -s rr'],
    'add one-packet': ['', '-A -u 10.0.0.1:53 -s rr -o'],
    'add persistent': ['', f'-A {V4} -s rr -p'],
    'add every port': ['', '-A -t 10.0.0.1:0 -s rr -p 60'],
    'add persistent by netmask': ['', f'-A {V4} -s rr -p 300 -M 255.255.240.0'],
    'add ipv6 persistent by prefix': ['', f'-A {V6} -s rr -p 300 -M 64'],
    'add persistent by engine': ['', '-A -u 10.0.0.1:5060 -s rr -p 60 --pe sip'],
    'add sh flags': ['', f'-A {V4} -s sh -b sh-fallback,sh-port'],
    'add mh flags': ['', f'-A {V4} -s mh -b mh-fallback,mh-port'],
    'add generic flags': ['', f'-A {V4} -s rr -b flag-1,flag-2,flag-3'],
    'set': [f'-A {V4}', f'-E {V4} -s rr -p 60'],
    'set ipv6': [f'-A {V6}', f'-E {V6} -s rr -p 60 -M 64'],
    'delete': [f'-A {V4}', f'-D {V4}'],
    'delete ipv6': [f'-A {V6}', f'-D {V6}'],
    'delete mark': [f'-A {MARK}', f'-D {MARK}'],
    'add masq': [f'-A {V4}', f'-a {V4} -r 10.0.0.2:8080 -m -w 5 -x 100 -y 50'],
    'add droute': [f'-A {V4}', f'-a {V4} -r 10.0.0.2'],
    'add ipip': [f'-A {V4}', f'-a {V4} -r 10.0.0.2 -i'],
    'add gue': [f'-A {V4}', f'-a {V4} -r 10.0.0.2 -i --tun-type gue --tun-port 6080'],
    'add gue checksum': [f'-A {V4}', f'-a {V4} -r 10.0.0.2 -i --tun-type gue --tun-port 6080 --tun-csum'],
    'add gue remote checksum': [f'-A {V4}', f'-a {V4} -r 10.0.0.2 -i --tun-type gue --tun-port 6080 --tun-remcsum'],
    'add gre checksum': [f'-A {V4}', f'-a {V4} -r 10.0.0.2 -i --tun-type gre --tun-csum'],
    'add ipv6 destination': [f'-A {V6}', f'-a {V6} -r [fd00::2]:8080 -m'],
    'add other family': [f'-A {V4}', f'-a {V4} -r [fd00::2]:80 -i'],
    'add to mark': [f'-A {MARK}', f'-a {MARK} -r 10.0.0.2:80 -m'],
    'set destination': [f'-A {V4}', f'-a {V4} -r 10.0.0.2:80 -m', f'-e {V4} -r 10.0.0.2:80 -m -w 0'],
    'delete destination': [f'-A {V4}', f'-a {V4} -r 10.0.0.2:80 -m', f'-d {V4} -r 10.0.0.2:80'],
    'delete ipv6 destination': [f'-A {V6}', f'-a {V6} -r [fd00::2]:80 -m', f'-d {V6} -r [fd00::2]:80'],
    'flush': ['', '-C'],
    'zero': ['', '-Z'],
    'zero one': [f'-A {V4}', f'-Z {V4}'],
    'set timeouts': ['', '--set 900 120 300'],
    'set one timeout': ['', '--set 0 0 300'],
    'timeouts': ['', '-L --timeout'],
    'list one': [f'-A {V4}', f'-L -n {V4}'],
    'list': [f'-A {V4}', '-L -n'],
    'daemons': ['', '-L --daemon'],
    'start': ['', '--start-daemon master --mcast-interface lo'],
    'start with options': [
        '',
        '--start-daemon backup --mcast-interface lo --syncid 7 --sync-maxlen 1400'
        ' --mcast-group 224.0.0.99 --mcast-port 8850 --mcast-ttl 2',
    ],
    'start by ipv6': ['', '--start-daemon backup --mcast-interface lo --mcast-group ff05::99'],
    'stop': ['--start-daemon master --mcast-interface lo', '--stop-daemon master'],
}

RULES = """-A -t 10.0.0.1:80 -s rr
-a -t 10.0.0.1:80 -r 10.0.0.2:80 -m -w 1
-a -t 10.0.0.1:80 -r 10.0.0.3:80 -m -w 1
"""


def ipvsadm(arguments, text=None):
    subprocess.run(['ipvsadm', *shlex.split(arguments)], input=text, text=True, stdout=subprocess.DEVNULL)


def clear():
    for arguments in ('-C', '--stop-daemon master', '--stop-daemon backup'):
        subprocess.run(['ipvsadm', *arguments.split()], stderr=subprocess.DEVNULL)


def record(arguments, text=None):
    monitor.requests(family)
    ipvsadm(arguments, text)
    # Sequence numbers start from the time of day, and the port id is the socket's own.
    requests = [renumbered(each, HEADER.unpack_from(each)[3], 1).hex() for each in monitor.requests(family)]
    return {'command': f'ipvsadm {arguments}', **({'input': text} if text else {}), 'sent': requests}


family = Client().family
monitor = Monitor()
cases = {}
for name, (*before, arguments) in CASES.items():
    clear()
    for each in filter(None, before):
        ipvsadm(each)
    cases[name] = record(arguments)
clear()
cases['batch'] = record('-R', RULES)
version = subprocess.run(['ipvsadm', '-v'], capture_output=True, text=True).stdout.strip()
print(json.dumps({'ipvsadm': version, 'kernel': platform.release(), 'family': family, 'cases': cases}))
