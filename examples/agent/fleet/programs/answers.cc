/*
 * answers PORT NAME: a real server's sockets. Each request is answered with the name. When something comes in
 * by its standard input it is leaving: /health says 503, each answer is its connection's last, and it ends
 * when nobody has come for a while. It dies with the program that started it. Not in JavaScript: in a guest
 * each call of the kernel is dear, and Node makes three times as many.
 */
#include <netinet/in.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>

namespace {

/** Milliseconds, and so many of them without a request, after which nobody comes any more. */
constexpr int LOOK = 100;
constexpr int QUIET = 15;

std::string name;
bool is_leaving = false;

/** Whether the connection goes on. */
bool answer(int fd, const std::string& request) {
  const bool is_check = request.starts_with("GET /health ");
  const bool is_last = is_leaving || strcasestr(request.c_str(), "\r\nconnection: close\r\n") != nullptr;
  const std::string body = is_check ? "" : name;
  const std::string text = std::string("HTTP/1.1 ") +
                           (is_check && is_leaving ? "503 Service Unavailable" : "200 OK") +
                           "\r\ncontent-length: " + std::to_string(body.size()) +
                           (is_last ? "\r\nconnection: close" : "") + "\r\n\r\n" + body;
  return send(fd, text.data(), text.size(), MSG_NOSIGNAL) > 0 && !is_last;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  name = argv[2];

  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int yes = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  sockaddr_in here{};
  here.sin_family = AF_INET;
  here.sin_port = htons(atoi(argv[1]));
  if (bind(listener, reinterpret_cast<sockaddr*>(&here), sizeof here) < 0 || listen(listener, 512) < 0) {
    perror("answers");
    return 1;
  }
  puts("listening");
  fflush(stdout);

  const int poller = epoll_create1(EPOLL_CLOEXEC);
  const auto watch = [poller](int fd) {
    epoll_event event{.events = EPOLLIN, .data = {.fd = fd}};
    epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event);
  };
  watch(STDIN_FILENO);
  watch(listener);

  /** What has come of each connection's next request. */
  std::map<int, std::string> connections;
  int quiet = 0;
  for (;;) {
    epoll_event events[64];
    const int count = epoll_wait(poller, events, 64, is_leaving ? LOOK : -1);
    quiet = count == 0 ? quiet + 1 : quiet;
    if (connections.empty() && quiet >= QUIET) return 0;
    for (int n = 0; n < count; n++) {
      const int fd = events[n].data.fd;
      if (fd == STDIN_FILENO) {
        is_leaving = true;
        epoll_ctl(poller, EPOLL_CTL_DEL, fd, nullptr);
      } else if (fd == listener) {
        const int connection = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (connection < 0) continue;
        connections[connection];
        watch(connection);
      } else {
        char bytes[4096];
        const ssize_t size = recv(fd, bytes, sizeof bytes, 0);
        std::string& request = connections[fd];
        bool goes_on = size > 0;
        if (goes_on) {
          request.append(bytes, size);
          // Clients wait for an answer before they ask again.
          if (request.ends_with("\r\n\r\n")) {
            if (!request.starts_with("GET /health ")) quiet = 0;
            goes_on = answer(fd, request);
            request.clear();
          }
        }
        if (goes_on) continue;
        close(fd);
        connections.erase(fd);
      }
    }
  }
}
