#include "lists.h"

#include <errno.h>
#include <linux/netlink.h>
#include <string.h>
#include <sys/socket.h>

#include <algorithm>
#include <bit>
#include <new>
#include <optional>
#include <random>

#include "answers.h"
#include "uapi.h"

namespace lvs {

namespace {

constexpr uint16_t kDumpInterrupted = 0x10;

// What the kernel keeps of a part for itself, and what one message takes at most: a part that has as much
// room left was not cut off for want of it.
constexpr size_t kUnusedBytes = 1024;

// Below these the kernel's parts would be larger than the buffer (a page, or 8 KiB where pages are larger).
constexpr size_t kLeastReceiveBytes = 8 * 1024;
constexpr size_t kMostReceiveBytes = 32 * 1024;

constexpr int kReadings = 8;

// So many fit one part of each size, with a message's room to spare.
constexpr size_t kLeastDestinations = 6;
constexpr size_t kBriefDestinations = 16;

Parts parts_for(size_t destinations) {
  if (destinations <= kLeastDestinations) return Parts::kLeast;
  return destinations <= kBriefDestinations ? Parts::kSmall : Parts::kMiddle;
}

// What names an entry.
struct Identity {
  uint32_t words[7] = {};
  bool operator==(const Identity&) const = default;
};

Identity identity(const ServiceRecord& service) {
  if (service.fwmark != 0) return {{service.family, service.fwmark}};
  Identity key{{service.family, 0, uint32_t{service.protocol} << 16 | service.port}};
  memcpy(&key.words[3], service.address, sizeof service.address);
  return key;
}

Identity identity(const DestinationRecord& destination) {
  Identity key{{destination.family, 0, destination.port}};
  memcpy(&key.words[3], destination.address, sizeof destination.address);
  return key;
}

Identity identity(const ServiceReply& row) { return identity(row.service); }
Identity identity(const ServiceStateReply& row) { return identity(row.service); }
Identity identity(const DestinationReply& row) { return identity(row.destination); }

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

// One dump. `take` reads a message, and says false of one that it cannot read.
struct Dump {
  Link& link;
  Transport& transport;
  size_t parts = 0;
  size_t longest_part = 0;

  template <typename Take>
  int run(const RequestRecord& request, uint8_t command, const Take& take) {
    const uint32_t sequence = transport.next_sequence();
    const uint16_t family = link.family();
    MessageWriter& writer = link.writer();
    writer.clear();
    writer.append(request, command, family, sequence, NLM_F_DUMP);
    if (int error = transport.send(writer.bytes()); error < 0) return -error;
    std::optional<int> result;
    while (!result) {
      if (link.silence().too_long()) return kFailureTimeout;
      std::span<const std::byte> datagram;
      if (int received = transport.receive(&datagram); received < 0) {
        // The next part is queued while the one before it is received, so none means that one was lost.
        return received == -EAGAIN ? ENOBUFS : -received;
      }
      link.silence().heard();
      bool any = false;
      const bool whole = for_each_message(datagram, [&](const nlmsghdr* header) {
        if (header->nlmsg_seq != sequence || result) return;
        if ((header->nlmsg_flags & kDumpInterrupted) != 0) {
          result = EINTR;
        } else if (header->nlmsg_type == NLMSG_DONE || header->nlmsg_type == NLMSG_ERROR) {
          result = read_result(header);
        } else if (header->nlmsg_type != family || !take(header)) {
          result = kFailureProtocol;
        }
        any = any || !result;
      });
      if (!whole) return kFailureProtocol;
      if (any) {
        parts++;
        longest_part = std::max(longest_part, datagram.size());
      }
    }
    return *result;
  }

  // No part can have been followed by one that changes took away.
  bool exact() const { return parts <= 1 && longest_part + kUnusedBytes <= transport.receive_bytes(); }
};

int opening_failed(int error) { return error == -ENOENT ? int{kFailureModuleMissing} : -error; }

// One reading over the link's own transports, tried again where the family has moved or the kernel says that
// the dump was interrupted. `clear` forgets what a first try took. Says whether the reading was exact.
template <typename Take, typename Clear>
int dump(Link& link, Parts size, const RequestRecord& request, uint8_t command, const Take& take,
         const Clear& clear, bool* exact) {
  int error = 0;
  for (int tries = 0; tries < kReadings; tries++) {
    clear();
    Transport* const transport = link.transport(size, &error);
    if (transport == nullptr) return opening_failed(error);
    Dump once{link, *transport};
    try {
      error = once.run(request, command, take);
    } catch (const std::bad_alloc&) {
      error = ENOMEM;
    }
    *exact = once.exact();
    if (error == 0) return 0;
    if (error == ENOENT && link.family_moved()) {
      if (!link.family_exists()) return kFailureModuleMissing;
      continue;
    }
    // A dump that was given up goes on in the socket, which would refuse the next one; a new socket does not.
    if (int broken = link.connect(); broken < 0) return opening_failed(broken);
    if (error != EINTR) return error;
  }
  return error;
}

size_t any_receive_bytes() {
  thread_local std::minstd_rand random{std::random_device{}()};
  return std::uniform_int_distribution<size_t>(kLeastReceiveBytes, kMostReceiveBytes)(random);
}

// Leaves the first of those that name the same entry.
template <typename Row>
void leave_each_once(std::vector<Row>* rows) {
  Identities seen(rows->size());
  std::erase_if(*rows, [&](const Row& row) { return !seen.insert(identity(row)); });
}

// Of lists that have each entry once.
template <typename Row>
bool same_entries(const std::vector<Row>& a, const std::vector<Row>& b) {
  if (a.size() != b.size()) return false;
  Identities of_a(a.size());
  for (const Row& row : a) of_a.insert(identity(row));
  return std::all_of(b.begin(), b.end(), [&](const Row& row) { return of_a.contains(identity(row)); });
}

template <typename Row, typename Other>
bool same_name(const Row& a, const Other& b) {
  return identity(a) == identity(b);
}
bool same_name(const DestinationRecord& a, const DestinationRecord& b) {
  return a.port == b.port && a.family == b.family && memcmp(a.address, b.address, sizeof a.address) == 0;
}
bool same_name(const DestinationReply& a, const DestinationRecord& b) { return same_name(a.destination, b); }

// Mostly nothing changed, and the order neither.
template <typename Row, typename Other>
bool same_order(const std::vector<Row>& a, const std::vector<Other>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const Row& one, const Other& other) { return same_name(one, other); });
}

// The destinations of an IPv4 service, all at one moment, as the socket options show them. False where they
// cannot be seen, or where there may be others: IPv6 ones are counted, but not shown.
bool see_destinations(SocketOptions& options, const ServiceRecord& service,
                      std::vector<DestinationRecord>* seen) {
  ServiceReply before{}, after{};
  return options.service(service, &before) == 0 &&
         options.destinations(service, before.options.destinations, seen) == 0 &&
         options.service(service, &after) == 0 && before.options.destinations == seen->size() &&
         after.options.destinations == seen->size();
}

// The kind of a tunnel is told by netlink only.
bool is_tunnel(const DestinationRecord& destination) { return destination.forward == uapi::kFwdTunnel; }

// What shows whether a list of destinations lacks any: whichever is there the whole time is among those that
// are seen at one moment.
class Standing {
 public:
  // Without options nothing is ever known.
  Standing(SocketOptions* options, const ServiceRecord& service) : options_(options), service_(service) {}

  // Whether all that have been there since this object was made are among the rows, which were read
  // meanwhile, if that can be told. If so, leaves each once.
  template <typename Row>
  std::optional<bool> all_among(std::vector<Row>* rows) {
    if (options_ == nullptr) return {};
    const std::vector<DestinationRecord> before = std::move(seen_);
    const bool first = !looked_;
    looked_ = see_destinations(*options_, service_, &seen_);
    if (!looked_) return {};
    if (same_order(*rows, seen_)) return true;
    leave_each_once(rows);
    Identities of_rows(rows->size());
    for (const Row& row : *rows) of_rows.insert(identity(row));
    Identities of_before(before.size());
    for (const DestinationRecord& each : before) of_before.insert(identity(each));
    const bool all = std::all_of(seen_.begin(), seen_.end(), [&](const DestinationRecord& each) {
      // What was not there before, or is not any more, need not have been listed.
      return of_rows.contains(identity(each)) || (!first && !of_before.contains(identity(each)));
    });
    // One that is missing at the first look may have been added only just.
    return all || !first ? std::optional(all) : std::nullopt;
  }

 private:
  SocketOptions* options_;
  const ServiceRecord& service_;
  bool looked_ = false;
  std::vector<DestinationRecord> seen_;
};

// Reads a list so that no entry that is there the whole time is lost or repeated. `take(rows)` gives the
// function that reads a message into the rows; `all_among(rows)` says whether something else shows them to be
// complete, or to lack one, and in the first case leaves each once.
template <typename Row, typename Take, typename AllAmong>
int read_list(Link& link, Parts size, const RequestRecord& request, uint8_t command, const Take& take,
              const AllAmong& all_among, std::vector<Row>* rows) {
  ListCounts& counts = link.list_counts();
  bool exact = false;
  const auto clear = [&] { rows->clear(); };
  int error = dump(link, size, request, command, take(rows), clear, &exact);
  if (error != 0) return error;
  if (exact) return counts.one_part++, 0;

  if (all_among(rows).value_or(false)) return counts.witnessed++, 0;
  leave_each_once(rows);
  std::vector<Row> all;
  for (int reading = 1; reading < kReadings; reading++) {
    std::unique_ptr<Transport> transport = link.open_transport(any_receive_bytes(), &error);
    if (!transport) return opening_failed(error);
    std::vector<Row> again;
    again.reserve(rows->size() + rows->size() / 16);
    Dump once{link, *transport};
    error = once.run(request, command, take(&again));
    if (error == EINTR) continue;
    if (error != 0) return error;
    const std::optional<bool> all_there = all_among(&again);
    if (all_there.value_or(false)) {
      *rows = std::move(again);
      return counts.witnessed++, 0;
    }
    const bool unchanged = same_order(*rows, again);
    if (!unchanged) leave_each_once(&again);
    const bool agree = unchanged || same_entries(*rows, again);
    // The newest reading first, so that its rows are kept.
    if (!agree) all.insert(all.begin(), rows->begin(), rows->end());
    *rows = std::move(again);
    if (agree && all_there.value_or(true)) return counts.agreed++, 0;
  }
  rows->insert(rows->end(), all.begin(), all.end());
  leave_each_once(rows);
  return counts.unsettled++, 0;
}

// How many destinations each service has, as the socket options show them; none where that is unknown.
template <typename Row>
std::vector<uint32_t> destination_counts(SocketOptions* options, const std::vector<Row>& services) {
  std::vector<ServiceReply> shown;
  std::vector<uint32_t> counts;
  if (options == nullptr || options->services(&shown) != 0 || !same_order(services, shown)) return counts;
  counts.reserve(shown.size());
  for (const ServiceReply& each : shown) counts.push_back(each.options.destinations);
  return counts;
}

template <typename Row>
int list_services(Link& link, std::vector<Row>* services, std::vector<uint32_t>* destinations) {
  const auto take = [](std::vector<Row>* rows) {
    return [rows](const nlmsghdr* header) { return read_service(header, &rows->emplace_back()); };
  };
  // The socket options neither show nor count IPv6 services, of which one may have been skipped.
  const auto unknown = [](std::vector<Row>*) -> std::optional<bool> { return {}; };
  const int error =
      read_list(link, Parts::kLarge, RequestRecord{}, uapi::kGetService, take, unknown, services);
  if (error == 0 && destinations != nullptr) *destinations = destination_counts(link.witness(), *services);
  return error;
}

template <typename Row>
int list_destinations(Link& link, const ServiceRecord& service, std::optional<uint32_t> expected,
                      std::vector<Row>* destinations) {
  RequestRecord request{};
  request.service = service;
  const auto take = [&](std::vector<Row>* rows) {
    return [rows, family = service.family](const nlmsghdr* header) {
      return read_destination(header, family, &rows->emplace_back());
    };
  };
  SocketOptions* const options = service.family == AF_INET ? link.witness() : nullptr;
  Standing standing(options, service);
  const auto all_among = [&](std::vector<Row>* rows) { return standing.all_among(rows); };
  const auto read = [&](size_t expected) {
    destinations->reserve(expected);
    return read_list(link, parts_for(expected), request, uapi::kGetDest, take, all_among, destinations);
  };
  if (expected) return read(*expected);
  ServiceReply asked;
  if (options != nullptr && options->service(service, &asked) == 0) return read(asked.options.destinations);
  const int error = read(std::max(link.longest_list(), kBriefDestinations));
  link.set_longest_list(std::max(link.longest_list(), destinations->size()));
  return error;
}

}  // namespace

std::optional<uint32_t> brief_lists(const Link& link) {
  const size_t longest = link.longest_list();
  if (longest == 0 || longest > kBriefDestinations) return {};
  return static_cast<uint32_t>(longest);
}

int read_services(Link& link, std::vector<ServiceReply>* services, std::vector<uint32_t>* destinations) {
  return list_services(link, services, destinations);
}

int read_services(Link& link, std::vector<ServiceStateReply>* services, std::vector<uint32_t>* destinations) {
  return list_services(link, services, destinations);
}

int read_destinations(Link& link, const ServiceRecord& service, std::vector<DestinationReply>* destinations,
                      std::optional<uint32_t> expected) {
  return list_destinations(link, service, expected, destinations);
}

int read_destinations(Link& link, const ServiceRecord& service, std::vector<DestinationRecord>* destinations,
                      std::optional<uint32_t> expected) {
  SocketOptions* const options = service.family == AF_INET ? link.witness() : nullptr;
  if (options != nullptr && see_destinations(*options, service, destinations) &&
      std::none_of(destinations->begin(), destinations->end(), is_tunnel)) {
    link.silence().heard();
    return link.list_counts().at_once++, 0;
  }
  return list_destinations(link, service, expected, destinations);
}

int read_daemons(Link& link, std::vector<DaemonRecord>* daemons) {
  const auto take = [daemons](const nlmsghdr* header) {
    return read_daemon(header, &daemons->emplace_back());
  };
  bool exact = false;
  return dump(
      link, Parts::kLarge, RequestRecord{}, uapi::kGetDaemon, take, [&] { daemons->clear(); }, &exact);
}

}  // namespace lvs
