// For tests: what comes of a line, as one line of text.
#pragma once

#include <string>
#include <string_view>

#include "base/check.h"
#include "decode/format.h"

namespace ballcone {

// The hit, or the name of the drop. The line gets the padding it needs, of bytes that would change
// the answer if they were read as part of it.
inline std::string decoded_line(std::string_view line, const Decoder& decoder,
                                Mismatch* mismatch = nullptr) {
  static const DecodeMemoryPtr memory = make_decode_memory();
  std::string padded(line);
  padded.append(kLinePadding, '"');
  Hit hit;
  const auto drop = decoder.decode(std::string_view(padded).substr(0, line.size()), *memory, &hit);
  if (mismatch != nullptr) *mismatch = last_mismatch(*memory);
  return drop ? std::string(text_of(*drop).name) : to_string(hit);
}

inline std::string decoded_line(std::string_view line, std::string_view format) {
  const auto decoder = open_format(format);
  return decoder ? decoded_line(line, *decoder) : decoder.error().message;
}

}  // namespace ballcone
