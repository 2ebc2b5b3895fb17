// How long the kernel has said nothing: what deadlines go by.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

namespace lvs {

// A list or a batch that progresses may take as long as it takes; what is given up is a kernel that does not
// answer.
class Silence {
 public:
  // An exchange begins. So many milliseconds may pass without an answer, 0 stands for any; below 0 they have
  // passed already.
  void begin(int64_t milliseconds) {
    longest_ = milliseconds == 0 ? Clock::duration::max() : Duration(milliseconds);
    too_long_ = milliseconds < 0;
    since_ = now();
  }

  // An answer came. One that came too late does not make up for it: what waits behind it is late as well.
  void heard() {
    const Clock::duration moment = now();
    too_long_ = too_long_ || moment - since_.load() > longest_;
    since_ = moment;
  }

  // Whether it lasts too long, or once did in this exchange.
  bool too_long() const { return too_long_ || now() - since_.load() > longest_; }

  // Since the exchange began, or its last answer came. Any thread may ask, at any time.
  std::chrono::duration<double, std::milli> lasts() const { return now() - since_.load(); }

 private:
  using Clock = std::chrono::steady_clock;
  using Duration = std::chrono::milliseconds;

  static Clock::duration now() { return Clock::now().time_since_epoch(); }

  std::atomic<Clock::duration> since_ = now();
  Clock::duration longest_ = Clock::duration::max();
  bool too_long_ = false;
};

}  // namespace lvs
