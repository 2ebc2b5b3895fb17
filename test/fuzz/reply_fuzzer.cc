// Any answers of the kernel to any requests: what comes out is in order, whatever came in.
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "../../native/ipvs/conversation.h"
#include "../../native/testing/replay_transport.h"

namespace lvs::testing {

namespace {

constexpr size_t kMostRequests = 4;

RequestRecord about_service(Operation operation, uint16_t family = AF_INET, uint32_t fwmark = 0) {
  RequestRecord request{};
  request.operation = operation;
  request.changes = kChangeScheduler | kChangePersistence | kChangeTimeout;
  ServiceRecord& service = request.service;
  service.family = family;
  service.fwmark = fwmark;
  service.protocol = fwmark == 0 ? IPPROTO_TCP : 0;
  service.port = fwmark == 0 ? 80 : 0;
  service.address[0] = 10;
  request.options.netmask = family == AF_INET ? UINT32_MAX : 128;
  strcpy(request.options.scheduler, "wlc");
  return request;
}

RequestRecord about_destination(Operation operation, uint8_t tunnel_type = 0, uint16_t family = AF_INET) {
  RequestRecord request = about_service(operation);
  request.changes = kChangeWeight | kChangeTunnel;
  request.destination = {};
  request.destination.family = family;
  request.destination.port = 80;
  request.destination.forward = 2;
  request.destination.tunnel_type = tunnel_type;
  request.destination.tunnel_port = 6080;
  request.destination.address[0] = 10;
  return request;
}

RequestRecord about_daemon(Operation operation, uint32_t state, uint16_t max_length = 0) {
  RequestRecord request{};
  request.operation = operation;
  request.daemon.state = state;
  request.daemon.max_length = max_length;
  strcpy(request.daemon.interface, "eth0");
  return request;
}

RequestRecord plain(Operation operation) {
  RequestRecord request{};
  request.operation = operation;
  return request;
}

// One of each kind. The corpus counts on their order.
const RequestRecord kRequests[] = {
    about_service(Operation::kAddService),
    about_service(Operation::kSetService, AF_INET6),
    about_service(Operation::kDeleteService, AF_INET, 7),
    about_service(Operation::kGetService),
    about_service(Operation::kPatchService),
    about_service(Operation::kZero),
    about_destination(Operation::kAddDestination),
    about_destination(Operation::kAddDestination, 1),
    about_destination(Operation::kSetDestination, 2),
    about_destination(Operation::kAddDestination, 0, AF_INET6),
    about_destination(Operation::kDeleteDestination),
    about_destination(Operation::kPatchDestination, 1),
    about_service(Operation::kListDestinations),
    about_daemon(Operation::kStartDaemon, 1),
    about_daemon(Operation::kStartDaemon, 2, 1400),
    about_daemon(Operation::kStopDaemon, 1),
    plain(Operation::kListServices),
    plain(Operation::kTable),
    plain(Operation::kListDaemons),
    plain(Operation::kSetTimeouts),
    plain(Operation::kGetTimeouts),
    plain(Operation::kGetInfo),
    plain(Operation::kFlush),
    plain(Operation::kNothing),
    plain(Operation::kTableState),
    about_service(Operation::kListDestinationsState),
};

// How many bytes the records of an answer take, with what follows them uncounted.
size_t record_bytes(Operation operation) {
  switch (operation) {
    case Operation::kGetService:
    case Operation::kListServices:
    case Operation::kTable:
      return sizeof(ServiceReply);
    case Operation::kTableState:
      return sizeof(ServiceStateReply);
    case Operation::kListDestinations:
      return sizeof(DestinationReply);
    case Operation::kListDestinationsState:
      return sizeof(DestinationRecord);
    case Operation::kListDaemons:
      return sizeof(DaemonRecord);
    case Operation::kGetTimeouts:
      return sizeof(TimeoutsRecord);
    case Operation::kGetInfo:
      return sizeof(InfoRecord);
    default:
      return 0;
  }
}

void expect(bool holds, const char* what) {
  if (holds) return;
  fprintf(stderr, "does not hold: %s\n", what);
  abort();
}

bool has_end(const char* name, size_t size) { return memchr(name, '\0', size) != nullptr; }

void check(const RequestRecord& request, size_t index, const Reply& reply) {
  const StatusRecord status = reply.status(index);
  const size_t size = reply.bytes().size();
  expect(status.error >= kFailureNoTunnel, "an error is an errno or a Failure");
  if (status.error != 0) {
    expect(size_t{status.offset} + status.text_len <= size, "the kernel's text lies in the reply");
    return;
  }
  const size_t bytes = record_bytes(request.operation);
  expect(bytes != 0 || status.count == 0, "there are records only where they are asked for");
  expect(status.count == 0 || status.offset % 8 == 0, "records are aligned");
  expect(status.offset + status.count * bytes <= size, "the records lie in the reply");
  const bool asks_one = request.operation == Operation::kGetService ||
                        request.operation == Operation::kGetTimeouts ||
                        request.operation == Operation::kGetInfo;
  expect(!asks_one || status.count == 1, "what asks for one record has one");

  const bool states = request.operation == Operation::kTableState;
  if (bytes != sizeof(ServiceReply) && !states) return;
  size_t destinations = 0;
  for (uint32_t n = 0; n < status.count; n++) {
    const ServiceOptionsRecord& options = states ? reply.record<ServiceStateReply>(index, n).options
                                                 : reply.record<ServiceReply>(index, n).options;
    expect(has_end(options.scheduler, sizeof options.scheduler), "a scheduler's name ends");
    expect(has_end(options.engine, sizeof options.engine), "an engine's name ends");
    destinations += options.destinations;
  }
  const size_t destination_bytes = states ? sizeof(DestinationRecord) : sizeof(DestinationReply);
  expect(destinations * destination_bytes <= status.offset,
         "the table's destinations lie ahead of its services");
}

}  // namespace

}  // namespace lvs::testing

// The input: how many requests, which, then the script.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace lvs::testing;
  const size_t count = size == 0 ? 0 : data[0] % (kMostRequests + 1);
  if (size < 1 + count) return 0;
  std::vector<lvs::RequestRecord> requests;
  for (size_t n = 0; n < count; n++) requests.push_back(kRequests[data[1 + n] % std::size(kRequests)]);

  ReplayKernel kernel(Script::parse(std::as_bytes(std::span(data, size).subspan(1 + count))));
  lvs::Conversation conversation(kernel.transports());
  if (conversation.open() != 0) return 0;
  const lvs::Reply& reply = conversation.exchange(requests);
  for (size_t n = 0; n < count; n++) check(requests[n], n, reply);
  return 0;
}
