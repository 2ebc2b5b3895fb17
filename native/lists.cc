#include "lists.h"

#include <errno.h>
#include <linux/netlink.h>
#include <string.h>

#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <unordered_map>

#include "ipvs_answers.h"
#include "ipvs_uapi.h"

namespace lvs {

namespace {

constexpr uint16_t kDumpInterrupted = 0x10;

// How large the kernel makes a part for a socket that receives 32 KiB (less its own bookkeeping), and what
// one message takes at most. A shorter part was not cut off for want of room.
constexpr size_t kPartBytes = 32 * 1024 - 512;
constexpr size_t kMessageBytes = 512;

// Below these the kernel's parts would be larger than the buffer (a page, or 8 KiB where pages are larger).
constexpr size_t kLeastReceiveBytes = 8 * 1024;
constexpr size_t kMostReceiveBytes = 32 * 1024;

constexpr int kReadings = 8;

// What names an entry, as bytes.
std::string identity(const ServiceReply& reply) {
  const ServiceRecord& service = reply.service;
  ServiceRecord key{};
  key.family = service.family;
  key.fwmark = service.fwmark;
  if (service.fwmark == 0) {
    key.protocol = service.protocol;
    key.port = service.port;
    memcpy(key.address, service.address, sizeof key.address);
  }
  return {reinterpret_cast<const char*>(&key), sizeof key};
}

std::string identity(const DestinationReply& reply) {
  const DestinationRecord& destination = reply.destination;
  DestinationRecord key{};
  key.family = destination.family;
  key.port = destination.port;
  memcpy(key.address, destination.address, sizeof key.address);
  return {reinterpret_cast<const char*>(&key), sizeof key};
}

// One dump. `take` reads a message, and says false of one that it cannot read.
struct Dump {
  Transport& transport;
  MessageWriter& writer;
  uint16_t family;
  Deadline deadline;
  size_t parts = 0;
  size_t longest_part = 0;

  template <typename Take>
  int run(const RequestRecord& request, uint8_t command, const Take& take) {
    const uint32_t sequence = transport.next_sequence();
    writer.clear();
    writer.append(request, command, family, sequence, NLM_F_DUMP);
    if (int error = transport.send(writer.bytes()); error < 0) return -error;
    std::optional<int> result;
    while (!result) {
      if (passed(deadline)) return kFailureTimeout;
      std::span<const std::byte> datagram;
      if (int received = transport.receive(&datagram); received < 0) {
        // The next part is queued while the one before it is received, so none means that one was lost.
        return received == -EAGAIN ? ENOBUFS : -received;
      }
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
  bool exact() const { return parts <= 1 && longest_part + kMessageBytes <= kPartBytes; }
};

// One reading over the link's own transport, tried again where the family has moved or the kernel says that
// the dump was interrupted. `clear` forgets what a first try took.
template <typename Take, typename Clear>
int dump(Link& link, const RequestRecord& request, uint8_t command, Deadline deadline, const Take& take,
         const Clear& clear, bool* exact = nullptr) {
  int error = 0;
  for (int tries = 0; tries < kReadings; tries++) {
    clear();
    Dump once{link.transport(), link.writer(), link.family(), deadline};
    error = once.run(request, command, take);
    if (exact != nullptr) *exact = once.exact();
    if (error == 0) return 0;
    if (error == ENOENT && link.family_moved()) {
      if (!link.family_exists()) return kFailureModuleMissing;
      continue;
    }
    // A dump that was given up goes on in the socket, which would refuse the next one; a new socket does not.
    if (int broken = link.connect(); broken < 0)
      return broken == -ENOENT ? int{kFailureModuleMissing} : -broken;
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
std::vector<Row> once_each(const std::vector<Row>& rows) {
  std::unordered_map<std::string, size_t> seen;
  std::vector<Row> unique;
  unique.reserve(rows.size());
  for (const Row& row : rows) {
    if (seen.emplace(identity(row), unique.size()).second) unique.push_back(row);
  }
  return unique;
}

template <typename Row>
bool same_entries(const std::vector<Row>& a, const std::vector<Row>& b) {
  if (a.size() != b.size()) return false;
  // Mostly nothing changed, and the order neither.
  size_t n = 0;
  while (n < a.size() && identity(a[n]) == identity(b[n])) n++;
  if (n == a.size()) return true;
  std::unordered_map<std::string, bool> of_a;
  for (const Row& row : a) of_a.emplace(identity(row), true);
  for (const Row& row : b) {
    if (!of_a.contains(identity(row))) return false;
  }
  return true;
}

// Reads a list so that no entry that is there the whole time is lost or repeated. `take(rows)` gives the
// function that reads a message into the rows.
template <typename Row, typename Take>
int read_list(Link& link, const RequestRecord& request, uint8_t command, Deadline deadline, const Take& take,
              std::vector<Row>* rows) {
  bool exact = false;
  int error = dump(link, request, command, deadline, take(rows), [&] { rows->clear(); }, &exact);
  if (error != 0 || exact) return error;

  *rows = once_each(*rows);
  std::vector<Row> all = *rows;
  for (int reading = 1; reading < kReadings; reading++) {
    std::unique_ptr<Transport> transport = link.factory()(any_receive_bytes(), &error);
    if (!transport) return -error;
    std::vector<Row> again;
    Dump once{*transport, link.writer(), link.family(), deadline};
    // The first receive decides how large the kernel makes the parts that follow.
    uint16_t family = 0;
    error = transport->resolve_family(uapi::kFamilyName, &family);
    if (error < 0) return error == -ENOENT ? int{kFailureModuleMissing} : -error;
    error = once.run(request, command, take(&again));
    if (error == EINTR) continue;
    if (error != 0) return error;
    again = once_each(again);
    const bool agree = same_entries(*rows, again);
    *rows = std::move(again);
    if (agree) return 0;
    // The newest reading first, so that its rows are kept.
    all.insert(all.begin(), rows->begin(), rows->end());
    all = once_each(all);
  }
  *rows = std::move(all);
  return 0;
}

}  // namespace

int read_services(Link& link, Deadline deadline, std::vector<ServiceReply>* services) {
  const auto take = [](std::vector<ServiceReply>* rows) {
    return [rows](const nlmsghdr* header) { return read_service(header, &rows->emplace_back()); };
  };
  return read_list(link, RequestRecord{}, uapi::kGetService, deadline, take, services);
}

int read_destinations(Link& link, const ServiceRecord& service, Deadline deadline,
                      std::vector<DestinationReply>* destinations) {
  RequestRecord request{};
  request.service = service;
  const auto take = [&](std::vector<DestinationReply>* rows) {
    return [rows, family = service.family](const nlmsghdr* header) {
      return read_destination(header, family, &rows->emplace_back());
    };
  };
  return read_list(link, request, uapi::kGetDest, deadline, take, destinations);
}

int read_daemons(Link& link, Deadline deadline, std::vector<DaemonRecord>* daemons) {
  const auto take = [daemons](const nlmsghdr* header) {
    return read_daemon(header, &daemons->emplace_back());
  };
  return dump(link, RequestRecord{}, uapi::kGetDaemon, deadline, take, [&] { daemons->clear(); });
}

}  // namespace lvs
