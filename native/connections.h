// The kernel's connection table, /proc/net/ip_vs_conn: read a page at a time, parsed, filtered.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <functional>
#include <string_view>
#include <vector>

#include "netns.h"
#include "records.h"

namespace lvs {

enum class Line { kEntry, kHeading, kMalformed };

// Reads one line, without its newline. `engine_data` is a view into the line.
Line parse_connection(std::string_view line, ConnectionRecord* record, std::string_view* engine_data);

bool matches(const ConnectionFilterRecord& filter, const ConnectionRecord& record);

class ConnectionTable {
 public:
  // An entry, and what its persistence engine holds of it.
  using Visit = std::function<void(const ConnectionRecord&, std::string_view engine_data)>;

  ~ConnectionTable() { close(); }

  // 0, or a negative errno; -ENOENT: no IPVS in the kernel.
  int open(const NetNamespace& netns);
  void close();

  // Visits the next page's entries that pass the filter. The bytes read, 0 at the end, or a negative errno;
  // -EBADMSG: `bad_line` could not be understood.
  ssize_t read(const ConnectionFilterRecord& filter, const Visit& visit);
  std::string_view bad_line() const { return bad_line_; }

 private:
  int parse(std::string_view* text, const ConnectionFilterRecord& filter, const Visit& visit);

  int fd_ = -1;
  std::vector<char> text_;  // what was read; it begins with what is not parsed yet
  size_t held_ = 0;         // of the latter, the beginning of a line
  std::string_view bad_line_;
};

}  // namespace lvs
