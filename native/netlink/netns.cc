#include "netns.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <new>

namespace lvs {

namespace {

struct Visit {
  int fd;
  const std::function<int()>* task;
  int result;
};

int carry_out(const std::function<int()>& task) {
  try {
    return task();
  } catch (const std::bad_alloc&) {
    return -ENOMEM;
  }
}

// Where no interface was ever up, IPVS takes no IPv4 address of a destination.
bool raise_loopback() {
  const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return false;
  ifreq request{};
  memcpy(request.ifr_name, "lo", sizeof "lo");
  request.ifr_flags = IFF_UP;
  const bool raised = ioctl(fd, SIOCSIFFLAGS, &request) == 0;
  const int error = errno;
  close(fd);
  errno = error;
  return raised;
}

void* make_and_open(void* made) {
  int* const result = static_cast<int*>(made);
  if (unshare(CLONE_NEWNET) == 0 && raise_loopback()) {
    *result = ::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
  }
  if (*result < 0) *result = -errno;
  return nullptr;
}

void* enter_and_run(void* argument) {
  auto* visit = static_cast<Visit*>(argument);
  visit->result = setns(visit->fd, CLONE_NEWNET) != 0 ? -errno : carry_out(*visit->task);
  return nullptr;
}

}  // namespace

NetNamespace::~NetNamespace() {
  if (fd_ >= 0) close(fd_);
}

int NetNamespace::open(const std::string& path) {
  fd_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  return fd_ < 0 ? -errno : 0;
}

int NetNamespace::duplicate(int fd) {
  fd_ = fcntl(fd, F_DUPFD_CLOEXEC, 0);
  return fd_ < 0 ? -errno : 0;
}

int NetNamespace::make() {
  int result = -1;
  pthread_t thread;
  if (int error = pthread_create(&thread, nullptr, make_and_open, &result); error != 0) return -error;
  pthread_join(thread, nullptr);
  fd_ = std::max(result, -1);
  return std::min(result, 0);
}

int NetNamespace::run(const std::function<int()>& task) const {
  if (fd_ < 0) return carry_out(task);
  Visit visit{fd_, &task, 0};
  pthread_t thread;
  // Not std::thread, whose failure to start can only be caught as an exception.
  if (int error = pthread_create(&thread, nullptr, enter_and_run, &visit); error != 0) return -error;
  pthread_join(thread, nullptr);
  return visit.result;
}

}  // namespace lvs
