// The columns of a line of /proc/net/ip_vs_conn.
#pragma once

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>

#include <charconv>
#include <cstdint>
#include <string_view>

#include "digits.h"

namespace lvs {

// Goes along a line. Each call takes a column and the blanks behind it; false where the line has another
// thing there. Addresses and ports have a width of their own, so nothing looks for their ends: a blank must
// be there.
class Columns {
 public:
  explicit Columns(std::string_view line) : at_(line.data()), end_(line.data() + line.size()) {}

  bool is_at_end() const { return at_ == end_; }

  std::string_view word() {
    const char* end = at_;
    while (end < end_ && *end != ' ') end++;
    const std::string_view word(at_, static_cast<size_t>(end - at_));
    at_ = end;
    skip_blanks();
    return word;
  }

  bool port(uint16_t* port) { return hex(port) && skip_blanks(); }

  bool address(uint8_t* family, uint8_t (&bytes)[16]) {
    constexpr ptrdiff_t kGroupDigits = 4;
    const bool has_groups = end_ - at_ > kGroupDigits && at_[kGroupDigits] == ':';
    *family = has_groups ? AF_INET6 : AF_INET;
    return (has_groups ? groups(bytes) : octets(bytes)) && skip_blanks();
  }

  template <size_t Size>
  bool name(char (&name)[Size]) {
    const std::string_view text = word();
    if (text.empty() || text.size() >= Size) return false;
    memcpy(name, text.data(), text.size());
    return true;
  }

  template <typename Number>
  bool decimal(Number* number) {
    return parse_decimal(word(), number);
  }

  // What is left of the line, blanks and all.
  std::string_view rest() const { return {at_, static_cast<size_t>(end_ - at_)}; }

  template <typename Number>
  static bool parse_decimal(std::string_view text, Number* number) {
    const char* const end = text.data() + text.size();
    const auto [last, error] = std::from_chars(text.data(), end, *number);
    return error == std::errc() && last == end;
  }

 private:
  // Whether a column may end here.
  bool skip_blanks() {
    const char* at = at_;
    while (at < end_ && *at == ' ') at++;
    const bool ends = at > at_ || at == end_;
    at_ = at;
    return ends;
  }

  template <typename Number>
  bool hex(Number* number) {
    constexpr ptrdiff_t width = 2 * sizeof(Number);
    if (end_ - at_ < width || !parse_hex(at_, number)) return false;
    at_ += width;
    return true;
  }

  template <typename Number>
  static void store(Number number, uint8_t* bytes) {
    memcpy(bytes, &number, sizeof number);
  }

  bool octets(uint8_t* bytes) {
    uint32_t address;
    if (!hex(&address)) return false;
    store(htonl(address), bytes);
    return true;
  }

  bool groups(uint8_t* bytes) {
    for (int group = 0; group < 8; group++) {
      if (group > 0 && (at_ == end_ || *at_++ != ':')) return false;
      uint16_t value;
      if (!hex(&value)) return false;
      store(htons(value), bytes + 2 * group);
    }
    return true;
  }

  const char* at_;
  const char* const end_;
};

}  // namespace lvs
