#include <bzlib.h>

#include <algorithm>
#include <limits>

#include "base/check.h"
#include "source/codec.h"

namespace ballcone {
namespace {

class Bzip2Codec final : public Codec {
 public:
  Bzip2Codec() { start(); }
  ~Bzip2Codec() override { BZ2_bzDecompressEnd(&stream_); }

  Result<bool> run(std::span<const char>* in, std::span<char>* out) override {
    constexpr size_t kBytesMax = std::numeric_limits<unsigned>::max();
    stream_.next_in = const_cast<char*>(in->data());  // only read
    stream_.avail_in = static_cast<unsigned>(std::min(in->size(), kBytesMax));
    stream_.next_out = out->data();
    stream_.avail_out = static_cast<unsigned>(std::min(out->size(), kBytesMax));
    const int code = BZ2_bzDecompress(&stream_);
    *in = in->subspan(static_cast<size_t>(stream_.next_in - in->data()));
    *out = out->subspan(static_cast<size_t>(stream_.next_out - out->data()));
    if (code == BZ_OK) return false;
    if (code != BZ_STREAM_END)
      return failure(code == BZ_DATA_ERROR_MAGIC ? "an invalid header" : "invalid data");
    BZ2_bzDecompressEnd(&stream_);
    start();
    return true;
  }

 private:
  void start() {
    stream_ = {};
    CHECK(BZ2_bzDecompressInit(&stream_, 0, 0) == BZ_OK);
  }

  bz_stream stream_{};
};

}  // namespace

std::unique_ptr<Codec> make_bzip2_codec() { return std::make_unique<Bzip2Codec>(); }

}  // namespace ballcone
