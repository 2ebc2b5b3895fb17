#include "director_stats.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <charconv>
#include <iterator>

namespace lvs {

namespace {

constexpr size_t kNumbers = 10;

// The numbers of the lines that hold nothing but five hexadecimal numbers; headings hold other words.
size_t read_number_lines(std::string_view text, uint64_t (&numbers)[kNumbers]) {
  size_t count = 0;
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    uint64_t row[5];
    size_t columns = 0;
    while (true) {
      line.remove_prefix(std::min(line.size(), line.find_first_not_of(" \t")));
      if (line.empty() || columns == std::size(row)) break;
      auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), row[columns], 16);
      if (error != std::errc()) break;
      line.remove_prefix(static_cast<size_t>(end - line.data()));
      if (!line.empty() && line[0] != ' ') break;
      ++columns;
    }
    if (columns != std::size(row) || !line.empty()) continue;
    if (count == kNumbers) return kNumbers + 1;
    for (uint64_t number : row) numbers[count++] = number;
  }
  return count;
}

}  // namespace

bool parse_director_stats(std::string_view text, StatsRecord* stats) {
  uint64_t n[kNumbers];
  if (read_number_lines(text, n) != kNumbers) return false;
  *stats = {n[0],
            n[1],
            n[2],
            n[3],
            n[4],
            static_cast<double>(n[5]),
            static_cast<double>(n[6]),
            static_cast<double>(n[7]),
            static_cast<double>(n[8]),
            static_cast<double>(n[9])};
  return true;
}

int read_director_stats(const NetNamespace& netns, StatsRecord* stats) {
  char text[4096];
  // thread-self: /proc/net is the namespace of the main thread, whoever reads it.
  const int length = netns.run([&] {
    const int fd = open("/proc/thread-self/net/ip_vs_stats", O_RDONLY | O_CLOEXEC);
    if (fd < 0) return -errno;
    const ssize_t bytes = read(fd, text, sizeof text);
    const int result = bytes < 0 ? -errno : static_cast<int>(bytes);
    close(fd);
    return result;
  });
  if (length < 0) return length;
  return parse_director_stats({text, static_cast<size_t>(length)}, stats) ? 0 : -EBADMSG;
}

}  // namespace lvs
