#include <zstd.h>

#include "base/check.h"
#include "source/codec.h"

namespace ballcone {
namespace {

class ZstdCodec final : public Codec {
 public:
  ZstdCodec() : stream_(ZSTD_createDStream(), ZSTD_freeDStream) { CHECK(stream_ != nullptr); }

  // A frame whose window is beyond 128 MiB (zstd --long=28 and more) is refused: memory has a
  // limit.
  Result<bool> run(std::span<const char>* in, std::span<char>* out) override {
    ZSTD_inBuffer from{in->data(), in->size(), 0};
    ZSTD_outBuffer to{out->data(), out->size(), 0};
    const size_t code = ZSTD_decompressStream(stream_.get(), &to, &from);
    *in = in->subspan(from.pos);
    *out = out->subspan(to.pos);
    if (ZSTD_isError(code)) return failure(ZSTD_getErrorName(code));
    return code == 0;
  }

 private:
  std::unique_ptr<ZSTD_DStream, decltype(&ZSTD_freeDStream)> stream_;
};

}  // namespace

std::unique_ptr<Codec> make_zstd_codec() { return std::make_unique<ZstdCodec>(); }

}  // namespace ballcone
