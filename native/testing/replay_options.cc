#include "replay_options.h"

#include <errno.h>
#include <linux/ip_vs.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include <algorithm>

namespace lvs::testing {

// None where nothing is replayed.
static std::deque<Script::Received>* answers_left = nullptr;

static int answer(void* value, socklen_t length) {
  if (answers_left->empty()) return errno = ENOPROTOOPT, -1;
  const Script::Received received = std::move(answers_left->front());
  answers_left->pop_front();
  if (received.error != 0) return errno = -received.error, -1;
  memcpy(value, received.datagram.data(), std::min<size_t>(received.datagram.size(), length));
  return 0;
}

ReplayOptions::ReplayOptions(const std::vector<Script::Received>& answers) {
  answers_left = new std::deque(answers.begin(), answers.end());
}

ReplayOptions::~ReplayOptions() {
  delete answers_left;
  answers_left = nullptr;
}

}  // namespace lvs::testing

extern "C" int __real_getsockopt(int fd, int level, int name, void* value, socklen_t* length);

extern "C" int __wrap_getsockopt(int fd, int level, int name, void* value, socklen_t* length) {
  const bool ipvs = level == IPPROTO_IP && name >= IP_VS_BASE_CTL && name <= IP_VS_SO_GET_MAX;
  if (ipvs && lvs::testing::answers_left != nullptr) return lvs::testing::answer(value, *length);
  return __real_getsockopt(fd, level, name, value, length);
}
