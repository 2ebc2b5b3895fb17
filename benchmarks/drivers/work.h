// The work of a trial, as benchmarks/trials/work.mjs writes it.
#pragma once

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <chrono>
#include <cstdint>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>
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

// Does what the program's last three words ask for: the work of that file, so many rounds, with a rest of so many
// milliseconds before each. Prints how long each took.
template <typename Driver>
int run_rounds(Driver& driver, char** words) {
  const Work work = read_work(words[0]);
  const int rounds = atoi(words[1]), rest = atoi(words[2]);
  for (int round = 0; round < rounds; round++) {
    driver.flush();
    driver.perform(work.before, false);
    std::this_thread::sleep_for(std::chrono::milliseconds(rest));
    const int64_t start = now();
    driver.perform(work.steps, work.alone);
    printf("%s%lld", round == 0 ? "[" : ",", static_cast<long long>(now() - start));
  }
  printf("]\n");
  return 0;
}

}  // namespace bench
