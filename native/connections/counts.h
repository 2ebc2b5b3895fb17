// How many entries of the connection table share some of their fields.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "../ipvs/records.h"
#include "mask.h"

namespace lvs {

class ConnectionCounts {
 public:
  // `fields` says which: ConnectionField bits.
  explicit ConnectionCounts(uint32_t fields) : fields_(fields), mask_(fields), slots_(64) {}

  // May change what does not count of the record.
  void add(ConnectionRecord& record) {
    // Where the mark stands for the service, nothing that is kept shows the family.
    if (record.fwmark != 0 && (fields_ & kFieldClientAddress) == 0) record.family = 0;
    uint32_t& slot = slots_[find(record)];
    if (slot == 0) {
      rows_.push_back(mask_.kept(record));
      slot = static_cast<uint32_t>(rows_.size());
    }
    rows_[slot - 1].count++;
    if (rows_.size() * 2 > slots_.size()) grow();
  }

  // A record for each combination that there was: its fields, and the count.
  std::vector<ConnectionRecord> take() { return std::exchange(rows_, {}); }

 private:
  // Where the record's slot is, or will be.
  size_t find(const ConnectionRecord& record) const {
    // Clients choose some of what is hashed: where this object lies, they cannot know.
    uint64_t hash = reinterpret_cast<uintptr_t>(this);
    for (const MaskedWord& word : mask_.words()) {
      hash = (hash ^ word.of(record)) * 0x9e3779b97f4a7c15;
      hash ^= hash >> 32;
    }
    size_t slot = hash & (slots_.size() - 1);
    while (slots_[slot] != 0 && !mask_.equal(rows_[slots_[slot] - 1], record))
      slot = (slot + 1) & (slots_.size() - 1);
    return slot;
  }

  void grow() {
    slots_.assign(slots_.size() * 2, 0);
    for (size_t row = 0; row < rows_.size(); row++) slots_[find(rows_[row])] = static_cast<uint32_t>(row + 1);
  }

  uint32_t fields_;
  ConnectionMask mask_;
  std::vector<uint32_t> slots_;  // open addressing: the row's number, from 1; 0: none
  std::vector<ConnectionRecord> rows_;
};

}  // namespace lvs
