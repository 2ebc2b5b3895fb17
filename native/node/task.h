// Work on a pool thread whose result settles a promise.
#pragma once

#include <napi.h>

#include <functional>
#include <new>
#include <utility>

namespace lvs {

class Task : public Napi::AsyncWorker {
 public:
  using Work = std::function<void()>;
  using Finish = std::function<Napi::Value(Napi::Env)>;

  // `work` runs on the pool, `finish` on the JavaScript thread; both own what they capture until then, so
  // that the work may outlive the object that asked for it.
  static Napi::Promise run(Napi::Env env, Work work, Finish finish) {
    auto* task = new Task(env, std::move(work), std::move(finish));
    const Napi::Promise promise = task->deferred_.Promise();
    task->Queue();
    return promise;
  }

 private:
  Task(Napi::Env env, Work work, Finish finish)
      : AsyncWorker(env, "lvs_netlink"),
        deferred_(Napi::Promise::Deferred::New(env)),
        work_(std::move(work)),
        finish_(std::move(finish)) {}

  void Execute() override {
    try {
      work_();
    } catch (const std::bad_alloc&) {
      SetError("memory ran out");
    }
  }
  void OnError(const Napi::Error& error) override {
    error.Set("code", "ENOMEM");
    deferred_.Reject(error.Value());
  }
  void OnOK() override {
    const Napi::Value result = finish_(Env());
    // Nobody waits for it in a worker that was terminated meanwhile.
    if (!result.IsEmpty()) deferred_.Resolve(result);
  }

  Napi::Promise::Deferred deferred_;
  Work work_;
  Finish finish_;
};

}  // namespace lvs
