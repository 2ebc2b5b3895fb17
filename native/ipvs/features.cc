#include "features.h"

#include "commands.h"
#include "lists.h"

namespace lvs {

namespace {

// Carries it out, and says whether the kernel took it.
bool carry_out(Link& link, const RequestRecord& request, size_t index, Reply& reply) {
  Reply done = run_command(link, request);
  const int error = done.status(0).error;
  if (error != 0) {
    reply.refuse(index, error, done.text(0));
    reply.set_detail(index, done.status(0).count);
  }
  return error == 0;
}

}  // namespace

void Features::learn(uint8_t known, uint8_t present) {
  known_ |= known;
  present_ |= present;
}

void Features::learn(const DestinationRecord& destination) {
  uint8_t present = 0;
  if (destination.reported & kReportsTunnelType) present |= kTunnelTypes;
  if (destination.reported & kReportsTunnelFlags) present |= kTunnelFlags;
  if (destination.reported & kReportsFamily) present |= kMixedFamilies;
  learn(kTunnelTypes | kTunnelFlags | kMixedFamilies, present);
}

// A kernel that knows the options reports the length in force, which is never 0.
void Features::learn(const DaemonRecord& daemon) {
  learn(kDaemonOptions, daemon.max_length != 0 ? kDaemonOptions : 0);
}

void Features::try_out(Link& link, const RequestRecord& request, size_t index, Reply& reply) {
  if (request.operation == Operation::kStartDaemon) return try_daemon(link, request, index, reply);
  try_destination(link, request, index, reply);
}

void Features::try_destination(Link& link, const RequestRecord& request, size_t index, Reply& reply) {
  std::vector<DestinationReply> destinations;
  if (int error = read_destinations_by_netlink(link, request.service, &destinations); error != 0) {
    return reply.refuse(index, error);
  }
  // Any destination shows what the kernel reports, so mostly nothing has to be tried.
  if (!destinations.empty()) learn(destinations[0].destination);
  if (lacks(request)) return reply.refuse(index, kFailureUnsupported);
  if (!carry_out(link, request, index, reply) || !unsure(request)) return;

  if (int error = read_destinations_by_netlink(link, request.service, &destinations); error != 0) {
    return reply.refuse(index, error);
  }
  if (destinations.empty()) return;
  learn(destinations[0].destination);
  if (!lacks(request)) return;
  // The service had none before. What is taken away is named as the kernel understood it.
  RequestRecord undo = request;
  undo.operation = Operation::kDeleteDestination;
  undo.destination = destinations[0].destination;
  if (carry_out(link, undo, index, reply)) reply.refuse(index, kFailureUnsupported);
}

void Features::try_daemon(Link& link, const RequestRecord& request, size_t index, Reply& reply) {
  std::vector<DaemonRecord> daemons;
  if (int error = read_daemons(link, &daemons); error != 0) return reply.refuse(index, error);
  if (!daemons.empty()) learn(daemons[0]);
  if (lacks(request)) return reply.refuse(index, kFailureUnsupported);
  if (!carry_out(link, request, index, reply) || !unsure(request)) return;

  if (int error = read_daemons(link, &daemons); error != 0) return reply.refuse(index, error);
  if (daemons.empty()) return;
  learn(daemons[0]);
  if (!lacks(request)) return;
  RequestRecord undo = request;
  undo.operation = Operation::kStopDaemon;
  if (carry_out(link, undo, index, reply)) reply.refuse(index, kFailureUnsupported);
}

}  // namespace lvs
