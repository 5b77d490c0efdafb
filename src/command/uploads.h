// Imports of files that browsers send: each is kept beside the database until it is whole, then
// read as `ballcone import` reads files, one after another.
#pragma once

#include <memory>
#include <string>

#include "command/import_work.h"
#include "config.h"
#include "web/upload.h"

namespace ballcone {

struct UploadLimits {
  uint64_t bytes_max = kUploadBytesMax;
  size_t uploads_max = kUploadsMax;
  int64_t silence_max_us = kUploadSilenceMax_us;
  size_t shown_max = kUploadsShownMax;
};

class Uploads {
 public:
  virtual ~Uploads() = default;  // stop()
  // Any thread; waits for the disk, never for an import.
  virtual HttpResponse answer(const UploadCall& call) = 0;
  // Stops the import under way at a committed position, forgets the files, and waits for that.
  virtual void stop() = 0;
};

// Files are kept in `folder` meanwhile. `work` outlives it.
std::unique_ptr<Uploads> start_uploads(std::string folder, ImportWork& work,
                                       UploadLimits limits = {});

}  // namespace ballcone
