// A line to the kernel's IPVS: a transport, and the id that the family has now.
#pragma once

#include <linux/netlink.h>

#include <array>
#include <functional>
#include <memory>
#include <span>

#include "../netlink/datagram.h"
#include "../netlink/silence.h"
#include "../netlink/transport.h"
#include "known_table.h"
#include "messages.h"
#include "socket_options.h"

namespace lvs {

// The socket options, as what tells whether a list that came by netlink is complete. Null where they are not
// to be asked, or do not open.
using Witness = std::function<SocketOptions*()>;

// How much a transport receives at once. For every part, and for the end, the kernel allocates, and mostly
// clears, as much as its socket ever received with: a list is cheapest over the smallest that it fits.
enum class Parts { kLeast, kSmall, kMiddle, kLarge };

// How many lists were read, by what makes them complete.
struct ListCounts {
  uint32_t at_once = 0;    // by the socket options, whole
  uint32_t one_part = 0;   // nothing can have changed while it was read
  uint32_t witnessed = 0;  // the socket options show none that is missing
  uint32_t agreed = 0;     // two readings agree
  uint32_t unsettled = 0;  // everything that eight readings saw
};

class Link {
 public:
  explicit Link(TransportFactory factory, Witness witness = {})
      : factory_(std::move(factory)), witness_(std::move(witness)) {}

  // 0, or a negative errno; -ENOENT: no IPVS in the kernel. Also opens anew, where answers that nobody waits
  // for would be in the way.
  int connect();

  // True where the family has another id than before, or none: what was refused with ENOENT was meant for an
  // old one. A reloaded module has another id.
  bool family_moved();
  bool family_exists();

  uint16_t family() const { return family_; }
  Transport& transport() { return *transport_; }
  MessageWriter& writer() { return writer_; }
  Silence& silence() { return silence_; }
  SocketOptions* witness() const { return witness_ ? witness_() : nullptr; }
  KnownTable& known_table() { return known_table_; }
  ListCounts& list_counts() { return list_counts_; }

  // Another one, for as long as a reading takes. Null, and a negative errno, where there is none.
  std::unique_ptr<Transport> open_transport(size_t receive_bytes, int* error) const;

  // The one that receives parts of this size. Null, and a negative errno, where there is none.
  Transport* transport(Parts parts, int* error);

 private:
  TransportFactory factory_;
  Witness witness_;
  std::unique_ptr<Transport> transport_;
  // For parts that are smaller, each opened when it is first needed.
  std::array<std::unique_ptr<Transport>, static_cast<size_t>(Parts::kLarge)> smaller_;
  KnownTable known_table_;
  MessageWriter writer_;
  Silence silence_;
  ListCounts list_counts_;
  uint16_t family_ = 0;
};

// What follows a message's header.
inline std::span<const std::byte> body_of(const nlmsghdr* header) {
  return {reinterpret_cast<const std::byte*>(header) + NLMSG_HDRLEN, header->nlmsg_len - NLMSG_HDRLEN};
}

// The error in an NLMSG_ERROR or NLMSG_DONE: 0, an errno, or a Failure where it makes no sense.
int read_result(const nlmsghdr* header);

}  // namespace lvs
