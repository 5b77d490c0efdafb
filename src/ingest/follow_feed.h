// Followed log files as blocks for the workers, from the positions that are committed.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "config.h"
#include "hit/stats.h"
#include "ingest/claims.h"
#include "ingest/workers.h"
#include "source/follow.h"
#include "store/store.h"

namespace ballcone {

// read() from one thread; fill() from any.
class FollowFeed {
 public:
  FollowFeed(const Config& config, Store& store, Claims& claims)
      : config_(config), store_(store), claims_(claims) {}

  // Each of Config::follow gets its import.
  Result<void> open();
  // Reads what there is of one file, waits `wait_ms` at most for it, and pushes it.
  void read(IngestWorkers& workers, int wait_ms);
  // One source per followed path.
  void fill(std::vector<SourceStats>* sources) const;

 private:
  // A path as a setting names it: "/var/log/nginx/access.log" or "blog=/var/log/…".
  struct Path {
    std::string service;
    std::string path;
    uint32_t import = 0;
    std::shared_ptr<Counters> counters;
  };
  struct File {
    std::shared_ptr<const Feed> feed;
    Decoder decoder;
  };

  std::vector<Range> opened(const FollowedFile& file, std::string_view head);
  Decoder decoder_of(const FollowedFile& file, std::string_view head) const;
  void tell_troubles();

  const Config config_;
  Store& store_;
  Claims& claims_;
  std::map<std::string, Path> paths_;
  std::map<uint64_t, File> files_;               // by generation
  std::map<std::string, std::string> troubles_;  // as told to the log
  std::unique_ptr<Follower> follower_;
};

Result<std::unique_ptr<FollowFeed>> open_follow_feed(const Config& config, Store& store,
                                                     Claims& claims);

}  // namespace ballcone
