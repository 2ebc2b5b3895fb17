#include "connections.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace lvs {

namespace {

// seq_file hands out at most a page per read, whatever the buffer, and no line that fits a page in two parts.
constexpr size_t kPageBytes = 4096;

// ------------------------------------------------------------------------------------------ parsing

// What the kernel heads its columns with: others mean other columns.
constexpr std::string_view kHeading[] = {"Pro",  "FromIP", "FPrt",    "ToIP",   "TPrt",  "DestIP",
                                         "DPrt", "State",  "Expires", "PEName", "PEData"};

// Takes the next word off the line; empty at its end.
std::string_view next_word(std::string_view* line) {
  const char* at = line->data();
  const char* const end = at + line->size();
  while (at < end && *at == ' ') at++;
  const char* const begin = at;
  while (at < end && *at != ' ') at++;
  *line = {at, static_cast<size_t>(end - at)};
  return {begin, static_cast<size_t>(at - begin)};
}

constexpr uint8_t kNoDigit = 0x10;
constexpr auto kHexDigits = [] {
  std::array<uint8_t, 256> digits{};
  digits.fill(kNoDigit);
  for (uint8_t digit = 0; digit < 10; digit++) digits['0' + digit] = digit;
  for (uint8_t digit = 10; digit < 16; digit++) digits['A' + digit - 10] = digits['a' + digit - 10] = digit;
  return digits;
}();

template <typename Number>
bool parse_hex(std::string_view word, Number* number) {
  if (word.size() != 2 * sizeof(Number)) return false;
  uint32_t value = 0;
  uint32_t seen = 0;
  for (const char character : word) {
    const uint32_t digit = kHexDigits[static_cast<uint8_t>(character)];
    value = value << 4 | digit;
    seen |= digit;
  }
  *number = static_cast<Number>(value);
  return (seen & kNoDigit) == 0;
}

template <typename Number>
bool parse_decimal(std::string_view word, Number* number) {
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), *number);
  return !word.empty() && error == std::errc() && end == word.data() + word.size();
}

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
  return word.starts_with("IP_") && parse_decimal(word.substr(3), protocol);
}

bool parse_address(std::string_view word, uint8_t* family, uint8_t (&address)[16]) {
  if (word.size() == 8) {
    uint32_t number = 0;
    if (!parse_hex(word, &number)) return false;
    number = htonl(number);
    memcpy(address, &number, sizeof number);
    *family = AF_INET;
    return true;
  }
  if (word.size() != 39) return false;
  for (size_t group = 0; group < 8; group++) {
    uint16_t number = 0;
    if (!parse_hex(word.substr(group * 5, 4), &number)) return false;
    if (group < 7 && word[group * 5 + 4] != ':') return false;
    address[group * 2] = static_cast<uint8_t>(number >> 8);
    address[group * 2 + 1] = static_cast<uint8_t>(number);
  }
  *family = AF_INET6;
  return true;
}

template <size_t Size>
bool copy_word(std::string_view word, char (&text)[Size]) {
  if (word.empty() || word.size() >= Size) return false;
  memcpy(text, word.data(), word.size());
  return true;
}

// Old kernels print what is left to an entry that has just expired, a number below zero, as an unsigned one.
bool parse_expires(std::string_view word, uint32_t* seconds) {
  uint64_t number = 0;
  if (!parse_decimal(word, &number)) return false;
  *seconds = number <= INT32_MAX ? static_cast<uint32_t>(number) : 0;
  return true;
}

bool is_heading(std::string_view line) {
  for (const std::string_view column : kHeading) {
    if (next_word(&line) != column) return false;
  }
  return next_word(&line).empty();
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

// The rest of the line: nothing, or ` name data`; the data may hold blanks.
bool parse_engine(std::string_view rest, ConnectionRecord* record, std::string_view* data) {
  const std::string_view name = next_word(&rest);
  if (name.empty()) return true;
  if (!copy_word(name, record->engine) || rest.empty()) return false;
  *data = rest.substr(1);
  return true;
}

}  // namespace

Line parse_connection(std::string_view line, ConnectionRecord* record, std::string_view* engine_data) {
  std::string_view rest = line;
  *record = {};
  *engine_data = {};
  uint8_t virtual_family = 0;
  if (!parse_protocol(next_word(&rest), &record->protocol)) {
    return is_heading(line) ? Line::kHeading : Line::kMalformed;
  }
  if (!parse_address(next_word(&rest), &record->family, record->client) ||
      !parse_hex(next_word(&rest), &record->client_port) ||
      !parse_address(next_word(&rest), &virtual_family, record->virtual_address) ||
      !parse_hex(next_word(&rest), &record->virtual_port) ||
      !parse_address(next_word(&rest), &record->destination_family, record->destination) ||
      !parse_hex(next_word(&rest), &record->destination_port) ||
      !copy_word(next_word(&rest), record->state) || !parse_expires(next_word(&rest), &record->expires) ||
      !parse_engine(rest, record, engine_data) || virtual_family != record->family) {
    return Line::kMalformed;
  }
  record->is_template = is_template(*record);
  if (record->protocol == IPPROTO_IP) take_mark(record);
  return Line::kEntry;
}

// ------------------------------------------------------------------------------------------ selecting

bool matches(const ConnectionFilterRecord& filter, const ConnectionRecord& record) {
  const uint32_t fields = filter.fields;
  const ConnectionRecord& wanted = filter.values;
  const auto differs = [&](uint32_t field, bool equal) { return (fields & field) != 0 && !equal; };
  const auto same_address = [](const uint8_t (&a)[16], const uint8_t (&b)[16]) {
    return memcmp(a, b, sizeof a) == 0;
  };
  return !differs(kFieldProtocol, wanted.protocol == record.protocol) &&
         !differs(kFieldState, memcmp(wanted.state, record.state, sizeof wanted.state) == 0) &&
         !differs(kFieldTemplate, wanted.is_template == record.is_template) &&
         !differs(kFieldClientAddress,
                  wanted.family == record.family && same_address(wanted.client, record.client)) &&
         !differs(kFieldClientPort, wanted.client_port == record.client_port) &&
         !differs(kFieldVirtualAddress, wanted.family == record.family && record.fwmark == 0 &&
                                            same_address(wanted.virtual_address, record.virtual_address)) &&
         !differs(kFieldFwmark, wanted.fwmark == record.fwmark) &&
         !differs(kFieldVirtualPort, record.fwmark == 0 && wanted.virtual_port == record.virtual_port) &&
         !differs(kFieldDestinationAddress, wanted.destination_family == record.destination_family &&
                                                same_address(wanted.destination, record.destination)) &&
         !differs(kFieldDestinationPort, wanted.destination_port == record.destination_port);
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

ssize_t ConnectionTable::read(const ConnectionFilterRecord& filter, const Visit& visit) {
  text_.resize(2 * kPageBytes);
  ssize_t length;
  do length = ::read(fd_, text_.data() + held_, text_.size() - held_);
  while (length < 0 && errno == EINTR);
  if (length < 0) return -errno;

  std::string_view text(text_.data(), held_ + static_cast<size_t>(length));
  if (const int error = parse(&text, filter, visit); error != 0) return error;
  // A line without an end: at the end of the file, or longer than any that the kernel makes.
  if (!text.empty() && (length == 0 || text.size() >= kPageBytes)) {
    bad_line_ = text;
    return -EBADMSG;
  }
  memmove(text_.data(), text.data(), text.size());
  held_ = text.size();
  return length;
}

// Takes the whole lines off the text.
int ConnectionTable::parse(std::string_view* text, const ConnectionFilterRecord& filter, const Visit& visit) {
  for (size_t end; (end = text->find('\n')) != std::string_view::npos; text->remove_prefix(end + 1)) {
    const std::string_view line = text->substr(0, end);
    ConnectionRecord record;
    std::string_view engine_data;
    switch (parse_connection(line, &record, &engine_data)) {
      case Line::kHeading:
        break;
      case Line::kMalformed:
        bad_line_ = line;
        return -EBADMSG;
      case Line::kEntry:
        if (matches(filter, record)) visit(record, engine_data);
    }
  }
  return 0;
}

}  // namespace lvs
