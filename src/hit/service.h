// The names of services: they become views in SQL, labels in /metrics and parts of URLs, so what
// may stand in them is narrow.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ballcone {

constexpr size_t kServiceCharactersMax = 64;

// " Blog " → "blog", "Пример" → "пример": trimmed, lower-cased (simple case mapping of Unicode
// 14.0), and only if it then has 1 to 64 characters, each a letter, digit or mark of any script,
// "_",
// "-" or ".", and not dots alone. Any bytes may be given. Pure; any thread.
std::optional<std::string> service_name(std::string_view text);

}  // namespace ballcone
