#include "conversation.h"

#include <errno.h>

#include <algorithm>
#include <new>
#include <vector>

#include "../netlink/socket.h"
#include "commands.h"
#include "director_stats.h"
#include "lists.h"
#include "patches.h"
#include "socket_requests.h"
#include "uapi.h"

namespace lvs {

namespace {

// For the one answer that says which id the family has.
constexpr size_t kLoadReceiveBytes = 8 * 1024;

// A service's identity as a request.
RequestRecord naming(Operation operation, const ServiceRecord& service) {
  RequestRecord request{};
  request.operation = operation;
  request.service = service;
  return request;
}

}  // namespace

Conversation::Conversation(NetNamespace netns, Channel channel)
    : Conversation(std::move(netns), channel, [this](size_t receive_bytes, int* error) {
        return NetlinkSocket::open(netns_, receive_bytes, error);
      }) {}

Conversation::Conversation(TransportFactory factory, bool socket_options)
    : Conversation(NetNamespace(), socket_options ? Channel::kAuto : Channel::kNetlink, std::move(factory)) {}

Conversation::Conversation(NetNamespace netns, Channel channel, TransportFactory factory)
    : netns_(std::move(netns)), channel_(channel), link_(std::move(factory), [this]() -> SocketOptions* {
        const bool both = channel_ == Channel::kAuto && socket_options_.open(netns_) == 0;
        return both ? &socket_options_ : nullptr;
      }) {}

int Conversation::open() {
  if (channel_ != Channel::kSocketOptions) return link_.connect();
  if (int error = socket_options_.open(netns_); error != 0) return -error;
  InfoRecord info{};
  // Only netlink has the kernel load the module. Whether the caller may use it shows when it is used.
  return socket_options_.info(&info) == kFailureModuleMissing && !load_module() ? -ENOENT : 0;
}

bool Conversation::load_module() const {
  int error = 0;
  uint16_t family = 0;
  const auto transport = NetlinkSocket::open(netns_, kLoadReceiveBytes, &error);
  return transport && transport->resolve_family(uapi::kFamilyName, &family) == 0;
}

inline bool Conversation::runs_alone(const RequestRecord& request) const {
  switch (request.operation) {
    case Operation::kListServices:
    case Operation::kListDestinations:
    case Operation::kListDestinationsState:
    case Operation::kListDaemons:
    case Operation::kTable:
    case Operation::kTableState:
    case Operation::kGetStats:
    case Operation::kPatchService:
    case Operation::kPatchDestination:
      return true;
    case Operation::kGetInfo:
      return channel_ == Channel::kAuto && !entered_;
    default:
      return features_.unsure(request);
  }
}

Reply& Conversation::exchange(std::span<const RequestRecord> requests) {
  reply_.reset(requests.size());
  if (channel_ == Channel::kSocketOptions) {
    run_by_socket_options(requests);
    return reply_;
  }
  size_t batch[kMaxCommands];  // the requests that leave together
  size_t count = 0;
  const auto run_batch = [&] {
    if (count != 0) run_commands(link_, requests, {batch, count}, reply_);
    count = 0;
  };
  for (size_t i = 0; i < requests.size(); i++) {
    const RequestRecord& request = requests[i];
    if (request.operation == Operation::kNothing) continue;
    link_.known_table().named(request);
    const bool alone = runs_alone(request);
    if (count == kMaxCommands || alone) run_batch();
    if (count == 0 && link_.silence().too_long()) {
      reply_.refuse(i, kFailureTimeout);
    } else if (alone) {
      within_memory(i, [&] { run_alone(request, i); });
    } else if (features_.lacks(request)) {
      reply_.refuse(i, kFailureUnsupported);
    } else {
      batch[count++] = i;
    }
  }
  run_batch();
  return reply_;
}

void Conversation::run_by_socket_options(std::span<const RequestRecord> requests) {
  for (size_t i = 0; i < requests.size(); i++) {
    if (requests[i].operation == Operation::kNothing) continue;
    if (link_.silence().too_long()) {
      reply_.refuse(i, kFailureTimeout);
    } else if (requests[i].operation == Operation::kGetStats) {
      if (int error = get_stats(i); error != 0) reply_.refuse(i, error);
    } else {
      within_memory(i, [&] { carry_out(socket_options_, requests[i], i, reply_); });
    }
  }
}

// One whose answer finds no memory is refused alone.
template <typename Run>
void Conversation::within_memory(size_t index, const Run& run) {
  const size_t length = reply_.bytes().size();
  try {
    run();
  } catch (const std::bad_alloc&) {
    reply_.cut(length);
    reply_.refuse(index, ENOMEM);
  }
}

// What is asked first, when a handle is opened: where netlink is shut, the socket options may be the way in.
void Conversation::get_info(const RequestRecord& request, size_t index) {
  Reply found = run_command(link_, request);
  const int error = found.status(0).error;
  if (error == 0) {
    entered_ = true;
    return reply_.add(index, found.record<InfoRecord>(0, 0));
  }
  InfoRecord info{};
  if (error == EPERM && channel_ == Channel::kAuto && !entered_) {
    if (socket_options_.open(netns_) == 0 && socket_options_.info(&info) == 0) {
      channel_ = Channel::kSocketOptions;
      return carry_out(socket_options_, request, index, reply_);
    }
  }
  reply_.refuse(index, error, found.text(0));
}

void Conversation::run_alone(const RequestRecord& request, size_t index) {
  int error = 0;
  switch (request.operation) {
    case Operation::kListServices: {
      std::vector<ServiceReply> services;
      error = read_services(link_, &services);
      if (error == 0) reply_.add_all(index, services);
      break;
    }
    case Operation::kListDaemons: {
      std::vector<DaemonRecord> daemons;
      error = read_daemons(link_, &daemons);
      if (error == 0) reply_.add_all(index, daemons);
      break;
    }
    case Operation::kListDestinations:
      error = list_destinations<DestinationReply>(request, index);
      break;
    case Operation::kListDestinationsState:
      error = list_destinations<DestinationRecord>(request, index);
      break;
    case Operation::kTable:
      error = list_table<ServiceReply, DestinationReply>(index);
      break;
    case Operation::kTableState:
      error = list_table<ServiceStateReply, DestinationRecord>(index);
      break;
    case Operation::kGetStats:
      error = get_stats(index);
      break;
    case Operation::kGetInfo:
      return get_info(request, index);
    case Operation::kPatchService:
      return patch_service(link_, request, index, reply_);
    case Operation::kPatchDestination:
      return patch_destination(link_, features_, request, index, reply_);
    default:
      return features_.try_out(link_, request, index, reply_);
  }
  if (error != 0) reply_.refuse(index, error);
}

template <typename Row>
int Conversation::list_destinations(const RequestRecord& request, size_t index) {
  std::vector<Row> destinations;
  if (int error = read_destinations(link_, request.service, &destinations); error != 0) return error;
  reply_.add_all(index, destinations);
  if (!destinations.empty()) return 0;
  // The list of a service that does not exist is empty, and no error.
  return run_command(link_, naming(Operation::kGetService, request.service)).status(0).error;
}

// The destinations go ahead of the services, since only they show which services are left.
template <typename ServiceRow, typename DestinationRow>
int Conversation::list_table(size_t index) {
  std::vector<ServiceRow> services;
  if (int error = read_services(link_, &services); error != 0) return error;
  std::vector<ServiceRow> remaining;
  remaining.reserve(services.size());
  std::vector<DestinationRow> destinations;
  size_t longest = 0, rows = 0;
  reply_.expect(services.size() * sizeof(ServiceRow) +
                link_.known_table().destinations() * sizeof(DestinationRow));
  for (ServiceRow& each : services) {
    if (int error = read_destinations(link_, each.service, &destinations); error != 0) return error;
    // None: the service has none, or has been deleted since it was listed.
    if (destinations.empty()) {
      const int error = run_command(link_, naming(Operation::kGetService, each.service)).status(0).error;
      if (error == ESRCH) continue;
      if (error != 0) return error;
    }
    longest = std::max(longest, destinations.size());
    rows += destinations.size();
    each.options.destinations = static_cast<uint32_t>(destinations.size());
    remaining.push_back(each);
    reply_.append_all(destinations);
  }
  link_.known_table().listed_table(rows, longest);
  reply_.add_all(index, remaining);
  return 0;
}

int Conversation::get_stats(size_t index) {
  StatsRecord stats;
  int error = read_director_stats(netns_, &stats);
  if (error == -ENOENT && load_module()) error = read_director_stats(netns_, &stats);
  if (error == -EBADMSG) return kFailureProtocol;
  if (error == -ENOENT) return kFailureModuleMissing;
  if (error == 0) reply_.add(index, stats);
  return -error;
}

}  // namespace lvs
