// Netlink attributes, written and read in place. libnl's nla_* functions do the same, called one by one: for
// a rule they took twice what a rule may cost beyond the kernel's own work (benchmarks/README.md has the
// count).
#pragma once

#include <linux/netlink.h>
#include <string.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace lvs {

constexpr size_t attribute_align(size_t size) { return (size + NLA_ALIGNTO - 1) & ~size_t{NLA_ALIGNTO - 1}; }

// Writes attributes one behind the other; the caller sees to it that there is room.
class AttributeWriter {
 public:
  explicit AttributeWriter(std::byte* at) : at_(at) {}

  std::byte* end() const { return at_; }

  void put_u8(uint16_t type, uint8_t value) { put_number(type, value); }
  void put_u16(uint16_t type, uint16_t value) { put_number(type, value); }
  void put_u32(uint16_t type, uint32_t value) { put_number(type, value); }
  void put_string(uint16_t type, std::string_view text) {
    std::byte* data = begin(type, text.size() + 1);
    memset(at_ - NLA_ALIGNTO, 0, NLA_ALIGNTO);  // the NUL, and the padding behind it
    memcpy(data, text.data(), text.size());
  }
  // Of a size that needs no padding.
  void put_bytes(uint16_t type, const void* bytes, size_t size) { memcpy(begin(type, size), bytes, size); }

  // The attributes in the first `size` bytes. All are copied, for which no call is made; what is written next
  // lies over those that are too many.
  template <size_t Most>
  void repeat(const std::array<std::byte, Most>& attributes, size_t size) {
    memcpy(at_, attributes.data(), Most);
    at_ += size;
  }

  std::byte* open_nest(uint16_t type) {
    std::byte* nest = at_;
    begin(type | NLA_F_NESTED, 0);
    return nest;
  }
  void close_nest(std::byte* nest) {
    const auto size = static_cast<uint16_t>(at_ - nest);
    memcpy(nest + offsetof(nlattr, nla_len), &size, sizeof size);
  }

 private:
  std::byte* begin(uint16_t type, size_t size) {
    const nlattr header{static_cast<uint16_t>(NLA_HDRLEN + size), type};
    std::byte* data = at_ + NLA_HDRLEN;
    memcpy(at_, &header, sizeof header);
    at_ = data + attribute_align(size);
    return data;
  }
  template <typename Number>
  void put_number(uint16_t type, Number value) {
    std::byte padded[attribute_align(sizeof value)]{};
    memcpy(padded, &value, sizeof value);
    memcpy(begin(type, sizeof value), padded, sizeof padded);
  }

  std::byte* at_;
};

struct Attribute {
  uint16_t type;
  uint16_t size;
  const std::byte* data;

  // False where it is shorter than the number.
  template <typename Number>
  bool read(Number* number) const {
    if (size < sizeof *number) return false;
    memcpy(number, data, sizeof *number);
    return true;
  }

  std::span<const std::byte> bytes() const { return {data, size}; }

  // Up to the first NUL.
  std::string_view text() const {
    const auto* begin = reinterpret_cast<const char*>(data);
    return {begin, strnlen(begin, size)};
  }
};

// Calls `visit` with each attribute. False where the bytes do not consist of whole ones: one that was cut off
// would look like one that the kernel does not know.
template <typename Visit>
bool for_each_attribute(std::span<const std::byte> bytes, const Visit& visit) {
  while (bytes.size() >= NLA_HDRLEN) {
    nlattr header;
    memcpy(&header, bytes.data(), sizeof header);
    if (header.nla_len < NLA_HDRLEN || header.nla_len > bytes.size()) return false;
    visit(Attribute{static_cast<uint16_t>(header.nla_type & NLA_TYPE_MASK),
                    static_cast<uint16_t>(header.nla_len - NLA_HDRLEN), bytes.data() + NLA_HDRLEN});
    bytes = bytes.subspan(std::min(bytes.size(), attribute_align(header.nla_len)));
  }
  return bytes.empty();
}

// A nest's attributes by their types up to `Last`; where one is repeated, the last.
template <uint16_t Last>
class Attributes {
 public:
  // As `for_each_attribute`. Types beyond are those of a newer kernel.
  bool find(std::span<const std::byte> bytes) {
    return for_each_attribute(bytes, [this](const Attribute& attribute) {
      if (attribute.type > Last) return;
      types_ |= uint32_t{1} << attribute.type;
      found_[attribute.type] = attribute;
    });
  }

  bool has(uint16_t type) const { return (types_ >> type & 1) != 0; }
  template <typename... Types>
  bool has_all(Types... types) const {
    const uint32_t all = ((uint32_t{1} << types) | ...);
    return (types_ & all) == all;
  }

  // Of one that is there.
  const Attribute& operator[](uint16_t type) const { return found_[type]; }

  // Leaves the number as it is where there is no such attribute.
  template <typename Number>
  bool read(uint16_t type, Number* number) const {
    return !has(type) || found_[type].read(number);
  }

 private:
  static_assert(Last < 32);
  uint32_t types_ = 0;
  Attribute found_[Last + 1];
};

}  // namespace lvs
