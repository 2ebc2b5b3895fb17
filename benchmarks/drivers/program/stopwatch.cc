// Runs a program and prints, to descriptor 3, the nanoseconds that it took: the processor's, of all its threads.
// The clock would count what it waits for files, too, which is no instruction. `real` as the first word asks for that,
// and `memory` for the most that it had resident, in KiB.

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstring>

#include "../work.h"

namespace {

int64_t nanoseconds(const timeval& time) {
  return time.tv_sec * int64_t{1000000000} + time.tv_usec * int64_t{1000};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  const bool real = strcmp(argv[1], "real") == 0;
  const bool memory = strcmp(argv[1], "memory") == 0;
  const int64_t start = bench::now();
  const pid_t child = fork();
  if (child == 0) {
    close(3);
    execvp(argv[2], argv + 2);
    _exit(127);
  }
  int status = 0;
  rusage usage{};
  if (wait4(child, &status, 0, &usage) != child) return 1;
  const int64_t took = real ? bench::now() - start : nanoseconds(usage.ru_utime) + nanoseconds(usage.ru_stime);
  dprintf(3, "%lld", static_cast<long long>(memory ? usage.ru_maxrss : took));
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
