// Fields of one JSON line, in any order, become a Hit; inside this room only.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "decode/json_scan.h"
#include "decode/memory.h"
#include "decode/nginx_keys.h"
#include "hit/drop.h"
#include "hit/hit.h"

namespace ballcone {

class HitBuilder {
 public:
  enum class Escapes {
    none,      // the line has none
    some,      // a text with a backslash has; control bytes there are none
    anything,  // control bytes too
  };

  // Empties `*hit`. `line`, `memory` and `*hit` outlive this.
  HitBuilder(std::string_view line, Escapes escapes, DecodeMemory& memory, Hit* hit);

  // A field as it stands in the line. If it was cut, only some keys are worth taking.
  void take(NginxKey key, const JsonField& field);
  // Something was not as it should be.
  void mark_repaired() { hit_.is_repaired = true; }
  // Checks what every hit needs. Call once, last.
  std::optional<Drop> finish(bool is_cut);

 private:
  std::string_view text_of(const JsonField& field);
  void set(NginxKey key, std::string_view text);
  std::string_view address(std::string_view text);
  std::string_view host(std::string_view text);
  std::string_view content_type(std::string_view text);
  std::string_view lower(std::string_view text);
  uint16_t status(std::string_view text);
  template <class T>
  T number(std::optional<T> (*parse)(std::string_view), std::string_view text);
  std::optional<Drop> set_service();
  std::optional<Drop> set_time();
  bool has_seen(NginxKey key) const { return (seen_ & 1U << static_cast<uint32_t>(key)) != 0; }

  const Escapes escapes_;
  DecodeMemory& memory_;
  Hit& hit_;
  uint32_t seen_ = 0;
  std::string_view service_;
  std::string_view date_;
  std::string_view sec_purpose_;
  std::string_view purpose_;
};

}  // namespace ballcone
