// Running something inside another network namespace, without moving any of the process's own threads.
#pragma once

#include <functional>
#include <string>
#include <utility>

namespace lvs {

// An open namespace, or none: then the process's own is meant.
class NetNamespace {
 public:
  NetNamespace() = default;
  ~NetNamespace();
  NetNamespace(NetNamespace&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  NetNamespace& operator=(NetNamespace&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }

  // All return 0 or a negative errno.
  int open(const std::string& path);
  int duplicate(int fd);
  // A new one, whose loopback interface is up, and which is gone when nobody holds it any more.
  int make();

  // Gives it away; it is none from then on.
  int release() { return std::exchange(fd_, -1); }

  // Calls `task` inside the namespace: on the calling thread where it is the process's own, otherwise on a
  // thread that ends there. Returns what the task returned, or a negative errno where it could not be
  // entered, or the task had no memory.
  int run(const std::function<int()>& task) const;

 private:
  int fd_ = -1;
};

}  // namespace lvs
