#include "commands.h"

#include <errno.h>
#include <linux/netlink.h>
#include <string.h>

#include <algorithm>
#include <bitset>
#include <new>
#include <string_view>
#include <vector>

#include "../netlink/attributes.h"
#include "answers.h"
#include "lists.h"

namespace lvs {

namespace {

// linux/netlink.h names these only since 4.12.
constexpr uint16_t kAckCapped = 0x100;
constexpr uint16_t kAckTlvs = 0x200;
constexpr uint16_t kAckTlvMessage = 1;

bool answers_with_record(Operation operation) {
  return operation == Operation::kGetService || operation == Operation::kGetInfo ||
         operation == Operation::kGetTimeouts;
}

// Of any other, no news is good news.
bool is_answered(Operation operation) {
  return answers_with_record(operation) || operation == Operation::kStopDaemon;
}

// The text in a refusal's extended acknowledgement.
std::string_view refusal_text(const nlmsghdr* header) {
  if ((header->nlmsg_flags & kAckTlvs) == 0) return {};
  const std::span<const std::byte> body = body_of(header);
  nlmsgerr refusal;
  memcpy(&refusal, body.data(), sizeof refusal);
  // The TLVs stand behind a copy of the request, of which NETLINK_CAP_ACK leaves the header.
  size_t skip = sizeof refusal;
  if ((header->nlmsg_flags & kAckCapped) == 0) {
    if (refusal.msg.nlmsg_len < NLMSG_HDRLEN) return {};
    skip += NLMSG_ALIGN(size_t{refusal.msg.nlmsg_len}) - NLMSG_HDRLEN;
  }
  if (skip >= body.size()) return {};
  std::string_view text;
  for_each_attribute(body.subspan(skip), [&](const Attribute& attribute) {
    if (attribute.type == kAckTlvMessage) text = attribute.text();
  });
  return text;
}

void take_record(const nlmsghdr* header, Operation operation, size_t index, Reply& reply) {
  const auto take = [&](auto record, auto read) {
    if (!read(header, &record)) return reply.refuse(index, kFailureProtocol);
    if (reply.status(index).count == 0) reply.add(index, record);
  };
  if (operation == Operation::kGetService) {
    return take(ServiceReply{}, [](const auto* from, ServiceReply* to) { return read_service(from, to); });
  }
  if (operation == Operation::kGetTimeouts) return take(TimeoutsRecord{}, read_timeouts);
  if (operation == Operation::kGetInfo) return take(InfoRecord{}, read_info);
  reply.refuse(index, kFailureProtocol);
}

void take_answer(const nlmsghdr* header, uint16_t family, const RequestRecord& request, size_t index,
                 Reply& reply) {
  if (reply.status(index).error != 0) return;  // whatever else is said of it, it was refused
  if (header->nlmsg_type == family) return take_record(header, request.operation, index, reply);
  if (header->nlmsg_type != NLMSG_ERROR) return reply.refuse(index, kFailureProtocol);
  if (body_of(header).size() < sizeof(nlmsgerr)) return reply.refuse(index, kFailureProtocol);
  const int error = read_result(header);
  if (error != 0) reply.refuse(index, error, refusal_text(header));
}

// What came of one send.
struct Outcome {
  int error = 0;  // a negative errno: of the send, or of a receive that failed
  bool sent = false;
  bool lost = false;     // answers were dropped for want of room
  bool garbled = false;  // some could not be told apart
  bool told_all = true;  // the last acknowledgement speaks for all of them
  std::bitset<kMaxCommands> answered;
};

Outcome converse(Link& link, std::span<const RequestRecord> requests, std::span<const size_t> indices,
                 Reply& reply) {
  Outcome outcome;
  Transport& transport = link.transport();
  MessageWriter& writer = link.writer();
  writer.clear();
  const uint32_t first_sequence = transport.next_sequences(indices.size());
  for (const size_t i : indices) {
    if (is_answered(requests[i].operation)) outcome.told_all = false;
  }
  try {
    writer.append_commands(requests, indices, link.family(), first_sequence);
  } catch (const std::bad_alloc&) {
    outcome.error = -ENOMEM;
    return outcome;
  }

  outcome.error = transport.send(writer.bytes());
  outcome.sent = outcome.error == 0;
  for (bool acknowledged = false; outcome.error == 0 && !acknowledged;) {
    std::span<const std::byte> datagram;
    const int received = transport.receive(&datagram);
    if (received != -EAGAIN) link.silence().heard();
    if (received == -EAGAIN) break;
    if (received == -ENOBUFS) {
      outcome.lost = true;
      continue;
    }
    if (received < 0) {
      outcome.error = received;
      break;
    }
    const bool whole = for_each_message(datagram, [&](const nlmsghdr* header) {
      const size_t n = header->nlmsg_seq - first_sequence;
      if (n >= indices.size()) return;  // an answer that an earlier request no longer waited for
      outcome.answered[n] = true;
      if (header->nlmsg_type == NLMSG_ERROR && n + 1 == indices.size()) acknowledged = true;
      try {
        take_answer(header, link.family(), requests[indices[n]], indices[n], reply);
      } catch (const std::bad_alloc&) {
        reply.refuse(indices[n], ENOMEM);
      }
    });
    outcome.garbled = outcome.garbled || !whole;
  }
  if (outcome.error != 0 || outcome.lost || outcome.garbled || !outcome.answered[indices.size() - 1]) {
    outcome.told_all = false;
  }
  return outcome;
}

// kthread_stop says EINTR of a thread that has not run yet, and the kernel then drops the answer: the daemon
// that was stopped right after it was started is gone, and nobody says so.
int check_stopped(Link& link, const RequestRecord& request) {
  std::vector<DaemonRecord> daemons;
  if (int error = read_daemons(link, &daemons); error != 0) return error;
  for (const DaemonRecord& daemon : daemons) {
    if (daemon.state == request.daemon.state) return kFailureProtocol;
  }
  return 0;
}

void send_commands(Link& link, std::span<const RequestRecord> requests, std::span<const size_t> indices,
                   Reply& reply) {
  Outcome outcome = converse(link, requests, indices, reply);
  if (outcome.told_all && reply.blank()) return;
  for (size_t n = 0; n < indices.size(); n++) {
    const size_t i = indices[n];
    const StatusRecord& status = reply.status(i);
    const Operation operation = requests[i].operation;
    const bool last = n + 1 == indices.size();
    if (status.error == ENETUNREACH && operation == Operation::kStartDaemon) {
      reply.set_detail(i, link.transport().interface_is_up(requests[i].daemon.interface));
    }
    const bool complete = status.error != 0 || status.count != 0 || !answers_with_record(operation);
    if (outcome.answered[n] && complete) continue;
    if (outcome.error < 0) {
      // Of a change that was sent, nobody knows now whether it was carried out.
      reply.refuse(i, outcome.sent && !answers_with_record(operation) ? ENOBUFS : -outcome.error);
    } else if (outcome.lost) {
      reply.refuse(i, ENOBUFS);
    } else if (outcome.garbled) {
      reply.refuse(i, kFailureProtocol);
    } else if (operation == Operation::kStopDaemon) {
      if (int error = check_stopped(link, requests[i]); error != 0) reply.refuse(i, error);
    } else if (last || !complete) {
      reply.refuse(i, outcome.answered[n] ? int{kFailureProtocol} : EPROTO);
    }
  }
}

}  // namespace

void run_commands(Link& link, std::span<const RequestRecord> requests, std::span<const size_t> indices,
                  Reply& reply) {
  send_commands(link, requests, indices, reply);
  if (reply.blank()) return;
  // ENOENT is what a stale family id is answered with, and also an unknown scheduler or destination.
  size_t room[kMaxCommands];
  const auto end = std::copy_if(indices.begin(), indices.end(), room,
                                [&](size_t i) { return reply.status(i).error == ENOENT; });
  const std::span<const size_t> unknown(room, end);
  if (unknown.empty() || !link.family_moved()) return;
  for (size_t i : unknown) reply.restart(i);
  send_commands(link, requests, unknown, reply);
  if (link.family_exists()) return;
  for (size_t i : unknown) {
    if (reply.status(i).error == ENOENT) reply.refuse(i, kFailureModuleMissing);
  }
}

Reply run_command(Link& link, const RequestRecord& request) {
  Reply reply(1);
  const size_t index = 0;
  run_commands(link, {&request, 1}, {&index, 1}, reply);
  return reply;
}

}  // namespace lvs
