// What carries messages to the kernel and back: a netlink socket, or a script of recorded answers in tests.
// Every failure is returned as a negative errno; nothing throws.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>

namespace lvs {

class Transport {
 public:
  virtual ~Transport() = default;

  // The id under which the kernel knows the family now; loads the family's module where the kernel can.
  // Returns -ENOENT where there is no such family.
  virtual int resolve_family(const char* name, uint16_t* id) = 0;

  // How many bytes it receives at once, at most.
  virtual size_t receive_bytes() const = 0;

  // Sends concatenated messages. The kernel carries them out, in order, before this returns.
  virtual int send(std::span<const std::byte> messages) = 0;

  // The next datagram of the kernel's answers, or -EAGAIN where there is none: answers to commands are all
  // queued when send returns, and the next part of a dump is made while the one before it is received. So
  // nothing here ever waits. -ENOBUFS: answers were lost. -EMSGSIZE: one did not fit.
  virtual int receive(std::span<const std::byte>* datagram) = 0;

  // Whether there is a network interface of this name in the transport's namespace, and it is up.
  virtual bool interface_is_up(const char* name) = 0;

  uint32_t next_sequence() { return next_sequences(1); }
  // The first of so many in a row.
  uint32_t next_sequences(size_t count) {
    const uint32_t first = sequence_ + 1;
    sequence_ += static_cast<uint32_t>(count);
    return first;
  }

 private:
  uint32_t sequence_ = 0;
};

// Makes one that receives at most so many bytes at once; null, and a negative errno, where it cannot.
using TransportFactory = std::function<std::unique_ptr<Transport>(size_t receive_bytes, int* error)>;

}  // namespace lvs
