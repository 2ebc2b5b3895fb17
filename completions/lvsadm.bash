# bash completion for lvsadm

# The options that go with a command.
_lvsadm_options() {
  case $1 in
    -A | --add-service)
      echo "--tcp-service --udp-service --sctp-service --fwmark-service --ipv6 --scheduler --persistent --netmask --pe --ops --sched-flags"
      ;;
    -E | --edit-service)
      echo "--tcp-service --udp-service --sctp-service --fwmark-service --ipv6 --scheduler --persistent --netmask --pe --ops --sched-flags"
      ;;
    -D | --delete-service)
      echo "--tcp-service --udp-service --sctp-service --fwmark-service --ipv6"
      ;;
    -R | --restore)
      echo "--continue"
      ;;
    -S | --save)
      echo "--numeric"
      ;;
    -a | --add-server)
      echo "--tcp-service --udp-service --sctp-service --fwmark-service --ipv6 --real-server --gatewaying --ipip --masquerading --local --bypass --weight --u-threshold --l-threshold --tun-type --tun-port --tun-nocsum --tun-csum --tun-remcsum"
      ;;
    -e | --edit-server)
      echo "--tcp-service --udp-service --sctp-service --fwmark-service --ipv6 --real-server --gatewaying --ipip --masquerading --local --bypass --weight --u-threshold --l-threshold --tun-type --tun-port --tun-nocsum --tun-csum --tun-remcsum"
      ;;
    -d | --delete-server)
      echo "--tcp-service --udp-service --sctp-service --fwmark-service --ipv6 --real-server"
      ;;
    -L | -l | --list)
      echo "--tcp-service --udp-service --sctp-service --fwmark-service --ipv6 --numeric --connection --timeout --daemon --stats --rate --thresholds --persistent-conn --tun-info --exact --nosort --sort --json --syncid"
      ;;
    -Z | --zero)
      echo "--tcp-service --udp-service --sctp-service --fwmark-service --ipv6"
      ;;
    --start-daemon)
      echo "--mcast-interface --syncid --sync-maxlen --mcast-group --mcast-port --mcast-ttl"
      ;;
    --stop-daemon)
      echo "--syncid"
      ;;
    exporter)
      echo "--listen --prefix --label --no-destinations --no-counters --connections"
      ;;
    plan)
      echo "--owns --keep --guard --json"
      ;;
    apply)
      echo "--owns --keep --guard --drain --json"
      ;;
    drain)
      echo "--tcp-service --udp-service --sctp-service --fwmark-service --ipv6 --real-server --timeout --on-timeout --no-remove --interval --json"
      ;;
    watch)
      echo "--interval --no-initial --json"
      ;;
    bench)
      echo "--rules --services --seconds --json"
      ;;
    doctor)
      echo "--json --real-server --tcp-service --udp-service --sctp-service --forward --director --port --tun-type --tun-port"
      ;;
    top)
      echo "--interval --sort --filter --units --servers --count"
      ;;
  esac
}

# Each flag behind those that are there already, with commas between.
_lvsadm_flags() {
  local before=${1%"${1##*,}"} flag
  for flag in flag-1 flag-2 flag-3 sh-fallback sh-port mh-fallback mh-port; do
    echo "$before$flag"
  done
}

_lvsadm() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} words
  # --scheduler=rr comes as three words.
  if [[ $current == = ]]; then
    current=
  elif [[ $previous == = ]]; then
    previous=${COMP_WORDS[COMP_CWORD - 2]}
  fi
  case $previous in
    -s | --scheduler) words='rr wrr lc wlc lblc lblcr dh sh mh sed nq fo ovf twos' ;;
    -b | --sched-flags) words=$(_lvsadm_flags "$current") ;;
    --pe) words=sip ;;
    --sort)
      if [[ ${COMP_WORDS[1]} == top ]]; then
        words='connections active inactive bytesIn bytesOut weight name'
      else
        words=$(_lvsadm_options "${COMP_WORDS[1]:0:2}")
      fi
      ;;
    --units) words='bits bytes packets' ;;
    --tun-type) words='ipip gue gre' ;;
    --mcast-interface) words=$(command ls /sys/class/net) ;;
    --start-daemon | --stop-daemon) words='master backup' ;;
    -t | --tcp-service | -u | --udp-service | --sctp-service | -f | --fwmark-service | -M | --netmask | -r | --real-server | -w | --weight | -x | --u-threshold | -y | --l-threshold | --tun-port | --syncid | --sync-maxlen | --mcast-group | --mcast-port | --mcast-ttl | --listen | --prefix | --label | --filter | --count | --drain | --interval | --rules | --services | --seconds | --filter | --count) return ;;
    --on-timeout) words='delete keep restore' ;;
    --owns) words='named all' ;;
    --keep) words='weight upperThreshold lowerThreshold' ;;
    --guard) words='off' ;;
    *)
      if ((COMP_CWORD == 1)); then
        words='--add-service --edit-service --delete-service --clear --restore --save --add-server --edit-server --delete-server --list --zero --set --start-daemon --stop-daemon --help --version exporter plan apply drain watch bench doctor top'
      elif [[ ${COMP_WORDS[1]} == --* || ${COMP_WORDS[1]} == [a-z]* ]]; then
        words=$(_lvsadm_options "${COMP_WORDS[1]}")
      else
        # -Ln is -L with an option behind it.
        words=$(_lvsadm_options "${COMP_WORDS[1]:0:2}")
      fi
      ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}

complete -F _lvsadm lvsadm
