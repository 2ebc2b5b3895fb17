#!/bin/sh
# Runs a guest's kernel, the arguments after the first, for as long as somebody holds the other end of file
# descriptor 6. A guest is many processes of this machine: they end together, also when whoever started them
# was killed and could not clean up. $1 is the session's folder.

folder=$1
shift
"$@" 6<&- &
kernel=$!
end() {
  # The kernel makes a process group of its own, but not at once.
  kill -KILL $kernel -$kernel 2>/dev/null
  rm -rf "$folder"
  kill -KILL 0
}
{
  read -r _ <&6
  end
} &
wait $kernel
end
