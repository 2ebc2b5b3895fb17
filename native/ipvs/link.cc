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

// With these and its own bookkeeping the kernel needs 4, 8 and 16 KiB, the next sizes would be twice as
// large. Where pages are larger than 4 KiB its parts are of 8 KiB at least.
size_t receive_bytes_of(Parts parts) {
  const bool small_pages = sysconf(_SC_PAGESIZE) == 4096;
  switch (parts) {
    case Parts::kLeast:
      return small_pages ? 3776 : 8192;
    case Parts::kSmall:
      return small_pages ? 7680 : 8192;
    case Parts::kMiddle:
      return 15872;
    default:
      return kReceiveBytes;
  }
}

// No errno of the kernel's is greater.
constexpr int kGreatestErrno = 4095;

}  // namespace

int Link::connect() {
  int error = 0;
  std::unique_ptr<Transport> opened = factory_(kReceiveBytes, &error);
  if (!opened) return error;
  for (auto& each : smaller_) each.reset();
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

Transport* Link::transport(Parts parts, int* error) {
  if (parts == Parts::kLarge) return transport_.get();
  std::unique_ptr<Transport>& smaller = smaller_[static_cast<size_t>(parts)];
  if (!smaller) smaller = open_transport(receive_bytes_of(parts), error);
  return smaller.get();
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
