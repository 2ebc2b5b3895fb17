// How many entries of the connection table share some of their fields.
#pragma once

#include <string.h>

#include <cstdint>
#include <utility>
#include <vector>

#include "records.h"

namespace lvs {

class ConnectionCounts {
 public:
  // `fields` says which: ConnectionField bits.
  explicit ConnectionCounts(uint32_t fields) : fields_(fields), slots_(64) {
    const ConnectionRecord mask = mask_of(fields);
    for (size_t at = 0; at < sizeof mask; at += sizeof(uint32_t)) {
      if (const uint32_t bits = word(mask, at); bits != 0) words_.push_back({at, bits});
    }
  }

  void add(ConnectionRecord record) {
    // Where the mark stands for the service, nothing that is kept shows the family.
    if (record.fwmark != 0 && (fields_ & kFieldClientAddress) == 0) record.family = 0;
    uint32_t& slot = slots_[find(record)];
    if (slot == 0) {
      rows_.push_back(kept(record));
      slot = static_cast<uint32_t>(rows_.size());
    }
    rows_[slot - 1].count++;
    if (rows_.size() * 2 > slots_.size()) grow();
  }

  // A record for each combination that there was: its fields, and the count.
  std::vector<ConnectionRecord> take() { return std::exchange(rows_, {}); }

 private:
  // A part of the records that is kept, and which bits of it.
  struct Word {
    size_t at;
    uint32_t bits;
  };

  // All bits set in what is kept.
  static ConnectionRecord mask_of(uint32_t fields) {
    ConnectionRecord mask{};
    const auto set = [](auto& field) { memset(&field, 0xff, sizeof field); };
    if (fields & kFieldProtocol) set(mask.protocol);
    if (fields & kFieldState) set(mask.state);
    if (fields & kFieldTemplate) set(mask.is_template);
    if (fields & (kFieldClientAddress | kFieldVirtualAddress)) set(mask.family);
    if (fields & kFieldClientAddress) set(mask.client);
    if (fields & kFieldClientPort) set(mask.client_port);
    if (fields & kFieldVirtualAddress) {
      set(mask.virtual_address);
      set(mask.fwmark);
    }
    if (fields & kFieldVirtualPort) set(mask.virtual_port);
    if (fields & kFieldDestinationAddress) {
      set(mask.destination_family);
      set(mask.destination);
    }
    if (fields & kFieldDestinationPort) set(mask.destination_port);
    return mask;
  }

  static uint32_t word(const ConnectionRecord& record, size_t at) {
    uint32_t value;
    memcpy(&value, reinterpret_cast<const char*>(&record) + at, sizeof value);
    return value;
  }

  ConnectionRecord kept(const ConnectionRecord& record) const {
    ConnectionRecord row{};
    for (const auto [at, bits] : words_) {
      const uint32_t value = word(record, at) & bits;
      memcpy(reinterpret_cast<char*>(&row) + at, &value, sizeof value);
    }
    return row;
  }

  // Where the record's slot is, or will be.
  size_t find(const ConnectionRecord& record) const {
    // Clients choose some of what is hashed: where this object lies, they cannot know.
    uint64_t hash = reinterpret_cast<uintptr_t>(this);
    for (const auto [at, bits] : words_) {
      hash = (hash ^ (word(record, at) & bits)) * 0x9e3779b97f4a7c15;
      hash ^= hash >> 32;
    }
    size_t slot = hash & (slots_.size() - 1);
    while (slots_[slot] != 0 && !equal(rows_[slots_[slot] - 1], record))
      slot = (slot + 1) & (slots_.size() - 1);
    return slot;
  }

  bool equal(const ConnectionRecord& row, const ConnectionRecord& record) const {
    for (const auto [at, bits] : words_) {
      if (word(row, at) != (word(record, at) & bits)) return false;
    }
    return true;
  }

  void grow() {
    slots_.assign(slots_.size() * 2, 0);
    for (size_t row = 0; row < rows_.size(); row++) slots_[find(rows_[row])] = static_cast<uint32_t>(row + 1);
  }

  uint32_t fields_;
  std::vector<Word> words_;
  std::vector<uint32_t> slots_;  // open addressing: the row's number, from 1; 0: none
  std::vector<ConnectionRecord> rows_;
};

}  // namespace lvs
