#include "lists.h"

#include <errno.h>
#include <linux/netlink.h>
#include <string.h>

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

// So many fit a part of the brief transport, with a message's room to spare.
constexpr size_t kBriefDestinations = 16;

// Beside an errno and a Failure: the list is longer than a brief one.
constexpr int kTooLong = -1000;

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
  bool briefly = false;  // is given up where the first part shows that the list is long
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
        if (briefly && !result && !exact()) return kTooLong;
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
int dump(Link& link, bool briefly, const RequestRecord& request, uint8_t command, const Take& take,
         const Clear& clear, bool* exact) {
  int error = 0;
  for (int tries = 0; tries < kReadings; tries++) {
    clear();
    Transport* const brief = briefly ? link.brief_transport(&error) : nullptr;
    if (briefly && brief == nullptr) return opening_failed(error);
    Dump once{link, brief != nullptr ? *brief : link.transport(), briefly};
    try {
      error = once.run(request, command, take);
    } catch (const std::bad_alloc&) {
      error = ENOMEM;
    }
    *exact = once.exact();
    if (error == 0) return 0;
    if (error == kTooLong) {
      link.expect_brief(false);
      briefly = false;
      continue;
    }
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

// Mostly nothing changed, and the order neither.
template <typename Row>
bool same_order(const std::vector<Row>& a, const std::vector<Row>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const Row& one, const Row& other) { return identity(one) == identity(other); });
}

// Reads a list so that no entry that is there the whole time is lost or repeated. `take(rows)` gives the
// function that reads a message into the rows.
template <typename Row, typename Take>
int read_list(Link& link, bool briefly, const RequestRecord& request, uint8_t command, const Take& take,
              std::vector<Row>* rows) {
  bool exact = false;
  const auto clear = [&] { rows->clear(); };
  int error = dump(link, briefly, request, command, take(rows), clear, &exact);
  if (error != 0 || exact) return error;

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
    const bool unchanged = same_order(*rows, again);
    if (!unchanged) leave_each_once(&again);
    const bool agree = unchanged || same_entries(*rows, again);
    // The newest reading first, so that its rows are kept.
    if (!agree) all.insert(all.begin(), rows->begin(), rows->end());
    *rows = std::move(again);
    if (agree) return 0;
  }
  rows->insert(rows->end(), all.begin(), all.end());
  leave_each_once(rows);
  return 0;
}

template <typename Row>
int list_services(Link& link, std::vector<Row>* services) {
  const auto take = [](std::vector<Row>* rows) {
    return [rows](const nlmsghdr* header) { return read_service(header, &rows->emplace_back()); };
  };
  return read_list(link, false, RequestRecord{}, uapi::kGetService, take, services);
}

template <typename Row>
int list_destinations(Link& link, const ServiceRecord& service, std::vector<Row>* destinations) {
  RequestRecord request{};
  request.service = service;
  const auto take = [&](std::vector<Row>* rows) {
    return [rows, family = service.family](const nlmsghdr* header) {
      return read_destination(header, family, &rows->emplace_back());
    };
  };
  const int error = read_list(link, link.expects_brief(), request, uapi::kGetDest, take, destinations);
  if (error == 0) link.expect_brief(destinations->size() <= kBriefDestinations);
  return error;
}

}  // namespace

int read_services(Link& link, std::vector<ServiceReply>* services) { return list_services(link, services); }

int read_services(Link& link, std::vector<ServiceStateReply>* services) {
  return list_services(link, services);
}

int read_destinations(Link& link, const ServiceRecord& service, std::vector<DestinationReply>* destinations) {
  return list_destinations(link, service, destinations);
}

int read_destinations(Link& link, const ServiceRecord& service,
                      std::vector<DestinationRecord>* destinations) {
  return list_destinations(link, service, destinations);
}

int read_daemons(Link& link, std::vector<DaemonRecord>* daemons) {
  const auto take = [daemons](const nlmsghdr* header) {
    return read_daemon(header, &daemons->emplace_back());
  };
  bool exact = false;
  return dump(link, false, RequestRecord{}, uapi::kGetDaemon, take, [&] { daemons->clear(); }, &exact);
}

}  // namespace lvs
