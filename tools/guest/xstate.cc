// Preloaded into User Mode Linux before 6.13 where the processor has more registers than such a kernel has
// room for. It keeps 2,696 bytes of a process's extended state, and the host refuses to set less than all of
// it, which is 11 KiB on a processor with AMX. So what the kernel sets is completed: registers that it does
// not know get their initial state.
#include <dlfcn.h>
#include <elf.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>

#include <cstdint>

namespace {

using Ptrace = long (*)(int, pid_t, void*, void*);

// Of the XSAVE area: the bits of what it holds, and those of AMX among them.
constexpr size_t kFeaturesOffset = 512;
constexpr uint64_t kAmx = uint64_t{3} << 17;

alignas(64) char whole[64 * 1024];

Ptrace real_ptrace() {
  static const auto real = reinterpret_cast<Ptrace>(dlsym(RTLD_NEXT, "ptrace"));
  return real;
}

// How large the state is here; 0 where the host does not say.
size_t whole_length(pid_t pid, void* set) {
  static size_t length = 0;
  if (length == 0) {
    iovec all{whole, sizeof whole};
    if (real_ptrace()(PTRACE_GETREGSET, pid, set, &all) == 0) length = all.iov_len;
  }
  return length;
}

long set_completed(pid_t pid, void* set, const iovec& given, size_t length) {
  memset(whole, 0, length);
  memcpy(whole, given.iov_base, given.iov_len);
  uint64_t features;
  memcpy(&features, whole + kFeaturesOffset, sizeof features);
  features &= ~kAmx;
  memcpy(whole + kFeaturesOffset, &features, sizeof features);
  iovec all{whole, length};
  return real_ptrace()(PTRACE_SETREGSET, pid, set, &all);
}

}  // namespace

extern "C" long ptrace(enum __ptrace_request request, ...) noexcept {
  va_list arguments;
  va_start(arguments, request);
  const pid_t pid = va_arg(arguments, pid_t);
  void* const address = va_arg(arguments, void*);
  void* const data = va_arg(arguments, void*);
  va_end(arguments);
  if (request == PTRACE_SETREGSET && reinterpret_cast<uintptr_t>(address) == NT_X86_XSTATE) {
    const iovec& given = *static_cast<const iovec*>(data);
    const size_t length = whole_length(pid, address);
    if (length > given.iov_len && given.iov_len > kFeaturesOffset)
      return set_completed(pid, address, given, length);
  }
  return real_ptrace()(request, pid, address, data);
}
