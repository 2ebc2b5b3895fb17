#!/bin/sh
# First process of a throw-away network and mount namespace: runs the command given as its arguments there,
# for as long as somebody holds the other end of file descriptor 3.

mount -t sysfs sys /sys &&
  mkdir -p /run/netns &&
  mount -t tmpfs netns /run/netns &&
  ip link set lo up ||
  exit 125
{
  read -r _ <&3
  kill -KILL -1
} &
# Not exec: as process 1 the command would be deaf to signals.
"$@" 3<&-
exit $?
