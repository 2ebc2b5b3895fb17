// Any text in place of /proc/net/ip_vs_conn: read in pages it gives what its lines give one by one.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "../../native/connections/mask.h"
#include "../../native/connections/table.h"
#include "../../native/testing/connection_text.h"

namespace lvs::testing {

namespace {

// A line that is longer than a page is refused, which lines one by one are not.
constexpr size_t kPageBytes = 4096;

struct Entry {
  ConnectionRecord record;
  std::string engine_data;

  bool operator==(const Entry& other) const {
    return memcmp(&record, &other.record, sizeof record) == 0 && engine_data == other.engine_data;
  }
};

// What was read, and whether all of it could be.
struct Reading {
  std::vector<Entry> entries;
  bool complete = false;

  bool operator==(const Reading&) const = default;
};

Reading read_pages(std::string_view text) {
  set_connection_text(text);
  Reading reading;
  ConnectionTable table;
  if (table.open(NetNamespace()) != 0) abort();
  ConnectionRecord record;
  std::string_view engine_data;
  ssize_t length;
  Line line;
  do {
    length = table.read();
    while ((line = table.next(&record, &engine_data)) == Line::kEntry) {
      reading.entries.push_back({record, std::string(engine_data)});
    }
  } while (length > 0 && line == Line::kNone);
  reading.complete = length == 0 && line == Line::kNone;
  // The line that could not be read is shown to the user.
  if (!reading.complete && table.bad_line().size() > 2 * kPageBytes) abort();
  return reading;
}

Reading read_lines(std::string_view text) {
  Reading reading;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    if (end == std::string_view::npos) return reading;
    Entry entry;
    std::string_view engine_data;
    const Line line = parse_connection(text.substr(0, end), &entry.record, &engine_data);
    if (line == Line::kMalformed) return reading;
    entry.engine_data = engine_data;
    if (line == Line::kEntry) reading.entries.push_back(entry);
    text.remove_prefix(end + 1);
  }
  reading.complete = true;
  return reading;
}

bool has_long_line(std::string_view text) {
  for (size_t start = 0; start <= text.size();) {
    const size_t end = std::min(text.find('\n', start), text.size());
    if (end - start >= kPageBytes) return true;
    start = end + 1;
  }
  return false;
}

// Names are handed out as C strings, and a filter made of an entry finds it again.
void check(const Entry& entry) {
  const ConnectionRecord& record = entry.record;
  const bool ends = memchr(record.state, '\0', sizeof record.state) != nullptr &&
                    memchr(record.engine, '\0', sizeof record.engine) != nullptr;
  uint32_t fields = kFieldProtocol | kFieldState | kFieldTemplate | kFieldClientAddress | kFieldClientPort |
                    kFieldDestinationAddress | kFieldDestinationPort;
  if (record.fwmark == 0) fields |= kFieldVirtualAddress | kFieldVirtualPort;
  if (ends && ConnectionFilter({fields, record}).passes(record)) return;
  fprintf(stderr, "an entry is not found by what it holds\n");
  abort();
}

}  // namespace

}  // namespace lvs::testing

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace lvs::testing;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Reading pages = read_pages(text);
  for (const Entry& entry : pages.entries) check(entry);
  if (!has_long_line(text) && pages != read_lines(text)) {
    fprintf(stderr, "pages and lines disagree\n");
    abort();
  }
  return 0;
}
