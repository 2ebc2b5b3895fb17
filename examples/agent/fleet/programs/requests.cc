/*
 * requests ADDRESS PORT RATE TIMEOUT: clients, so many requests a second, nine of ten over connections that
 * are kept, and a count of what became of them: a line of JSON for each line that comes in. No request is
 * tried again, and none may take more than TIMEOUT milliseconds. Not in JavaScript: in a guest each call of
 * the kernel is dear, and Node makes three times as many.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <deque>
#include <map>
#include <string>

namespace {

/** Milliseconds between bundles of requests. */
constexpr int TICK = 50;
/** So many requests go over one kept connection before a new one is made. */
constexpr int REUSES = 100;

/** One connection, with one request at a time. */
struct Connection {
  /** How many requests may follow. */
  int left = 0;
  bool is_connected = false;
  bool is_under_way = false;
  double begun = 0;
  std::string received;
};

sockaddr_in server{};
std::string address;
int poller;
double timeout_ms;
/** When the events of this round were seen. */
double now;

std::map<int, Connection> connections;
/** Connections that wait for a request. */
std::deque<int> idle;

long sent = 0;
long answered = 0;
double slowest = 0;
std::map<std::string, long> failures;
std::map<std::string, long> servers;

double clock_ms() {
  timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1e3 + time.tv_nsec / 1e6;
}

void drop(int fd) {
  close(fd);
  connections.erase(fd);
  std::erase(idle, fd);
}

/** Where no request is under way nothing has failed. */
void fail(int fd, const std::string& why) {
  if (connections[fd].is_under_way) failures[why]++;
  drop(fd);
}

void send_request(int fd) {
  const char* close = connections[fd].left > 0 ? "" : "connection: close\r\n";
  const std::string text = "GET / HTTP/1.1\r\nhost: " + address + "\r\n" + close + "\r\n";
  if (send(fd, text.data(), text.size(), MSG_NOSIGNAL) < 0) fail(fd, strerror(errno));
}

int open_connection(int requests) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  connections[fd].left = requests;
  // Once, when something changes: the end of the connecting, and each arrival.
  epoll_event event{.events = EPOLLIN | EPOLLOUT | EPOLLET, .data = {.fd = fd}};
  epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event);
  connect(fd, reinterpret_cast<sockaddr*>(&server), sizeof server);
  return fd;
}

void begin_request(int fd) {
  Connection& connection = connections[fd];
  sent++;
  connection.left--;
  connection.begun = now;
  connection.is_under_way = true;
  connection.received.clear();
  if (connection.is_connected) send_request(fd);
}

void take(int fd) {
  Connection& connection = connections[fd];
  const std::string& text = connection.received;
  const size_t end = text.find("\r\n\r\n");
  if (end == std::string::npos) return;
  const std::string head = text.substr(0, end);
  const std::string body = text.substr(end + 4);
  const char* length = strcasestr(head.c_str(), "\r\ncontent-length: ");
  if (length == nullptr) return fail(fd, "an answer without its length");
  if (body.size() < strtoul(length + 18, nullptr, 10)) return;
  if (head.compare(9, 3, "200") != 0) return fail(fd, "status " + head.substr(9, 3));
  connection.is_under_way = false;
  answered++;
  servers[body]++;
  if (now - connection.begun > slowest) slowest = now - connection.begun;
  if (connection.left > 0 && strcasestr(head.c_str(), "\r\nconnection: close") == nullptr) {
    idle.push_back(fd);
  } else {
    drop(fd);
  }
}

void receive(int fd) {
  char bytes[4096];
  const ssize_t count = recv(fd, bytes, sizeof bytes, 0);
  if (count > 0) {
    connections[fd].received.append(bytes, count);
    take(fd);
  } else if (count == 0) {
    fail(fd, "closed before the answer");
  } else if (errno != EAGAIN) {
    fail(fd, strerror(errno));
  }
}

void print_map(const char* name, const std::map<std::string, long>& counts) {
  printf(",\"%s\":{", name);
  const char* comma = "";
  for (const auto& [key, count] : counts) {
    printf("%s\"%s\":%ld", comma, key.c_str(), count);
    comma = ",";
  }
  printf("}");
}

void report() {
  printf("{\"sent\":%ld,\"answered\":%ld,\"slowest\":%.1f", sent, answered, slowest);
  print_map("failures", failures);
  print_map("servers", servers);
  puts("}");
  fflush(stdout);
  slowest = 0;
}

void end_late_ones() {
  for (auto at = connections.begin(); at != connections.end();) {
    const auto [fd, connection] = *at++;
    if (connection.is_under_way && now - connection.begun > timeout_ms) fail(fd, "no answer in time");
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) return 2;
  address = argv[1];
  server.sin_family = AF_INET;
  server.sin_port = htons(atoi(argv[2]));
  inet_pton(AF_INET, argv[1], &server.sin_addr);
  const double rate = atof(argv[3]);
  timeout_ms = atof(argv[4]);

  poller = epoll_create1(EPOLL_CLOEXEC);
  const int timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
  const timespec tick{.tv_sec = 0, .tv_nsec = TICK * 1'000'000};
  const itimerspec ticks{.it_interval = tick, .it_value = tick};
  timerfd_settime(timer, 0, &ticks, nullptr);
  for (const int fd : {STDIN_FILENO, timer}) {
    epoll_event event{.events = EPOLLIN, .data = {.fd = fd}};
    epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event);
  }

  double due = 0;
  for (;;) {
    epoll_event events[64];
    const int count = epoll_wait(poller, events, 64, -1);
    now = clock_ms();
    for (int n = 0; n < count; n++) {
      const int fd = events[n].data.fd;
      if (fd == STDIN_FILENO) {
        char line[64];
        if (read(fd, line, sizeof line) <= 0) return 0;
        report();
      } else if (fd == timer) {
        uint64_t passed = 0;
        if (read(fd, &passed, sizeof passed) < 0) continue;
        // What a bundle that comes late has not sent is not made up for beyond one more.
        due += rate * TICK / 1000 * (passed > 2 ? 2 : passed);
        for (; due >= 1; due--) {
          if (sent % 10 != 0 && !idle.empty()) {
            const int next = idle.front();
            idle.pop_front();
            begin_request(next);
          } else {
            begin_request(open_connection(sent % 10 == 0 ? 1 : REUSES));
          }
        }
        end_late_ones();
      } else if (const auto found = connections.find(fd); found != connections.end()) {
        if (!found->second.is_connected && (events[n].events & EPOLLOUT) && !(events[n].events & EPOLLERR)) {
          found->second.is_connected = true;
          send_request(fd);
        } else {
          receive(fd);
        }
      }
    }
  }
}
