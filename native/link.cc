#include "link.h"

#include <errno.h>
#include <string.h>

#include "ipvs_uapi.h"

namespace lvs {

namespace {

// The kernel makes the parts of a dump as large as the largest buffer ever received with, up to 32 KiB, and a
// smaller buffer later would lose what does not fit.
constexpr size_t kReceiveBytes = 32 * 1024;

// No errno of the kernel's is greater.
constexpr int kGreatestErrno = 4095;

}  // namespace

int Link::connect() {
  int error = 0;
  std::unique_ptr<Transport> opened = factory_(kReceiveBytes, &error);
  if (!opened) return error;
  transport_ = std::move(opened);
  return transport_->resolve_family(uapi::kFamilyName, &family_);
}

bool Link::family_moved() {
  const uint16_t before = family_;
  return !family_exists() || family_ != before;
}

bool Link::family_exists() { return transport_->resolve_family(uapi::kFamilyName, &family_) == 0; }

int read_result(const nlmsghdr* header) {
  int error = 0;
  if (body_of(header).size() < sizeof error) return kFailureProtocol;
  memcpy(&error, body_of(header).data(), sizeof error);
  return error <= 0 && error >= -kGreatestErrno ? -error : int{kFailureProtocol};
}

}  // namespace lvs
