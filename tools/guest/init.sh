#!/bin/sh
# First process of a guest: brings up a small Linux with IPVS, runs one command, reports its status.
# $1 is the session's folder, see session.mjs. ttyS0 carries the command's stdout, ttyS1 its stderr;
# ttyS2 is the line to whoever started us. Few processes are started here: each costs a tenth of a second.

export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
mount --all --fstab "$1/fstab"
for line in 0 1 2; do
  stty -F /dev/ttyS$line raw -echo
done
exec 7>/dev/ttyS0 8>/dev/ttyS1 9<>/dev/ttyS2
read -r release </proc/sys/kernel/osrelease
echo "ready $release" >&9

echo guest >/proc/sys/kernel/hostname
echo "$1/modprobe" >/proc/sys/kernel/modprobe
"$1/modprobe" ip_vs || echo "failed could not load the module ip_vs" >&9
ip link set lo up

# A pipe in front of each line, since a command that sees a terminal behaves differently.
mkfifo /run/stdout /run/stderr
cat /run/stdout >&7 &
stdout=$!
cat /run/stderr >&8 &
stderr=$!

(. "$1/command") </dev/null >/run/stdout 2>/run/stderr 7>&- 8>&- 9>&-
status=$?

# What the command left running would keep the pipes open.
for process in /proc/[0-9]*; do
  case ${process#/proc/} in
    1 | $stdout | $stderr) ;;
    *) kill -KILL "${process#/proc/}" 2>/dev/null ;;
  esac
done
wait $stdout $stderr
sync

# Setting a line's mode waits until everything written to it has left.
stty -F /dev/ttyS0 raw
stty -F /dev/ttyS1 raw
echo "exit $status" >&9
while :; do sleep 60; done
