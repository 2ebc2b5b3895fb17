#include "handle.h"

#include <errno.h>
#include <string.h>

#include <memory>
#include <new>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "../ipvs/sysctls.h"
#include "addon.h"
#include "task.h"

namespace lvs {

namespace {

// Where opening failed.
enum Step : int { kStepNetns = 1, kStepIpvs = 2 };

struct Opening {
  std::string path;  // of a namespace; empty: the process's own, or `netns` is open already
  NetNamespace netns;
  Channel channel = Channel::kAuto;
  std::shared_ptr<Conversation> conversation;
  int step = 0;
  int error = 0;
};

Opening prepare(const Napi::CallbackInfo& info) {
  Opening opening;
  if (info[1].IsNumber()) {
    opening.channel = static_cast<Channel>(info[1].As<Napi::Number>().Int32Value());
  }
  if (info[0].IsString()) opening.path = info[0].As<Napi::String>().Utf8Value();
  if (info[0].IsNumber()) {
    opening.step = kStepNetns;
    // Now, since the caller may close its descriptor as soon as this returns.
    opening.error = opening.netns.duplicate(info[0].As<Napi::Number>().Int32Value());
  }
  return opening;
}

void carry_out(Opening& opening) {
  if (opening.error != 0) return;
  opening.step = kStepNetns;
  if (!opening.path.empty()) opening.error = opening.netns.open(opening.path);
  if (opening.error == 0) opening.error = opening.netns.run([] { return 0; });
  if (opening.error != 0) return;
  opening.step = kStepIpvs;
  try {
    opening.conversation = std::make_shared<Conversation>(std::move(opening.netns), opening.channel);
    opening.error = opening.conversation->open();
  } catch (const std::bad_alloc&) {
    opening.error = -ENOMEM;
  }
}

Napi::Value result(Napi::Env env, const Opening& opening) {
  if (opening.error == 0) return Napi::Number::New(env, 0);
  auto failure = Napi::Array::New(env, 2);
  failure.Set(uint32_t{0}, opening.step);
  failure.Set(uint32_t{1}, -opening.error);
  return failure;
}

// The first info[1] records of info[0]; an ArrayBuffer, since views take longer to look into.
std::span<const RequestRecord> take_requests(const Napi::CallbackInfo& info) {
  const auto* records = static_cast<const RequestRecord*>(info[0].As<Napi::ArrayBuffer>().Data());
  return {records, info[1].As<Napi::Number>().Uint32Value()};
}

// The longest time without an answer.
int64_t take_milliseconds(const Napi::CallbackInfo& info) { return info[2].As<Napi::Number>().Int64Value(); }

// For one so large that there may be no memory for it, the language's constructor: V8 ends the process where
// it is asked from here. False where there is none.
constexpr size_t kLargeReplyBytes = 16 * 1024 * 1024;

bool pack_large(Napi::Env env, const Reply& reply, Napi::Value* packed) {
  *packed = env.Global()
                .Get("ArrayBuffer")
                .As<Napi::Function>()
                .New({Napi::Number::New(env, static_cast<double>(reply.bytes().size()))});
  if (env.IsExceptionPending()) {
    env.GetAndClearPendingException();
    return false;
  }
  if (!packed->IsEmpty()) {
    memcpy(packed->As<Napi::ArrayBuffer>().Data(), reply.bytes().data(), reply.bytes().size());
  }
  return true;
}

// Makes memory that the reply would not keep the answer itself: to copy it would hold the event loop. Empty,
// and nothing handed over, where this program allows no such memory, as Electron does not.
Napi::Value hand_over(Napi::Env env, Reply& reply) {
  auto bytes = std::make_unique<std::vector<std::byte>>(reply.take());
  const napi_finalize release = [](napi_env, void*, void* hint) {
    delete static_cast<std::vector<std::byte>*>(hint);
  };
  napi_value answer = nullptr;
  if (napi_create_external_arraybuffer(env, bytes->data(), bytes->size(), release, bytes.get(), &answer) ==
      napi_ok) {
    bytes.release();
    return {env, answer};
  }
  reply.put_back(std::move(*bytes));
  return {};
}

Napi::Value pack(Napi::Env env, Reply& reply, size_t requests) {
  if (reply.blank()) return env.Undefined();
  if (reply.bytes().size() > Reply::kKeptBytes) {
    if (const Napi::Value answer = hand_over(env, reply); !answer.IsEmpty()) return answer;
  }
  if (Napi::Value packed; reply.bytes().size() > kLargeReplyBytes) {
    if (pack_large(env, reply, &packed)) return packed;
    reply.cut_records(requests);
  }
  // Node zeroes the memory of an ArrayBuffer, and not of a Buffer; one made here has its memory to itself.
  auto buffer = Napi::Buffer<std::byte>::New(env, reply.bytes().size());
  // A worker that was terminated meanwhile can have no more values.
  if (buffer.IsEmpty()) return {};
  memcpy(buffer.Data(), reply.bytes().data(), reply.bytes().size());
  return buffer.ArrayBuffer();
}

// All settings of the conversation's namespace, or the errno.
struct SysctlsRead {
  std::vector<Sysctl> sysctls;
  int error = 0;

  explicit SysctlsRead(const Conversation& conversation) {
    error = read_sysctls(conversation.netns(), &sysctls);
    if (error == -ENOENT && conversation.load_module()) {
      error = read_sysctls(conversation.netns(), &sysctls);
    }
  }
};

Napi::Value by_name(Napi::Env env, const SysctlsRead& read) {
  if (read.error != 0) return Napi::Number::New(env, -read.error);
  auto texts = Napi::Object::New(env);
  for (const auto& [name, text] : read.sysctls) texts.Set(name, text);
  return texts;
}

Sysctl take_sysctl(const Napi::CallbackInfo& info) {
  return {info[0].As<Napi::String>().Utf8Value(), info[1].As<Napi::String>().Utf8Value()};
}

}  // namespace

Napi::Function Handle::define(Napi::Env env) {
  return DefineClass(
      env, "Handle",
      {InstanceMethod<&Handle::open>("open"), InstanceMethod<&Handle::open_sync>("openSync"),
       InstanceMethod<&Handle::exchange>("exchange"), InstanceMethod<&Handle::silence>("silence"),
       InstanceMethod<&Handle::lists>("lists"), InstanceMethod<&Handle::connections>("connections"),
       InstanceMethod<&Handle::read_all_sysctls>("readSysctls"),
       InstanceMethod<&Handle::read_all_sysctls_sync>("readSysctlsSync"),
       InstanceMethod<&Handle::write_one_sysctl>("writeSysctl"),
       InstanceMethod<&Handle::write_one_sysctl_sync>("writeSysctlSync"),
       InstanceMethod<&Handle::host>("host"), InstanceMethod<&Handle::close>("close")});
}

Handle::Handle(const Napi::CallbackInfo& info) : ObjectWrap(info) {
  Value().Set("exchangeSync", Napi::Function::New<exchange_sync>(info.Env(), "exchangeSync", this));
}

Napi::Value Handle::open(const Napi::CallbackInfo& info) {
  auto opening = std::make_shared<Opening>(prepare(info));
  // The reference keeps this object until the promise is settled.
  auto self = std::make_shared<Napi::ObjectReference>(Napi::Persistent(info.This().As<Napi::Object>()));
  return Task::run(
      info.Env(), [opening] { carry_out(*opening); },
      [this, self, opening](Napi::Env env) {
        conversation_ = opening->conversation;
        return result(env, *opening);
      });
}

Napi::Value Handle::open_sync(const Napi::CallbackInfo& info) {
  Opening opening = prepare(info);
  carry_out(opening);
  conversation_ = opening.conversation;
  return result(info.Env(), opening);
}

Napi::Value Handle::exchange(const Napi::CallbackInfo& info) {
  conversation_->silence().begin(take_milliseconds(info));
  // The reference keeps the records until they have been carried out.
  auto records = std::make_shared<Napi::ObjectReference>(Napi::Persistent(info[0].As<Napi::Object>()));
  auto reply = std::make_shared<Reply*>();
  const auto requests = take_requests(info);
  return Task::run(
      info.Env(),
      [requests, reply, conversation = conversation_] { *reply = &conversation->exchange(requests); },
      [records, requests, reply, conversation = conversation_](Napi::Env env) {
        return pack(env, **reply, requests.size());
      });
}

Napi::Value Handle::exchange_sync(const Napi::CallbackInfo& info) {
  Conversation& conversation = *static_cast<Handle*>(info.Data())->conversation_;
  conversation.silence().begin(take_milliseconds(info));
  const auto requests = take_requests(info);
  try {
    return pack(info.Env(), conversation.exchange(requests), requests.size());
  } catch (const std::bad_alloc&) {
    Napi::Error::New(info.Env(), "memory ran out").ThrowAsJavaScriptException();
    return {};
  }
}

Napi::Value Handle::silence(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), conversation_->silence().lasts().count());
}

Napi::Value Handle::lists(const Napi::CallbackInfo& info) {
  const ListCounts& counts = conversation_->list_counts();
  auto lists = Napi::Object::New(info.Env());
  lists.Set("atOnce", counts.at_once);
  lists.Set("onePart", counts.one_part);
  lists.Set("witnessed", counts.witnessed);
  lists.Set("agreed", counts.agreed);
  lists.Set("unsettled", counts.unsettled);
  return lists;
}

Napi::Value Handle::connections(const Napi::CallbackInfo& info) {
  return info.Env().GetInstanceData<AddonData>()->connection_reader.New(
      {Napi::External<std::shared_ptr<Conversation>>::New(info.Env(), &conversation_), info[0]});
}

Napi::Value Handle::read_all_sysctls(const Napi::CallbackInfo& info) {
  auto read = std::make_shared<std::optional<SysctlsRead>>();
  return Task::run(
      info.Env(), [read, conversation = conversation_] { read->emplace(*conversation); },
      [read](Napi::Env env) { return by_name(env, **read); });
}

Napi::Value Handle::read_all_sysctls_sync(const Napi::CallbackInfo& info) {
  return by_name(info.Env(), SysctlsRead(*conversation_));
}

Napi::Value Handle::write_one_sysctl(const Napi::CallbackInfo& info) {
  auto error = std::make_shared<int>();
  return Task::run(
      info.Env(),
      [error, conversation = conversation_, sysctl = take_sysctl(info)] {
        *error = write_sysctl(conversation->netns(), sysctl);
      },
      [error](Napi::Env env) { return Napi::Number::New(env, -*error); });
}

Napi::Value Handle::write_one_sysctl_sync(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), -write_sysctl(conversation_->netns(), take_sysctl(info)));
}

Napi::Value Handle::host(const Napi::CallbackInfo& info) {
  if (!conversation_) return info.Env().Undefined();
  std::shared_ptr<const NetNamespace> netns(conversation_, &conversation_->netns());
  return info.Env().GetInstanceData<AddonData>()->host.New(
      {Napi::External<std::shared_ptr<const NetNamespace>>::New(info.Env(), &netns)});
}

void Handle::close(const Napi::CallbackInfo&) { conversation_.reset(); }

}  // namespace lvs
