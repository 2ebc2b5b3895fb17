// The JavaScript class that hands out the connection table part by part.
#pragma once

#include <napi.h>

#include <memory>

#include "../connections/reader.h"

namespace lvs {

class ConnectionReader : public Napi::ObjectWrap<ConnectionReader> {
 public:
  static Napi::Function define(Napi::Env env);

  // new ConnectionReader(external, filter): made by Handle.connections only.
  explicit ConnectionReader(const Napi::CallbackInfo& info);

 private:
  // next(), count(fields): resolve when there is something to take; nextSync and countSync return then.
  Napi::Value next(const Napi::CallbackInfo& info);
  void next_sync(const Napi::CallbackInfo& info);
  Napi::Value count(const Napi::CallbackInfo& info);
  void count_sync(const Napi::CallbackInfo& info);
  // take(bytes): a ConnectionPartRecord, as many connections as fit, and their text.
  void take(const Napi::CallbackInfo& info);
  void close(const Napi::CallbackInfo& info);

  // The work on pool threads shares it, and may outlive this object.
  std::shared_ptr<PartReader> reader_;
};

}  // namespace lvs
