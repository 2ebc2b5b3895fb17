#include "replay_transport.h"

#include <errno.h>
#include <linux/netlink.h>
#include <string.h>

#include <algorithm>

namespace lvs::testing {

namespace {

uint32_t first_sequence(std::span<const std::byte> messages) {
  nlmsghdr header{};
  memcpy(&header, messages.data(), std::min(messages.size(), sizeof header));
  return header.nlmsg_seq;
}

// Adds `first` to the sequence number of every message, as far as the datagram can be walked.
void number_messages(std::span<std::byte> datagram, uint32_t first) {
  nlmsghdr header;
  while (datagram.size() >= sizeof header) {
    memcpy(&header, datagram.data(), sizeof header);
    header.nlmsg_seq += first;
    memcpy(datagram.data(), &header, sizeof header);
    const size_t length = NLMSG_ALIGN(static_cast<size_t>(header.nlmsg_len));
    if (length < sizeof header || length > datagram.size()) return;
    datagram = datagram.subspan(length);
  }
}

}  // namespace

TransportFactory ReplayKernel::transports() {
  return
      [this](size_t receive_bytes, int*) { return std::make_unique<ReplayTransport>(*this, receive_bytes); };
}

int ReplayKernel::find_family() {
  if (script_.families.empty()) return -ENOENT;
  const size_t n = std::min(next_family_++, script_.families.size() - 1);
  return script_.families[n];
}

Script::Sent ReplayKernel::answer(std::span<const std::byte> messages) {
  const size_t n = sent_.size();
  sent_.emplace_back(messages.begin(), messages.end());
  if (n >= script_.sends.size()) return {};
  Script::Sent answer = std::move(script_.sends[n]);
  for (Script::Received& each : answer.answers) number_messages(each.datagram, first_sequence(messages));
  return answer;
}

int ReplayTransport::resolve_family(const char*, uint16_t* id) {
  const int found = kernel_.find_family();
  if (found < 0) return found;
  *id = static_cast<uint16_t>(found);
  return 0;
}

int ReplayTransport::send(std::span<const std::byte> messages) {
  Script::Sent answer = kernel_.answer(messages);
  for (Script::Received& each : answer.answers) answers_.push_back(std::move(each));
  return answer.error;
}

int ReplayTransport::receive(std::span<const std::byte>* datagram) {
  if (answers_.empty()) return -EAGAIN;
  const Script::Received received = std::move(answers_.front());
  answers_.pop_front();
  if (received.error != 0) return received.error;
  const size_t length = received.datagram.size();
  if (length > receive_bytes_) return -EMSGSIZE;
  // A buffer of its own, no larger than it must be, so that a sanitizer sees what is read beyond it.
  buffer_ = std::make_unique<std::byte[]>(length);
  std::copy(received.datagram.begin(), received.datagram.end(), buffer_.get());
  *datagram = {buffer_.get(), length};
  return static_cast<int>(length);
}

}  // namespace lvs::testing
