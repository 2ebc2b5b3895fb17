#include "socket_requests.h"

#include <errno.h>

#include <vector>

#include "patches.h"

namespace lvs {

namespace {

int list_services(SocketOptions& options, size_t index, Reply& reply) {
  std::vector<ServiceReply> services;
  const int error = options.services(&services);
  for (ServiceReply& each : services) each.options.destinations = 0;  // told in the whole table only
  if (error == 0) reply.add_all(index, services);
  return error;
}

int get_service(SocketOptions& options, const RequestRecord& request, size_t index, Reply& reply) {
  ServiceReply service{};
  const int error = options.service(request.service, &service);
  service.options.destinations = 0;
  if (error == 0) reply.add(index, service);
  return error;
}

// How many there are is asked first: a guess that is too low costs as much, one too high the clearing of
// room.
template <typename Row>
int read_destinations(SocketOptions& options, const ServiceRecord& key, std::vector<Row>* destinations) {
  ServiceReply service{};
  if (int error = options.service(key, &service); error != 0) return error;
  return options.destinations(key, service.options.destinations, destinations);
}

template <typename Row>
int list_destinations(SocketOptions& options, const RequestRecord& request, size_t index, Reply& reply) {
  std::vector<Row> destinations;
  const int error = read_destinations(options, request.service, &destinations);
  if (error == 0) reply.add_all(index, destinations);
  return error;
}

ServiceReply row_of(const ServiceReply& service, const ServiceReply*) { return service; }
ServiceStateReply row_of(const ServiceReply& service, const ServiceStateReply*) {
  return {service.service, service.options};
}

template <typename ServiceRow, typename DestinationRow>
int list_table(SocketOptions& options, size_t index, Reply& reply) {
  std::vector<ServiceReply> services;
  if (int error = options.services(&services); error != 0) return error;
  std::vector<ServiceRow> remaining;
  remaining.reserve(services.size());
  std::vector<DestinationRow> destinations;
  for (ServiceReply& each : services) {
    const int error = options.destinations(each.service, each.options.destinations, &destinations);
    if (error == ESRCH) continue;  // deleted since it was listed
    if (error != 0) return error;
    each.options.destinations = static_cast<uint32_t>(destinations.size());
    remaining.push_back(row_of(each, static_cast<const ServiceRow*>(nullptr)));
    reply.append_all(destinations);
  }
  reply.add_all(index, remaining);
  return 0;
}

int list_daemons(SocketOptions& options, size_t index, Reply& reply) {
  std::vector<DaemonRecord> daemons;
  const int error = options.daemons(&daemons);
  if (error == 0) reply.add_all(index, daemons);
  return error;
}

int get_timeouts(SocketOptions& options, size_t index, Reply& reply) {
  TimeoutsRecord timeouts{};
  const int error = options.timeouts(&timeouts);
  if (error == 0) reply.add(index, timeouts);
  return error;
}

int get_info(SocketOptions& options, size_t index, Reply& reply) {
  InfoRecord info{};
  const int error = options.info(&info);
  info.channel = 1;
  if (error == 0) reply.add(index, info);
  return error;
}

int patch_service(SocketOptions& options, const RequestRecord& request) {
  ServiceReply found{};
  if (int error = options.service(request.service, &found); error != 0) return error;
  RequestRecord step = request;
  step.operation = Operation::kSetService;
  step.options = found.options;
  if (int error = merge(request, &step.options); error != 0) return error;
  return options.change(step);
}

int patch_destination(SocketOptions& options, const RequestRecord& request) {
  std::vector<DestinationReply> destinations;
  if (int error = read_destinations(options, request.service, &destinations); error != 0) return error;
  const DestinationRecord* found = find_destination(destinations, request.destination);
  RequestRecord step = request;
  step.operation = Operation::kSetDestination;
  if (found != nullptr) {
    step.destination = *found;
    if (int error = merge(request, &step.destination); error != 0) return error;
  }
  // Where there is no such destination, the kernel says so.
  return options.change(step);
}

int run(SocketOptions& options, const RequestRecord& request, size_t index, Reply& reply) {
  switch (request.operation) {
    case Operation::kListServices:
      return list_services(options, index, reply);
    case Operation::kGetService:
      return get_service(options, request, index, reply);
    case Operation::kListDestinations:
      return list_destinations<DestinationReply>(options, request, index, reply);
    case Operation::kListDestinationsState:
      return list_destinations<DestinationRecord>(options, request, index, reply);
    case Operation::kTable:
      return list_table<ServiceReply, DestinationReply>(options, index, reply);
    case Operation::kTableState:
      return list_table<ServiceStateReply, DestinationRecord>(options, index, reply);
    case Operation::kListDaemons:
      return list_daemons(options, index, reply);
    case Operation::kGetTimeouts:
      return get_timeouts(options, index, reply);
    case Operation::kGetInfo:
      return get_info(options, index, reply);
    case Operation::kPatchService:
      return patch_service(options, request);
    case Operation::kPatchDestination:
      return patch_destination(options, request);
    default:
      return options.change(request);
  }
}

}  // namespace

void carry_out(SocketOptions& options, const RequestRecord& request, size_t index, Reply& reply) {
  if (const NotSaid what = SocketOptions::not_said(request); what != NotSaid::kNothing) {
    reply.refuse(index, kFailureNotSaid);
    return reply.set_detail(index, static_cast<uint32_t>(what));
  }
  if (int error = run(options, request, index, reply); error != 0) reply.refuse(index, error);
}

}  // namespace lvs
