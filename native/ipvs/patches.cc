#include "patches.h"

#include <errno.h>
#include <string.h>

#include <algorithm>

#include "commands.h"
#include "lists.h"
#include "uapi.h"

namespace lvs {

namespace {

constexpr uint32_t kPersistent = 0x1;

bool changes(const RequestRecord& request, uint32_t what) { return (request.changes & what) != 0; }

// Status 0 of `from` becomes that of `index`.
void pass_on(Reply& from, size_t index, Reply& reply) {
  if (from.status(0).error != 0) reply.refuse(index, from.status(0).error, from.text(0));
}

}  // namespace

int merge(const RequestRecord& request, ServiceOptionsRecord* options) {
  const ServiceOptionsRecord& wanted = request.options;
  if (changes(request, kFlagsOfScheduler) && !changes(request, kChangeScheduler) &&
      strncmp(wanted.scheduler, options->scheduler, sizeof wanted.scheduler) != 0) {
    return kFailureForeignFlags;
  }
  if (changes(request, kChangeScheduler))
    memcpy(options->scheduler, wanted.scheduler, sizeof wanted.scheduler);
  if (changes(request, kChangeFlags)) options->flags = (options->flags & kPersistent) | wanted.flags;
  if (changes(request, kNoPersistence)) options->flags &= ~kPersistent;
  const bool anew = (options->flags & kPersistent) == 0;
  if (changes(request, kChangePersistence)) options->flags |= kPersistent;
  if (changes(request, kChangePersistence) || changes(request, kNoPersistence)) {
    if (anew || changes(request, kChangeTimeout)) options->timeout = wanted.timeout;
    if (anew || changes(request, kChangeNetmask)) options->netmask = wanted.netmask;
    if (anew || changes(request, kChangeEngine)) memcpy(options->engine, wanted.engine, sizeof wanted.engine);
  }
  return 0;
}

int merge(const RequestRecord& request, DestinationRecord* destination) {
  const DestinationRecord& wanted = request.destination;
  if (changes(request, kChangeForward)) destination->forward = wanted.forward;
  if (changes(request, kChangeWeight)) destination->weight = wanted.weight;
  if (changes(request, kChangeUpperThreshold)) destination->upper_threshold = wanted.upper_threshold;
  if (changes(request, kChangeLowerThreshold)) destination->lower_threshold = wanted.lower_threshold;
  if (changes(request, kChangeTunnel)) {
    if (destination->forward != uapi::kFwdTunnel) return kFailureNoTunnel;
    destination->tunnel_type = wanted.tunnel_type;
    destination->tunnel_port = wanted.tunnel_port;
    destination->tunnel_flags = wanted.tunnel_flags;
  } else if (destination->forward != uapi::kFwdTunnel) {
    destination->tunnel_type = 0;
    destination->tunnel_port = 0;
    destination->tunnel_flags = 0;
  }
  return 0;
}

const DestinationRecord* find_destination(const std::vector<DestinationReply>& destinations,
                                          const DestinationRecord& key) {
  const auto found =
      std::find_if(destinations.begin(), destinations.end(), [&](const DestinationReply& each) {
        const DestinationRecord& destination = each.destination;
        return destination.family == key.family && destination.port == key.port &&
               memcmp(destination.address, key.address, sizeof key.address) == 0;
      });
  return found == destinations.end() ? nullptr : &found->destination;
}

void patch_service(Link& link, const RequestRecord& request, size_t index, Reply& reply) {
  RequestRecord step = request;
  step.operation = Operation::kGetService;
  Reply found = run_command(link, step);
  if (found.status(0).error != 0) return pass_on(found, index, reply);
  step.options = found.record<ServiceReply>(0, 0).options;
  if (int error = merge(request, &step.options); error != 0) return reply.refuse(index, error);
  step.operation = Operation::kSetService;
  Reply done = run_command(link, step);
  pass_on(done, index, reply);
}

void patch_destination(Link& link, Features& features, const RequestRecord& request, size_t index,
                       Reply& reply) {
  std::vector<DestinationReply> destinations;
  if (int error = read_destinations_by_netlink(link, request.service, &destinations); error != 0) {
    return reply.refuse(index, error);
  }
  const DestinationRecord* found = find_destination(destinations, request.destination);
  RequestRecord step = request;
  step.operation = Operation::kSetDestination;
  if (found != nullptr) {
    features.learn(*found);
    step.destination = *found;
    if (int error = merge(request, &step.destination); error != 0) return reply.refuse(index, error);
    if (features.lacks(step)) return reply.refuse(index, kFailureUnsupported);
  }
  // Where there is no such destination, the kernel says whether it is that or the service that is missing.
  Reply done = run_command(link, step);
  pass_on(done, index, reply);
}

}  // namespace lvs
