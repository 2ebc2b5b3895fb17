// Requests carried out by the socket options alone, where they are the only way in.
#pragma once

#include "records.h"
#include "reply.h"
#include "socket_options.h"

namespace lvs {

// Sets the status of the request with this index. Not for kGetStats, which no socket option answers.
void carry_out(SocketOptions& options, const RequestRecord& request, size_t index, Reply& reply);

}  // namespace lvs
