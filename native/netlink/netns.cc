#include "netns.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <unistd.h>

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
