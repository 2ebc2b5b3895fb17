// The work of a trial, as benchmarks/trials/work.mjs writes it.
#pragma once

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <cstdint>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace bench {

struct Step {
  std::string op;
  uint32_t address = 0;  // network order, as the ports
  uint16_t port = 0;
  uint32_t real_address = 0;
  uint16_t real_port = 0;
  uint32_t weight = 0;
};

struct Work {
  std::vector<Step> before, steps;
  bool alone = false;
};

inline Work read_work(const char* file) {
  Work work;
  std::ifstream in(file);
  std::vector<Step>* part = &work.before;
  for (std::string line; std::getline(in, line);) {
    if (line == "work" || line == "alone") {
      work.alone = line == "alone";
      part = &work.steps;
      continue;
    }
    Step step;
    std::string address, real_address;
    unsigned port = 0, real_port = 0;
    std::istringstream(line) >> step.op >> address >> port >> real_address >> real_port >> step.weight;
    inet_pton(AF_INET, address.c_str(), &step.address);
    inet_pton(AF_INET, real_address.c_str(), &step.real_address);
    step.port = htons(static_cast<uint16_t>(port));
    step.real_port = htons(static_cast<uint16_t>(real_port));
    part->push_back(step);
  }
  return work;
}

inline int64_t now() {
  timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * int64_t{1000000000} + time.tv_nsec;
}

[[noreturn]] inline void fail(const char* what, int error) {
  fprintf(stderr, "%s: error %d\n", what, error);
  exit(1);
}

// What the kernel still frees of the round before is not this one's, so it has a moment for that.
constexpr unsigned kRestMicroseconds = 50'000;

// Runs the work as often as asked and prints how long each time took.
template <typename Driver>
int run_rounds(Driver& driver, const char* file, int rounds) {
  const Work work = read_work(file);
  for (int round = 0; round < rounds; round++) {
    driver.flush();
    driver.perform(work.before, false);
    usleep(kRestMicroseconds);
    const int64_t start = now();
    driver.perform(work.steps, work.alone);
    printf("%s%lld", round == 0 ? "[" : ",", static_cast<long long>(now() - start));
  }
  printf("]\n");
  return 0;
}

}  // namespace bench
