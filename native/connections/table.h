// The kernel's connection table, /proc/net/ip_vs_conn: read a page at a time, and parsed.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <string_view>

#include "../ipvs/records.h"
#include "../netlink/netns.h"

namespace lvs {

enum class Line { kEntry, kHeading, kMalformed, kNone };

// Reads one line, without its newline. `engine_data` is a view into the line.
Line parse_connection(std::string_view line, ConnectionRecord* record, std::string_view* engine_data);

class ConnectionTable {
 public:
  ~ConnectionTable() { close(); }

  // 0, or a negative errno; -ENOENT: no IPVS in the kernel.
  int open(const NetNamespace& netns);
  void close();

  // Reads the next page, when all lines of the one before were taken. The bytes read, 0 at the end, or a
  // negative errno; -EBADMSG: the file ends in `bad_line`, which is none.
  ssize_t read();
  // Takes the page's next line, other than headings. kMalformed: `bad_line` could not be understood.
  Line next(ConnectionRecord* record, std::string_view* engine_data);
  std::string_view bad_line() const { return bad_line_; }

 private:
  // seq_file hands out at most a page per read, whatever the buffer, and no line that fits a page in two
  // parts.
  static constexpr size_t kPageBytes = 4096;

  int fd_ = -1;
  char text_[2 * kPageBytes];
  std::string_view rest_;  // of the text: what was not taken yet
  std::string_view bad_line_;
};

}  // namespace lvs
