#include "source/watch.h"

#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

namespace ballcone {

Watch::Watch() : inotify_(inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {}

Watch::~Watch() {
  if (inotify_ >= 0) close(inotify_);
}

void Watch::add_folder(const std::string& path) {
  inotify_add_watch(inotify_, path.c_str(),
                    IN_CREATE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE | IN_ATTRIB | IN_ONLYDIR);
}

int Watch::add_file(int file) {
  const std::string path = "/proc/self/fd/" + std::to_string(file);
  return inotify_add_watch(inotify_, path.c_str(), IN_MODIFY | IN_ATTRIB | IN_MOVE_SELF);
}

void Watch::remove(int watched) {
  if (watched >= 0) inotify_rm_watch(inotify_, watched);
}

bool Watch::wait(int wait_ms) {
  pollfd waiting{inotify_, POLLIN, 0};  // a negative one is passed over: then it only waits
  if (poll(&waiting, 1, wait_ms) <= 0) return false;
  char events[16 << 10];
  while (read(inotify_, events, sizeof events) > 0) {
  }
  return true;
}

}  // namespace ballcone
