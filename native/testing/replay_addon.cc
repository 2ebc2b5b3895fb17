// An addon for tests alone: the native core as it answers a script instead of a kernel.
#include <napi.h>
#include <string.h>

#include "../ipvs/conversation.h"
#include "../node/connection_reader.h"
#include "connection_text.h"
#include "replay_options.h"
#include "replay_transport.h"

namespace lvs::testing {

namespace {

std::span<const std::byte> bytes_of(const Napi::Value& value) {
  const auto array = value.As<Napi::Uint8Array>();
  return {reinterpret_cast<const std::byte*>(array.Data()), array.ByteLength()};
}

std::vector<RequestRecord> requests_of(const Napi::Value& value) {
  const auto bytes = bytes_of(value);
  std::vector<RequestRecord> requests(bytes.size() / sizeof(RequestRecord));
  if (!requests.empty()) memcpy(requests.data(), bytes.data(), requests.size() * sizeof(RequestRecord));
  return requests;
}

// replay(requests, script, milliseconds), below 0 where they have passed already: { opened: 0 or an errno,
// sent: a Buffer for each send, reply }.
Napi::Value replay(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const Script script = Script::parse(bytes_of(info[1]));
  const ReplayOptions options(script.options);
  ReplayKernel kernel(script);
  Conversation conversation(kernel.transports(), !script.options.empty());
  auto result = Napi::Object::New(env);
  const int opened = conversation.open();
  result.Set("opened", -opened);
  if (opened != 0) return result;

  conversation.silence().begin(info[2].As<Napi::Number>().Int64Value());
  const Reply& reply = conversation.exchange(requests_of(info[0]));
  auto sent = Napi::Array::New(env);
  for (const auto& buffer : kernel.sent()) {
    sent[sent.Length()] =
        Napi::Buffer<char>::Copy(env, reinterpret_cast<const char*>(buffer.data()), buffer.size());
  }
  auto packed = Napi::ArrayBuffer::New(env, reply.bytes().size());
  if (!reply.bytes().empty()) memcpy(packed.Data(), reply.bytes().data(), reply.bytes().size());
  result.Set("sent", sent);
  result.Set("reply", packed);
  return result;
}

// connections(text, filter): what Handle.connections makes, over this text.
Napi::Value connections(const Napi::CallbackInfo& info) {
  set_connection_text(info[0].As<Napi::String>().Utf8Value());
  auto conversation = std::make_shared<Conversation>(NetNamespace());
  return info.Env().GetInstanceData<Napi::FunctionReference>()->New(
      {Napi::External<std::shared_ptr<Conversation>>::New(info.Env(), &conversation), info[1]});
}

Napi::Object init(Napi::Env env, Napi::Object exports) {
  env.SetInstanceData(new Napi::FunctionReference(Napi::Persistent(ConnectionReader::define(env))));
  exports.Set("replay", Napi::Function::New(env, replay, "replay"));
  exports.Set("connections", Napi::Function::New(env, connections, "connections"));
  return exports;
}

}  // namespace

NODE_API_MODULE(NODE_GYP_MODULE_NAME, init)

}  // namespace lvs::testing
