#include "lists.h"

#include <errno.h>
#include <linux/netlink.h>
#include <string.h>
#include <sys/socket.h>

#include <algorithm>
#include <functional>
#include <new>
#include <optional>
#include <random>

#include "answers.h"
#include "identities.h"
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
constexpr size_t kBriefDestinations = KnownTable::kBriefList;

Parts parts_for(size_t destinations) {
  if (destinations <= kLeastDestinations) return Parts::kLeast;
  return destinations <= kBriefDestinations ? Parts::kSmall : Parts::kMiddle;
}

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

// The destinations of an IPv4 service, all at one moment, as the socket options show them. IPv6 ones they
// count, but do not show: false where there may be any, and where nothing can be seen. The number is asked
// before and after, so that to hide an IPv6 one others would have to be added and removed between three
// calls, in step with them; only after where it is `expected`, by a table in which no list had any. `number`
// is what was asked last.
template <typename Row>
bool see_destinations(SocketOptions& options, const ServiceRecord& service, std::optional<size_t> expected,
                      std::vector<Row>* seen, std::optional<size_t>* number = nullptr) {
  const auto count = [&] {
    ServiceReply asked{};
    if (options.service(service, &asked) != 0) return std::optional<size_t>();
    if (number != nullptr) *number = asked.options.destinations;
    return std::optional<size_t>(asked.options.destinations);
  };
  const std::optional<size_t> before = expected ? expected : count();
  if (!before || options.destinations(service, *before, seen) != 0) return false;
  return (expected || seen->size() == *before) && count() == seen->size();
}

// The socket options have 32 bits for packets and rates, and 64 for bytes. A packet has a header of 20 bytes
// at least, so below this many bytes, both ways together, there were fewer packets than 2^32; and fewer
// connections, each of which a packet opened.
constexpr uint64_t kBytesOfFewPackets = uint64_t{1} << 36;

// The kernel's largest packet (BIG TCP) has less than 2^19 bytes: at fewer packets a second than this there
// are fewer bytes than 2^32. Fewer connections, too.
constexpr double kRateOfFewBytes = (1 << 13) - 1;

// Whether the socket options tell all of a destination. The kind of a tunnel they do not.
bool is_told(const DestinationRecord& destination) { return destination.forward != uapi::kFwdTunnel; }
bool is_told(const DestinationReply& row) {
  const StatsRecord& stats = row.stats;
  return is_told(row.destination) && stats.bytes_in < kBytesOfFewPackets &&
         stats.bytes_out < kBytesOfFewPackets - stats.bytes_in && stats.packets_in_rate < kRateOfFewBytes &&
         stats.packets_out_rate < kRateOfFewBytes;
}

// What shows whether a list lacks any entry: whichever is there the whole time is among those that are seen
// at one moment.
template <typename Seen>
class Standing {
 public:
  // `see` says false where it cannot tell; without it nothing is ever known.
  using See = std::function<bool(std::vector<Seen>*)>;
  explicit Standing(See see) : see_(std::move(see)) {}

  // Whether all that have been there since this object was made are among the rows, which were read
  // meanwhile, if that can be told. If so, leaves each once.
  template <typename Row>
  std::optional<bool> all_among(std::vector<Row>* rows) {
    if (!see_) return {};
    const std::vector<Seen> before = std::move(seen_);
    const bool first = !looked_;
    looked_ = see_(&seen_);
    if (!looked_) return {};
    if (same_order(*rows, seen_)) return true;
    leave_each_once(rows);
    Identities of_rows(rows->size());
    for (const Row& row : *rows) of_rows.insert(identity(row));
    Identities of_before(before.size());
    for (const Seen& each : before) of_before.insert(identity(each));
    const bool all = std::all_of(seen_.begin(), seen_.end(), [&](const Seen& each) {
      // What was not there before, or is not any more, need not have been listed.
      return of_rows.contains(identity(each)) || (!first && !of_before.contains(identity(each)));
    });
    // One that is missing at the first look may have been added only just.
    return all || !first ? std::optional(all) : std::nullopt;
  }

 private:
  See see_;
  bool looked_ = false;
  std::vector<Seen> seen_;
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

bool is_ipv6(const ServiceReply& row) { return row.service.family == AF_INET6; }
bool is_ipv6(const ServiceStateReply& row) { return row.service.family == AF_INET6; }
bool is_ipv6(const DestinationRecord& destination) { return destination.family == AF_INET6; }
bool is_ipv6(const DestinationReply& row) { return is_ipv6(row.destination); }

template <typename Row>
bool any_ipv6(const std::vector<Row>& rows) {
  return std::ranges::any_of(rows, [](const Row& row) { return is_ipv6(row); });
}

// The socket options show IPv4 services only. An IPv6 one may have been skipped where there is any, so two
// readings have to agree unless no list ever had one, and nobody has named one here.
template <typename Row>
int list_services(Link& link, std::vector<Row>* services) {
  const auto take = [](std::vector<Row>* rows) {
    return [rows](const nlmsghdr* header) { return read_service(header, &rows->emplace_back()); };
  };
  KnownTable& known = link.known_table();
  SocketOptions* const options = known.may_have_ipv6_services() ? nullptr : link.witness();
  Standing<ServiceReply>::See see;
  if (options != nullptr) see = [&](std::vector<ServiceReply>* seen) { return options->services(seen) == 0; };
  Standing<ServiceReply> standing(see);
  const auto all_among = [&](std::vector<Row>* rows) {
    return any_ipv6(*rows) ? std::nullopt : standing.all_among(rows);
  };
  const int error =
      read_list(link, Parts::kLarge, RequestRecord{}, uapi::kGetService, take, all_among, services);
  if (error == 0) known.listed_services(any_ipv6(*services));
  return error;
}

// The socket options, where they show the destinations of the service.
SocketOptions* witness_of(const Link& link, const ServiceRecord& service) {
  return service.family == AF_INET ? link.witness() : nullptr;
}

// `number` is how many there are, where that is known.
template <typename Row>
int dump_destinations(Link& link, const ServiceRecord& service, std::optional<size_t> number,
                      std::vector<Row>* destinations) {
  KnownTable& known = link.known_table();
  RequestRecord request{};
  request.service = service;
  const auto take = [&](std::vector<Row>* rows) {
    return [rows, family = service.family](const nlmsghdr* header) {
      return read_destination(header, family, &rows->emplace_back());
    };
  };
  SocketOptions* const options = witness_of(link, service);
  Standing<DestinationRecord>::See see;
  if (options != nullptr) {
    see = [&](std::vector<DestinationRecord>* seen) { return see_destinations(*options, service, {}, seen); };
  }
  Standing<DestinationRecord> standing(see);
  const auto all_among = [&](std::vector<Row>* rows) { return standing.all_among(rows); };
  ServiceReply asked{};
  if (!number && options != nullptr && options->service(service, &asked) == 0)
    number = asked.options.destinations;
  const size_t expected =
      number.value_or(known.longest_list() != 0 ? known.longest_list() : kBriefDestinations);
  destinations->reserve(expected);
  const int error =
      read_list(link, parts_for(expected), request, uapi::kGetDest, take, all_among, destinations);
  if (error == 0) {
    const bool mixed = service.family == AF_INET && any_ipv6(*destinations);
    known.listed_destinations(destinations->size(), mixed);
  }
  return error;
}

template <typename Row>
int list_destinations(Link& link, const ServiceRecord& service, std::vector<Row>* destinations) {
  KnownTable& known = link.known_table();
  SocketOptions* const options = witness_of(link, service);
  std::optional<size_t> number;
  if (options != nullptr && known.may_be_told()) {
    const bool seen = see_destinations(*options, service, known.brief_ipv4_lists(), destinations, &number);
    const bool told = seen && std::ranges::all_of(*destinations, [](const Row& row) { return is_told(row); });
    known.tried_to_tell(told);
    if (told) {
      link.silence().heard();
      if (link.silence().too_long()) return kFailureTimeout;
      known.listed_destinations(destinations->size(), false);
      return link.list_counts().at_once++, 0;
    }
  }
  return dump_destinations(link, service, number, destinations);
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

int read_destinations_by_netlink(Link& link, const ServiceRecord& service,
                                 std::vector<DestinationReply>* destinations) {
  return dump_destinations(link, service, {}, destinations);
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
