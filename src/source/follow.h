// A log file that is being written, through rename, copytruncate, delete and re-create.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "hit/input.h"
#include "source/lines.h"

namespace ballcone {

// One generation of a followed path: the file that had the name for a while.
struct FollowedFile {
  uint64_t id = 0;  // counts up
  std::string path;
};

// One thread at a time.
class Follower {
 public:
  virtual ~Follower() = default;

  // Asked once for each generation as soon as its first whole line is there: `head` is what it
  // begins with. The answer says which parts are already stored (of an earlier run, or of an
  // import).
  using Opened = std::function<std::vector<Range>(const FollowedFile& file, std::string_view head)>;

  // Appends whole lines of one generation to an empty `*lines`; a last line without a line end
  // waits for it (and counts as whole when its file is finished: renamed or deleted and read to its
  // end for a while, so that a writer which still has it open is heard). False if nothing came
  // within `wait_ms`.
  virtual bool read(Lines* lines, FollowedFile* file, Range* range, int wait_ms) = 0;

  // A path that cannot be read at the moment, and why; empty if all is well. Any thread.
  virtual std::string trouble() const = 0;
};

// Paths need not exist yet. At the start, rotated generations beside a path (access.log.1, not the
// compressed ones) are read first, newest last, if they hold what the stored positions do not.
std::unique_ptr<Follower> follow(std::vector<std::string> paths, Follower::Opened opened);

}  // namespace ballcone
