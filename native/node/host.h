// The JavaScript class through which the doctor looks at a network namespace.
#pragma once

#include <napi.h>

#include <memory>

#include "../netlink/netns.h"

namespace lvs {

class Host : public Napi::ObjectWrap<Host> {
 public:
  static Napi::Function define(Napi::Env env);
  // Of the process's own namespace, or of the one in an External.
  explicit Host(const Napi::CallbackInfo& info);

 private:
  // enter(netns: string | number): 0 or an errno.
  Napi::Value enter(const Napi::CallbackInfo& info);
  // readFiles(paths): an array with a text or an errno for each, or an errno.
  Napi::Value read_files(const Napi::CallbackInfo& info);
  // askNetlink(protocol, messages): the answers in an ArrayBuffer, or an errno.
  Napi::Value ask_netlink(const Napi::CallbackInfo& info);
  // socketOption(family, level, name, value): the value in an ArrayBuffer, or an errno.
  Napi::Value socket_option(const Napi::CallbackInfo& info);

  // Shared with the work on pool threads, which may outlive this object.
  std::shared_ptr<const NetNamespace> netns_;
};

}  // namespace lvs
