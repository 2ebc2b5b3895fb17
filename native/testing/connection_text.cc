#include "connection_text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <unistd.h>

#include <string>

namespace lvs::testing {

namespace {

std::string& connection_text() {
  static std::string text;
  return text;
}

int open_connection_text() {
  const std::string& text = connection_text();
  const int fd = memfd_create("ip_vs_conn", MFD_CLOEXEC);
  if (fd < 0) return fd;
  if (write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
      lseek(fd, 0, SEEK_SET) == 0) {
    return fd;
  }
  close(fd);
  errno = EIO;
  return -1;
}

}  // namespace

void set_connection_text(std::string_view text) { connection_text() = text; }

}  // namespace lvs::testing

extern "C" int __real_open(const char* path, int flags, ...);

extern "C" int __wrap_open(const char* path, int flags, ...) {
  if (std::string_view(path).ends_with("/ip_vs_conn")) return lvs::testing::open_connection_text();
  va_list arguments;
  va_start(arguments, flags);
  const int fd = __real_open(path, flags, va_arg(arguments, int));
  va_end(arguments);
  return fd;
}
