#include "table.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "columns.h"

namespace lvs {

namespace {

// What the kernel heads its columns with: others mean other columns.
constexpr std::string_view kHeading[] = {"Pro",  "FromIP", "FPrt",    "ToIP",   "TPrt",  "DestIP",
                                         "DPrt", "State",  "Expires", "PEName", "PEData"};

bool parse_protocol(std::string_view word, uint8_t* protocol) {
  struct Name {
    std::string_view text;
    uint8_t protocol;
  };
  constexpr Name kNames[] = {{"TCP", IPPROTO_TCP}, {"UDP", IPPROTO_UDP},   {"SCTP", IPPROTO_SCTP},
                             {"IP", IPPROTO_IP},   {"ICMP", IPPROTO_ICMP}, {"ICMPv6", IPPROTO_ICMPV6}};
  for (const Name& name : kNames) {
    if (word != name.text) continue;
    *protocol = name.protocol;
    return true;
  }
  return word.starts_with("IP_") && Columns::parse_decimal(word.substr(3), protocol);
}

// Old kernels print what is left to an entry that has just expired, a number below zero, as an unsigned one.
bool parse_expires(Columns* columns, uint32_t* seconds) {
  uint64_t number = 0;
  if (!columns->decimal(&number)) return false;
  *seconds = number <= INT32_MAX ? static_cast<uint32_t>(number) : 0;
  return true;
}

bool is_heading(std::string_view line) {
  Columns columns(line);
  for (const std::string_view name : kHeading) {
    if (columns.word() != name) return false;
  }
  return columns.is_at_end();
}

// Templates have no client port, and states of their own; a sync message could bring an older kernel one that
// has no name. Connections without a client port are in other states: UDP from port 0, and what ip_vs_ftp
// expects, which is in LISTEN.
bool is_template(const ConnectionRecord& record) {
  if (record.client_port != 0) return false;
  const std::string_view state = record.state;
  return state == "NONE" || state == "ASSURED" || state == "ERR!";
}

// Only templates of firewall-mark services have protocol IP. Their virtual address is the mark, in its first
// four bytes whatever the family (ip_vs_sched_persist, ip_vs_addr_set).
void take_mark(ConnectionRecord* record) {
  uint32_t words[4];
  memcpy(words, record->virtual_address, sizeof words);
  if (words[0] == 0 || (words[1] | words[2] | words[3]) != 0) return;
  record->fwmark = ntohl(words[0]);
  record->virtual_port = 0;
  memset(record->virtual_address, 0, sizeof record->virtual_address);
}

// The rest of the line: nothing, or `name data`; the data may hold blanks, also at their beginning.
bool parse_engine(std::string_view rest, ConnectionRecord* record, std::string_view* data) {
  if (rest.empty()) return true;
  const size_t end = rest.find(' ');
  if (end == std::string_view::npos || end >= sizeof record->engine) return false;
  memcpy(record->engine, rest.data(), end);
  *data = rest.substr(end + 1);
  return true;
}

}  // namespace

Line parse_connection(std::string_view line, ConnectionRecord* record, std::string_view* engine_data) {
  Columns columns(line);
  *record = {};
  *engine_data = {};
  if (!parse_protocol(columns.word(), &record->protocol)) {
    return is_heading(line) ? Line::kHeading : Line::kMalformed;
  }
  uint8_t virtual_family = 0;
  if (!columns.address(&record->family, record->client) || !columns.port(&record->client_port) ||
      !columns.address(&virtual_family, record->virtual_address) || !columns.port(&record->virtual_port) ||
      !columns.address(&record->destination_family, record->destination) ||
      !columns.port(&record->destination_port) || !columns.name(record->state) ||
      !parse_expires(&columns, &record->expires) || !parse_engine(columns.rest(), record, engine_data) ||
      virtual_family != record->family) {
    return Line::kMalformed;
  }
  record->is_template = is_template(*record);
  if (record->protocol == IPPROTO_IP) take_mark(record);
  return Line::kEntry;
}

// ------------------------------------------------------------------------------------------ reading

int ConnectionTable::open(const NetNamespace& netns) {
  // thread-self: /proc/net is the namespace of the main thread, whoever reads it.
  const int fd = netns.run([] {
    const int opened = ::open("/proc/thread-self/net/ip_vs_conn", O_RDONLY | O_CLOEXEC);
    return opened < 0 ? -errno : opened;
  });
  if (fd < 0) return fd;
  close();
  fd_ = fd;
  return 0;
}

void ConnectionTable::close() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

ssize_t ConnectionTable::read() {
  // The beginning of a line whose end is yet to come. It is none if it is longer than any that the kernel
  // makes.
  const size_t held = rest_.size();
  if (held > 0) memmove(text_, rest_.data(), held);
  ssize_t length = 0;
  if (held < kPageBytes) {
    do length = ::read(fd_, text_ + held, sizeof text_ - held);
    while (length < 0 && errno == EINTR);
    if (length < 0) return -errno;
  }
  rest_ = {text_, held + static_cast<size_t>(length)};
  if (length > 0 || held == 0) return length;
  bad_line_ = rest_;
  return -EBADMSG;
}

Line ConnectionTable::next(ConnectionRecord* record, std::string_view* engine_data) {
  for (size_t end; (end = rest_.find('\n')) != std::string_view::npos;) {
    const std::string_view text = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    const Line line = parse_connection(text, record, engine_data);
    if (line == Line::kHeading) continue;
    if (line == Line::kMalformed) bad_line_ = text;
    return line;
  }
  return Line::kNone;
}

}  // namespace lvs
