// Promises of work on a thread of Node's pool.
#pragma once

#include <napi.h>

#include <exception>
#include <functional>
#include <new>
#include <string>
#include <vector>

namespace understudy {

/// Ends work after a cancellation.
struct Cancelled : std::exception {
  const char* what() const noexcept override { return "cancelled"; }
};

/// Runs `compute` on another thread, then `finish` on JavaScript's, which returns the promise's value. Rejects with the
/// message of any std::exception from `compute`. `keep` keeps JavaScript objects alive meanwhile.
class Background : public Napi::AsyncWorker {
 public:
  using Finish = std::function<Napi::Value(Napi::Env)>;

  static Napi::Promise run(Napi::Env env, std::function<void()> compute, Finish finish,
                           const std::vector<Napi::Object>& keep = {}) {
    auto* work = new Background(env, std::move(compute), std::move(finish));
    for (const Napi::Object& object : keep) work->kept_.push_back(Napi::Persistent(object));
    const Napi::Promise promise = work->deferred_.Promise();
    work->Queue();
    return promise;
  }

  void Execute() override {
    try {
      compute_();
    } catch (const std::bad_alloc&) {
      SetError("There is not enough memory for this network and minibatch: choose smaller ones.");
    }
  }
  void OnOK() override {
    try {
      deferred_.Resolve(finish_(Env()));
    } catch (const Napi::Error& error) {
      deferred_.Reject(error.Value());
    }
  }
  void OnError(const Napi::Error& error) override { deferred_.Reject(error.Value()); }

 private:
  Background(Napi::Env env, std::function<void()> compute, Finish finish)
      : Napi::AsyncWorker(env), deferred_(env), compute_(std::move(compute)), finish_(std::move(finish)) {}

  Napi::Promise::Deferred deferred_;
  std::function<void()> compute_;
  Finish finish_;
  std::vector<Napi::ObjectReference> kept_;
};

}  // namespace understudy
