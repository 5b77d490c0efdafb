#include "web/gzip.h"

#include <libdeflate.h>

#include <memory>

namespace ballcone {
namespace {

// Big answers (a console's CSV) are compressed fast rather than well: at level 1 libdeflate does
// about 250 MB/s of one core, at 6 about 100 MB/s.
constexpr size_t kFastFrom = 1 << 20;

struct Free {
  void operator()(libdeflate_compressor* c) const { libdeflate_free_compressor(c); }
  void operator()(libdeflate_decompressor* d) const { libdeflate_free_decompressor(d); }
};

libdeflate_compressor* compressor(int level) {
  static thread_local std::unique_ptr<libdeflate_compressor, Free> fast, good;
  auto& one = level == 1 ? fast : good;
  if (!one) one.reset(libdeflate_alloc_compressor(level));
  return one.get();
}

}  // namespace

std::optional<std::string> gzip(std::string_view bytes) {
  if (bytes.size() < 64) return std::nullopt;
  libdeflate_compressor* const with = compressor(bytes.size() >= kFastFrom ? 1 : 6);
  if (!with) return std::nullopt;
  std::string out(bytes.size() - 1, '\0');
  const size_t size =
      libdeflate_gzip_compress(with, bytes.data(), bytes.size(), out.data(), out.size());
  if (size == 0) return std::nullopt;
  out.resize(size);
  return out;
}

std::optional<std::string> gunzip(std::string_view bytes, size_t size_max) {
  const std::unique_ptr<libdeflate_decompressor, Free> with(libdeflate_alloc_decompressor());
  if (!with) return std::nullopt;
  std::string out(size_max, '\0');
  size_t size = 0;
  const auto result = libdeflate_gzip_decompress(with.get(), bytes.data(), bytes.size(), out.data(),
                                                 out.size(), &size);
  if (result != LIBDEFLATE_SUCCESS) return std::nullopt;
  out.resize(size);
  return out;
}

}  // namespace ballcone
