// A stand-in for the kernel that answers from a script and remembers what it was sent.
#pragma once

#include <deque>
#include <memory>
#include <vector>

#include "../netlink/transport.h"
#include "script.h"

namespace lvs::testing {

// Outlives the transports, all of which it answers: look-ups and sends take what the script holds in turn,
// whichever transport they come from.
class ReplayKernel {
 public:
  explicit ReplayKernel(Script script) : script_(std::move(script)) {}

  TransportFactory transports();

  // One buffer for each send.
  const std::vector<std::vector<std::byte>>& sent() const { return sent_; }

 private:
  friend class ReplayTransport;

  // The last id that the script holds is found again and again; without one there is no family.
  int find_family();
  Script::Sent answer(std::span<const std::byte> messages);

  Script script_;
  size_t next_family_ = 0;
  std::vector<std::vector<std::byte>> sent_;
};

class ReplayTransport : public Transport {
 public:
  ReplayTransport(ReplayKernel& kernel, size_t receive_bytes)
      : kernel_(kernel), receive_bytes_(receive_bytes) {}

  int resolve_family(const char* name, uint16_t* id) override;
  size_t receive_bytes() const override { return receive_bytes_; }
  int send(std::span<const std::byte> messages) override;
  int receive(std::span<const std::byte>* datagram) override;
  bool interface_is_up(const char*) override { return false; }

 private:
  ReplayKernel& kernel_;
  size_t receive_bytes_;
  std::deque<Script::Received> answers_;
  std::unique_ptr<std::byte[]> buffer_;
};

}  // namespace lvs::testing
