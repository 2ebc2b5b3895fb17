// One conversation with the kernel's IPVS: packed requests in, packed answers out.
#pragma once

#include <span>

#include "../netlink/netns.h"
#include "features.h"
#include "link.h"
#include "records.h"
#include "reply.h"
#include "socket_options.h"

namespace lvs {

// By which of the kernel's two ways in.
enum class Channel {
  kAuto,           // netlink and the socket options, or these alone where netlink is shut
  kNetlink,        // nothing else
  kSocketOptions,  // nothing else
};

class Conversation {
 public:
  // With the kernel, in a namespace.
  explicit Conversation(NetNamespace netns, Channel channel = Channel::kAuto);
  // With a stand-in for it, which answers socket options, too, or does not.
  explicit Conversation(TransportFactory factory, bool socket_options = false);

  // The transports that it makes belong to its namespace.
  Conversation(const Conversation&) = delete;

  const NetNamespace& netns() const { return netns_; }

  // 0, or a negative errno; -ENOENT: no IPVS in the kernel.
  int open();

  // Has the kernel load IPVS where it was unloaded, which reading a file of its does not. False where it
  // cannot. Any thread may call it, at any time.
  bool load_module() const;

  // To be begun before each exchange, on the thread that asks for it.
  Silence& silence() { return link_.silence(); }

  // Of the lists that came by netlink. To be asked between exchanges.
  const ListCounts& list_counts() { return link_.list_counts(); }

  // Carries the requests out in order; one that is refused does not stop the others, but where the kernel was
  // silent for too long those that are left are refused. No status is left unset. The reply lasts until the
  // next exchange. Throws std::bad_alloc where there is no memory even for the statuses: then nothing was
  // carried out.
  Reply& exchange(std::span<const RequestRecord> requests);

 private:
  Conversation(NetNamespace netns, Channel channel, TransportFactory factory);

  template <typename Run>
  void within_memory(size_t index, const Run& run);
  void run_by_socket_options(std::span<const RequestRecord> requests);
  bool runs_alone(const RequestRecord& request) const;
  void run_alone(const RequestRecord& request, size_t index);
  template <typename Row>
  int list_destinations(const RequestRecord& request, size_t index);
  template <typename ServiceRow, typename DestinationRow>
  int list_table(size_t index);
  int get_stats(size_t index);
  void get_info(const RequestRecord& request, size_t index);

  NetNamespace netns_;
  Channel channel_;
  bool entered_ = false;  // netlink has answered: it is the way in, whatever is refused later
  SocketOptions socket_options_;
  Link link_;
  Features features_;
  Reply reply_;
};

}  // namespace lvs
