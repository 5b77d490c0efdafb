// Tells that something happened to files or in folders (inotify), not what: whoever asks looks.
#pragma once

#include <string>

namespace ballcone {

// Where the kernel refuses (its limits are small), nothing is told, and wait() only waits.
class Watch {
 public:
  Watch();
  ~Watch();
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  // Names that come and go. Again and again is fine: the folder may be another one by now.
  void add_folder(const std::string& path);
  // Writes; whatever its name is. Returns what remove() takes.
  int add_file(int file);
  void remove(int watched);

  // True as soon as something happened since the last call.
  bool wait(int wait_ms);

 private:
  int inotify_;
};

}  // namespace ballcone
