// The fields of one line, in any order and whatever format wrote them, become a Hit; inside this
// room only.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "decode/field.h"
#include "decode/hit_time.h"
#include "decode/memory.h"
#include "hit/drop.h"
#include "hit/hit.h"

namespace ballcone {

class HitBuilder {
 public:
  // Empties `*hit` and `memory.text`, which then has room for four times the line. All outlive
  // this.
  HitBuilder(std::string_view line, DecodeMemory& memory, Hit* hit);

  // `text` is what the field says, without quotes and escapes, and empty where the log has none:
  // well-formed UTF-8, in the line or in memory that lives as long as the hit. Of a field that
  // comes twice the last counts.
  void set(Field field, std::string_view text);
  // For a format that has times of its own kind.
  void set_time(int64_t time_us) { time_.set_us(time_us); }
  bool has(Field field) const { return (seen_ & 1ULL << static_cast<uint32_t>(field)) != 0; }
  // Something was not as it should be.
  void mark_repaired() { hit_.is_repaired = true; }
  // Checks what every hit needs, a time. Call once, last. Whether what is needed is not there
  // because the line `is_cut` makes a difference.
  std::optional<Drop> finish(bool is_cut = false);

 private:
  void set_request(std::string_view text);
  void set_uri(std::string_view text);
  void split_url(std::string_view text, size_t scheme_size);
  void set_duration_part(std::string_view text);
  std::string_view address(std::string_view text);
  std::string_view host(std::string_view text);
  std::string_view content_type(std::string_view text);
  std::string_view lower(std::string_view text);
  std::string_view upper(std::string_view text);
  std::string_view path_and_query();
  uint16_t status(std::string_view text);
  int64_t duration(std::string_view text, std::optional<int64_t> (*parse)(std::string_view));
  template <class T>
  T number(std::optional<T> (*parse)(std::string_view), std::string_view text);
  void combine();

  const std::string_view line_;
  DecodeMemory& memory_;
  Hit& hit_;
  HitTime time_;
  uint64_t seen_ = 0;
  bool is_combined_ = false;  // one of those below has something to say
  std::string_view sec_purpose_;
  std::string_view purpose_;
  std::string_view forwarded_for_;
  std::string_view path_;
  std::string_view query_;
  std::string_view url_scheme_;
  std::string_view url_host_;
  int64_t bytes_body_ = kAbsent<int64_t>;
  int64_t duration_us_ = 0;
};

}  // namespace ballcone
