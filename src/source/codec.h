// What a compression format needs to be read: one class per library.
#pragma once

#include <memory>
#include <span>

#include "base/result.h"

namespace ballcone {

class Codec {
 public:
  virtual ~Codec() = default;
  // Takes from the front of `*in` and fills the front of `*out`, moving both, as far as one of them
  // allows; what was put out before an error is good. True at the end of a member: the next one
  // may follow, at the front of `*in`. The error is the library's word for it.
  virtual Result<bool> run(std::span<const char>* in, std::span<char>* out) = 0;
};

std::unique_ptr<Codec> make_gzip_codec();   // RFC 1952
std::unique_ptr<Codec> make_zstd_codec();   // RFC 8878
std::unique_ptr<Codec> make_bzip2_codec();  // bzip2 1.0

}  // namespace ballcone
