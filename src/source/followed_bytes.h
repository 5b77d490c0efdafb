// What one generation of a growing file holds: never a byte of the next one.
#pragma once

#include <sys/stat.h>

#include <memory>
#include <string>
#include <string_view>

#include "source/bytes.h"

namespace ballcone {

struct FileIdentity {
  dev_t device = 0;
  ino_t inode = 0;
  bool operator==(const FileIdentity&) const = default;
};
FileIdentity identity_of(const struct stat& info);

class FollowedBytes final : public Bytes {
 public:
  // Null if it cannot be opened or is no file; errno says why.
  static std::unique_ptr<FollowedBytes> open(const std::string& path);
  ~FollowedBytes() override;
  FollowedBytes(const FollowedBytes&) = delete;
  FollowedBytes& operator=(const FollowedBytes&) = delete;

  // The end is where the file ends at the moment, or where another content took its place. Never
  // waits and never fails: see trouble().
  Result<Got> read(char* to, size_t size, int wait_ms) override;
  bool skip(uint64_t bytes) override;

  // Looks whether the file was cut off before what was read, or begins with something else: what
  // is in it now is another generation. Once true it stays so.
  bool is_replaced();
  // Goes on in a copy of what was there, from the same position.
  void continue_in(std::unique_ptr<FollowedBytes> copy);

  int file() const { return file_; }
  FileIdentity identity() const;
  // When it was written last, as of the last look that found it was not replaced; as of its
  // opening until something of it is read.
  int64_t modified_ns() const { return modified_ns_; }
  struct stat info() const;
  uint64_t position() const { return position_; }
  // What it begins with, as far as it was read, up to 4 KiB.
  std::string_view head() const { return head_; }
  // The same as it is now.
  std::string beginning() const;
  const std::string& trouble() const { return trouble_; }

 private:
  explicit FollowedBytes(int file);

  int file_;
  uint64_t position_ = 0;
  uint64_t read_end_ = 0;  // the file has been at least so long
  std::string head_;
  int64_t modified_ns_ = 0;
  bool is_replaced_ = false;
  std::string trouble_;
};

}  // namespace ballcone
