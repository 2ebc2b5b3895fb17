// Some of an entry's fields: what a filter compares, or a count keeps.
#pragma once

#include <string.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "../ipvs/records.h"

namespace lvs {

// A part of the records, and which bits of it.
struct MaskedWord {
  size_t at;
  uint32_t bits;

  uint32_t of(const ConnectionRecord& record) const {
    uint32_t value;
    memcpy(&value, reinterpret_cast<const char*>(&record) + at, sizeof value);
    return value & bits;
  }
};

class ConnectionMask {
 public:
  // `fields`: ConnectionField bits.
  explicit ConnectionMask(uint32_t fields) {
    const ConnectionRecord mask = mask_of(fields);
    for (size_t at = 0; at < sizeof mask; at += sizeof(uint32_t)) {
      const uint32_t bits = MaskedWord{at, ~uint32_t{0}}.of(mask);
      if (bits != 0) words_.push_back({at, bits});
    }
  }

  bool equal(const ConnectionRecord& a, const ConnectionRecord& b) const {
    for (const MaskedWord& word : words_) {
      if (word.of(a) != word.of(b)) return false;
    }
    return true;
  }

  // The record without all else.
  ConnectionRecord kept(const ConnectionRecord& record) const {
    ConnectionRecord kept{};
    for (const MaskedWord& word : words_) {
      const uint32_t value = word.of(record);
      memcpy(reinterpret_cast<char*>(&kept) + word.at, &value, sizeof value);
    }
    return kept;
  }

  const std::vector<MaskedWord>& words() const { return words_; }

 private:
  // All bits set in the fields.
  static ConnectionRecord mask_of(uint32_t fields) {
    ConnectionRecord mask{};
    const auto set = [](auto& field) { memset(&field, 0xff, sizeof field); };
    if (fields & kFieldProtocol) set(mask.protocol);
    if (fields & kFieldState) set(mask.state);
    if (fields & kFieldTemplate) set(mask.is_template);
    if (fields & (kFieldClientAddress | kFieldVirtualAddress)) set(mask.family);
    if (fields & kFieldClientAddress) set(mask.client);
    if (fields & kFieldClientPort) set(mask.client_port);
    if (fields & kFieldVirtualAddress) set(mask.virtual_address);
    if (fields & kFieldVirtualPort) set(mask.virtual_port);
    // Where there is a mark it stands for address and port, which then say nothing.
    if (fields & (kFieldVirtualAddress | kFieldVirtualPort | kFieldFwmark)) set(mask.fwmark);
    if (fields & kFieldDestinationAddress) {
      set(mask.destination_family);
      set(mask.destination);
    }
    if (fields & kFieldDestinationPort) set(mask.destination_port);
    return mask;
  }

  std::vector<MaskedWord> words_;
};

// Passes the entries that have every given field.
class ConnectionFilter {
 public:
  explicit ConnectionFilter(const ConnectionFilterRecord& filter)
      : mask_(filter.fields), values_(filter.values) {}

  bool passes(const ConnectionRecord& record) const { return mask_.equal(values_, record); }

 private:
  ConnectionMask mask_;
  ConnectionRecord values_;
};

}  // namespace lvs
