#include "sysctls.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <memory>

namespace lvs {

namespace {

// The kernel shows the settings of the namespace of the thread that looks.
constexpr char kFolder[] = "/proc/sys/net/ipv4/vs";

std::string path_of(const std::string& name) { return std::string(kFolder) + "/" + name; }

int read_sysctl(Sysctl* sysctl) {
  const int fd = open(path_of(sysctl->name).c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return -errno;
  char text[4096];
  const ssize_t length = read(fd, text, sizeof text);
  const int result = length < 0 ? -errno : 0;
  close(fd);
  if (result != 0) return result;
  sysctl->text.assign(text, static_cast<size_t>(length));
  if (sysctl->text.ends_with('\n')) sysctl->text.pop_back();
  return 0;
}

struct CloseFolder {
  void operator()(DIR* folder) const { closedir(folder); }
};

int read_folder(std::vector<Sysctl>* sysctls) {
  const std::unique_ptr<DIR, CloseFolder> folder(opendir(kFolder));
  if (!folder) return -errno;
  int result = 0;
  while (const dirent* entry = result == 0 ? readdir(folder.get()) : nullptr) {
    if (entry->d_name[0] == '.') continue;
    Sysctl sysctl{entry->d_name, {}};
    result = read_sysctl(&sysctl);
    if (result == 0) sysctls->push_back(std::move(sysctl));
  }
  return result;
}

}  // namespace

int read_sysctls(const NetNamespace& netns, std::vector<Sysctl>* sysctls) {
  return netns.run([sysctls] { return read_folder(sysctls); });
}

int write_sysctl(const NetNamespace& netns, const Sysctl& sysctl) {
  return netns.run([&sysctl] {
    const int fd = open(path_of(sysctl.name).c_str(), O_WRONLY | O_CLOEXEC);
    if (fd < 0) return -errno;
    const int result = write(fd, sysctl.text.data(), sysctl.text.size()) < 0 ? -errno : 0;
    close(fd);
    return result;
  });
}

}  // namespace lvs
