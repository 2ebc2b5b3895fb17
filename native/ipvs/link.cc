#include "link.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "uapi.h"

namespace lvs {

namespace {

// The kernel makes the parts of a dump as large as the largest buffer ever received with, up to 32 KiB, and a
// smaller buffer later would lose what does not fit.
constexpr size_t kReceiveBytes = 32 * 1024;

// With these and its own bookkeeping the kernel needs 8 KiB, the next size would be twice as large. Where
// pages are larger than 4 KiB its parts are of 8 KiB at least.
size_t brief_receive_bytes() { return sysconf(_SC_PAGESIZE) == 4096 ? 7680 : 8192; }

// No errno of the kernel's is greater.
constexpr int kGreatestErrno = 4095;

}  // namespace

int Link::connect() {
  int error = 0;
  std::unique_ptr<Transport> opened = factory_(kReceiveBytes, &error);
  if (!opened) return error;
  brief_.reset();
  transport_ = std::move(opened);
  return transport_->resolve_family(uapi::kFamilyName, &family_);
}

std::unique_ptr<Transport> Link::open_transport(size_t receive_bytes, int* error) const {
  std::unique_ptr<Transport> opened = factory_(receive_bytes, error);
  // What the first receive is made with decides how large the parts of the first dump are.
  uint16_t family = 0;
  if (opened) *error = opened->resolve_family(uapi::kFamilyName, &family);
  if (*error < 0) opened.reset();
  return opened;
}

Transport* Link::brief_transport(int* error) {
  if (!brief_) brief_ = open_transport(brief_receive_bytes(), error);
  return brief_.get();
}

void Link::expect_brief(bool brief) {
  expects_brief_ = brief;
  // The dump that showed it may go on in the socket.
  if (!brief) brief_.reset();
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
