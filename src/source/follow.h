// A log file that is being written, through rename, copytruncate, delete and re-create.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
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
  uint64_t id = 0;   // counts up
  std::string path;  // as it was given to follow(), for every generation
};

struct FollowOptions {
  // A generation that lost its name is closed when it brought nothing for so long: a writer may
  // still have it open. Its last line counts then without a line end too.
  int silent_ms = 5000;
  // What inotify does not tell (other file systems, links) is looked for so often.
  int poll_ms = 1000;
};

// One thread at a time.
class Follower {
 public:
  virtual ~Follower() = default;

  // Asked once for each generation as soon as its first whole line that does not begin with # is
  // there: `head` is what it begins with, whole lines, kHeadBytesMax at most (if there never is a
  // whole one: what there is). The answer says which parts are already stored (of an earlier run,
  // or of an import). At the start it is asked of rotated files too that are not read then: see
  // below.
  using Opened = std::function<std::vector<Range>(const FollowedFile& file, std::string_view head)>;

  // Appends whole lines of one generation to an empty `*lines`, which must have room for the
  // longest; a last line without a line end waits for it. An older generation comes before a newer
  // one as far as it is written. False if nothing came within `wait_ms`.
  virtual bool read(Lines* lines, FollowedFile* file, Range* range, int wait_ms) = 0;

  // The paths that cannot be read at the moment, each with a sentence that says why. Any thread.
  virtual std::map<std::string, std::string> troubles() const = 0;
};

// Paths need not exist yet. What is read of a path is what it holds now, from its beginning, but
// for what is stored, and all that comes.
//
// At the start, uncompressed rotated generations beside a path (access.log.1,
// access.log-20261123, access-20261123.log) are read first, oldest first, if `opened` knows parts
// of one of them: that one's rest, and all generations younger than it. So nothing is missing of
// what was written while nobody followed; but history that was never asked for is not read.
//
// Told from one another by device and inode; by the size, when it is less than what was read; and
// by the first bytes. What a copytruncate cut off before it was read comes from the copy beside it,
// if that is not compressed. What is renamed twice between two looks is found beside the path.
std::unique_ptr<Follower> follow(std::vector<std::string> paths, Follower::Opened opened,
                                 FollowOptions options = {});

}  // namespace ballcone
