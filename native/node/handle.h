// The JavaScript class behind both handles: one conversation with the kernel.
#pragma once

#include <napi.h>

#include <memory>

#include "../ipvs/conversation.h"

namespace lvs {

class Handle : public Napi::ObjectWrap<Handle> {
 public:
  static Napi::Function define(Napi::Env env);
  explicit Handle(const Napi::CallbackInfo& info);

 private:
  // open(netns?: string | number, channel?: number): 0, or [step, errno]; openSync too.
  Napi::Value open(const Napi::CallbackInfo& info);
  Napi::Value open_sync(const Napi::CallbackInfo& info);
  // exchange(requests, count, milliseconds): JavaScript sends one at a time, queues what it is asked for
  // meanwhile, and leaves the requests as they are. Undefined where there is nothing to say of any.
  Napi::Value exchange(const Napi::CallbackInfo& info);
  // Each object's own function, which has the object at hand: to look it up would take as long as all the
  // rest of Node-API.
  static Napi::Value exchange_sync(const Napi::CallbackInfo& info);
  // silence(): milliseconds since the exchange under way began, or since its last answer.
  Napi::Value silence(const Napi::CallbackInfo& info);
  // lists(): how many were found complete in which way; for tests, and between exchanges.
  Napi::Value lists(const Napi::CallbackInfo& info);
  Napi::Value connections(const Napi::CallbackInfo& info);
  // readSysctls(): texts by name, or an errno; writeSysctl(name, text): 0 or an errno.
  Napi::Value read_all_sysctls(const Napi::CallbackInfo& info);
  Napi::Value read_all_sysctls_sync(const Napi::CallbackInfo& info);
  Napi::Value write_one_sysctl(const Napi::CallbackInfo& info);
  Napi::Value write_one_sysctl_sync(const Napi::CallbackInfo& info);
  // host(): a Host of the handle's namespace; undefined once closed.
  Napi::Value host(const Napi::CallbackInfo& info);
  // The socket is closed when the work that may still use it has ended.
  void close(const Napi::CallbackInfo& info);

  // Nothing before it is opened. Shared with the work on pool threads, which may outlive this object.
  std::shared_ptr<Conversation> conversation_;
};

}  // namespace lvs
