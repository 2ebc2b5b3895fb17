// What names the entries of a list, and sets of such names.
#pragma once

#include <string.h>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "records.h"

namespace lvs {

// What names an entry.
struct Identity {
  uint32_t words[7] = {};
  bool operator==(const Identity&) const = default;
};

inline Identity identity(const ServiceRecord& service) {
  if (service.fwmark != 0) return {{service.family, service.fwmark}};
  Identity key{{service.family, 0, uint32_t{service.protocol} << 16 | service.port}};
  memcpy(&key.words[3], service.address, sizeof service.address);
  return key;
}

inline Identity identity(const DestinationRecord& destination) {
  Identity key{{destination.family, 0, destination.port}};
  memcpy(&key.words[3], destination.address, sizeof destination.address);
  return key;
}

inline Identity identity(const ServiceReply& row) { return identity(row.service); }
inline Identity identity(const ServiceStateReply& row) { return identity(row.service); }
inline Identity identity(const DestinationReply& row) { return identity(row.destination); }

// A set in one piece of memory, at most half full: a node for each entry would take longer than reading it.
class Identities {
 public:
  explicit Identities(size_t most) : slots_(std::bit_ceil(2 * most + 1)) {}

  // False where it is there already.
  bool insert(const Identity& key) {
    Identity& slot = find(key);
    if (slot == key) return false;
    slot = key;
    return true;
  }
  bool contains(const Identity& key) { return find(key) == key; }

 private:
  // Its slot, or the empty one where it belongs: nothing that has a family equals that.
  Identity& find(const Identity& key) {
    size_t at = hash(key) & (slots_.size() - 1);
    while (slots_[at] != Identity{} && slots_[at] != key) at = (at + 1) & (slots_.size() - 1);
    return slots_[at];
  }

  static size_t hash(const Identity& key) {
    uint64_t hash = 0;
    for (const uint32_t word : key.words) {
      hash = (hash ^ word) * 0x9e3779b97f4a7c15;
      hash ^= hash >> 32;
    }
    return hash;
  }

  std::vector<Identity> slots_;
};

}  // namespace lvs
