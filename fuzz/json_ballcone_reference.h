// What decode/json_ballcone.cc should find in a line that is strict JSON, written plainly and
// slowly on top of another JSON library.
#pragma once

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "hit/drop.h"
#include "hit/hit.h"

namespace ballcone {

// Collects the fields of the outermost object.
class FieldReader : public nlohmann::json_sax<nlohmann::json> {
 public:
  struct Value {
    char kind;  // text, scalar or nested
    std::string text;
  };
  std::vector<std::pair<std::string, Value>> fields;
  bool is_object = false;

  bool null() override { return add({'s', "null"}); }
  bool boolean(bool value) override { return add({'s', value ? "true" : "false"}); }
  // Called for those with a minus sign only; "-0" has lost it.
  bool number_integer(number_integer_t) override { return add({'s', "-1"}); }
  bool number_unsigned(number_unsigned_t value) override {
    return add({'s', std::to_string(value)});
  }
  bool number_float(number_float_t, const string_t& text) override { return add({'s', text}); }
  bool string(string_t& text) override { return add({'t', text}); }
  bool binary(binary_t&) override { return false; }
  bool start_object(size_t) override {
    if (depth_ == 0) is_object = true;
    return open();
  }
  bool start_array(size_t) override { return open(); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t& text) override {
    if (depth_ == 1) key_ = text;
    return true;
  }
  bool parse_error(size_t, const std::string&, const nlohmann::detail::exception&) override {
    return false;
  }

 private:
  bool open() {
    add({'n', ""});
    ++depth_;
    return true;
  }
  bool close() {
    --depth_;
    return true;
  }
  bool add(Value value) {
    if (depth_ == 1) fields.emplace_back(key_, std::move(value));
    return true;
  }

  int depth_ = 0;
  std::string key_;
};

// A Hit whose texts it owns.
struct Reference {
  Hit hit;
  std::map<std::string, std::string> texts;
};

class ReferenceDecoder {
 public:
  explicit ReferenceDecoder(const std::vector<std::pair<std::string, FieldReader::Value>>& fields) {
    for (const auto& [key, value] : fields) {
      if (!is_known(key)) continue;
      if (values_.count(key) != 0) out_.hit.is_repaired = true;
      values_[key] = value;
      // A value that a later one replaces is looked at all the same.
      read(key);
    }
  }

  std::optional<Drop> run() {
    for (const auto& [key, value] : values_) read(key);
    out_.texts["purpose"] =
        out_.texts["sec_purpose"].empty() ? out_.texts["purpose"] : out_.texts["sec_purpose"];
    if (out_.texts["host"].empty()) out_.texts["host"] = out_.texts["url_host"];
    if (out_.texts["scheme"].empty()) out_.texts["scheme"] = out_.texts["url_scheme"];
    point_to_texts();
    const std::string date = out_.texts["date"];
    if (date.empty()) return Drop::no_time;
    const auto time_us = parse_iso8601(date);
    if (!time_us) return Drop::bad_time;
    const std::string day = format_day(day_of(*time_us));
    if (day.size() != 10 || day[0] == '-' || day < "1990-01-01" || day > "2099-12-31") {
      return Drop::bad_time;
    }
    out_.hit.time_us = *time_us;
    return std::nullopt;
  }
  const Hit& hit() const { return out_.hit; }

 private:
  static bool is_known(const std::string& key) {
    for (const char* known :
         {"service",       "date",         "ip",         "host",       "path",
          "status",        "referrer",     "user_agent", "length",     "generation_time_milli",
          "upstream_time", "request_id",   "method",     "scheme",     "protocol",
          "cache_status",  "content_type", "gpc",        "fetch_dest", "sec_purpose",
          "purpose",       "range"}) {
      if (key == known) return true;
    }
    return false;
  }

  static bool is_digits(const std::string& text) {
    return !text.empty() && text.find_first_not_of("0123456789") == text.npos;
  }
  static std::string lower(std::string text) {
    for (char& c : text) {
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return text;
  }
  static std::string replaced(std::string text, const std::string& from, const std::string& to) {
    for (size_t at = 0; (at = text.find(from, at)) != text.npos; at += to.size()) {
      text.replace(at, from.size(), to);
    }
    return text;
  }
  static std::string trimmed(std::string text) {
    const std::string space = " \t\n\v\f\r";
    const size_t first = text.find_first_not_of(space);
    if (first == text.npos) return "";
    return text.substr(first, text.find_last_not_of(space) - first + 1);
  }

  // The text of a field; absent is empty.
  std::string text_of(const std::string& key, bool takes_scalar) {
    const FieldReader::Value& value = values_.at(key);
    std::string text = value.text;
    if (value.kind == 'n' || (value.kind == 's' && text != "null" && !takes_scalar)) {
      out_.hit.is_repaired = true;
      return "";
    }
    if (value.kind == 's') return text == "null" ? "" : text;
    if (text.find('\0') != text.npos) out_.hit.is_repaired = true;
    text = replaced(text, std::string(1, '\0'), "\xef\xbf\xbd");
    return text == "-" ? "" : text;
  }

  void nonsense() { out_.hit.is_repaired = true; }

  int64_t count(const std::string& text) {
    if (text.empty()) return kAbsent<int64_t>;
    if (is_digits(text) && text.size() <= 18) return std::stoll(text);
    nonsense();
    return kAbsent<int64_t>;
  }

  // -1: nonsense
  static int64_t seconds_us(const std::string& text) {
    const size_t point = text.find('.');
    const std::string whole = text.substr(0, point);
    std::string fraction = point == text.npos ? "0" : text.substr(point + 1);
    if (!is_digits(whole) || whole.size() > 9 || !is_digits(fraction)) return -1;
    fraction.resize(6, '0');
    return std::stoll(whole) * 1'000'000 + std::stoll(fraction);
  }

  int64_t upstream_us(const std::string& text) {
    if (text.empty()) return kAbsent<int64_t>;
    int64_t total = kAbsent<int64_t>;
    size_t at = 0;
    while (true) {
      const size_t end = text.find_first_of(", :", at);
      const std::string part = text.substr(at, end == text.npos ? end : end - at);
      if (part != "-") {
        const int64_t us = seconds_us(part);
        total = total == kAbsent<int64_t> ? us : total + us;
        if (us < 0 || total >= 1'000'000'000'000'000) {
          nonsense();
          return kAbsent<int64_t>;
        }
      }
      if (end == text.npos) return total;
      at = std::min(text.find_first_not_of(", :", end), text.size());
    }
  }

  static int64_t range_start(const std::string& text) {
    constexpr int64_t kNothing = kAbsent<int64_t>;
    if (lower(text.substr(0, 6)) != "bytes=") return kNothing;
    std::string range = trimmed(text.substr(6));
    range = trimmed(range.substr(0, range.find(',')));
    const size_t dash = range.find('-');
    if (dash == range.npos) return kNothing;
    const std::string first = range.substr(0, dash);
    const std::string last = range.substr(dash + 1);
    const auto is_number = [](const std::string& s) { return is_digits(s) && s.size() <= 18; };
    if (first.empty())
      return is_number(last) && std::stoll(last) > 0 ? -std::stoll(last) : kNothing;
    if (!is_number(first)) return kNothing;
    if (last.empty()) return std::stoll(first);
    return is_number(last) && std::stoll(last) >= std::stoll(first) ? std::stoll(first) : kNothing;
  }

  RequestId request_id(const std::string& text) {
    if (text.empty()) return {};
    std::string digits = text;
    if (text.size() == 36) {
      for (const size_t at : {23, 18, 13, 8}) {
        if (digits[at] == '-') digits.erase(at, 1);
      }
    }
    if (digits.size() != 32 || digits.find_first_not_of("0123456789abcdefABCDEF") != digits.npos) {
      nonsense();
      return {};
    }
    return {std::stoull(digits.substr(0, 16), nullptr, 16),
            std::stoull(digits.substr(16), nullptr, 16)};
  }

  std::string host(std::string text) {
    if (!text.empty() && text[0] == '[') {
      if (const size_t close = text.find(']'); close != text.npos) text.resize(close + 1);
    } else if (std::count(text.begin(), text.end(), ':') == 1) {
      text.resize(text.find(':'));
    }
    if (!text.empty() && text.back() == '.') text.pop_back();
    return text == "_" || text == "-" ? "" : lower(text);
  }

  std::string address(std::string text) {
    if (text.empty() || text == "unix:") return "";
    if (text.front() == '[' && text.find(']') != text.npos) {
      text = text.substr(1, text.find(']') - 1);
    } else if (std::count(text.begin(), text.end(), ':') == 1 && text.find('.') < text.find(':')) {
      text = text.substr(0, text.find(':'));
    }
    if (text.size() >= 2 && text.size() <= 45 &&
        text.find_first_not_of("0123456789abcdefABCDEF:.") == text.npos) {
      return text;
    }
    nonsense();
    return "";
  }

  // "http://a.example/b" as a path.
  void read_url(const std::string& text) {
    out_.texts["path"] = text;
    out_.texts["url_host"] = out_.texts["url_scheme"] = "";
    const std::string scheme = lower(text.substr(0, text.find("://")));
    if (text.find("://") == text.npos) return;
    if (scheme != "http" && scheme != "https" && scheme != "ws" && scheme != "wss") return;
    std::string rest = text.substr(scheme.size() + 3);
    std::string name = rest.substr(0, rest.find_first_of("/?#"));
    rest = rest.substr(name.size());
    if (name.find('@') != name.npos) name = name.substr(name.rfind('@') + 1);
    out_.texts["url_scheme"] = scheme;
    out_.texts["url_host"] = host(name);
    out_.texts["path"] = rest.starts_with('/') ? rest : "/" + rest;
  }

  static std::string upper(std::string text) {
    for (char& c : text) {
      if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    return text;
  }

  void read(const std::string& key) {
    Hit& hit = out_.hit;
    const bool takes_scalar = key == "date" || key == "status" || key == "length" ||
                              key == "generation_time_milli" || key == "upstream_time" ||
                              key == "gpc" || key == "range";
    const std::string text = text_of(key, takes_scalar);
    if (key == "status") {
      const int64_t status =
          text == "000" || text == "009" || text == "0" ? kAbsent<int64_t> : count(text);
      hit.status = kAbsent<uint16_t>;
      if (status == kAbsent<int64_t>) return;
      status >= 100 && status <= 999 ? void(hit.status = static_cast<uint16_t>(status))
                                     : nonsense();
    } else if (key == "length") {
      hit.bytes = count(text);
    } else if (key == "generation_time_milli") {
      const int64_t us = text.empty() ? kAbsent<int64_t> : seconds_us(text);
      if (us < 0) nonsense();
      hit.generation_time_us = us < 0 ? kAbsent<int64_t> : us;
    } else if (key == "upstream_time") {
      hit.upstream_time_us = upstream_us(text);
    } else if (key == "request_id") {
      hit.request_id = request_id(text);
    } else if (key == "gpc") {
      hit.gpc = text == "1" ? 1 : text == "0" ? 0 : kAbsent<uint8_t>;
    } else if (key == "range") {
      hit.range_start = range_start(text);
    } else if (key == "host") {
      out_.texts[key] = host(text);
    } else if (key == "ip") {
      out_.texts[key] = address(text);
    } else if (key == "path") {
      read_url(text);
    } else if (key == "service") {
      out_.texts[key] = trimmed(text);
    } else if (key == "cache_status") {
      out_.texts[key] = upper(text);
    } else if (key == "content_type") {
      out_.texts[key] = lower(trimmed(text.substr(0, text.find(';'))));
    } else {
      out_.texts[key] = text;
    }
  }

  void point_to_texts() {
    Hit& hit = out_.hit;
    hit.service = out_.texts["service"];
    hit.host = out_.texts["host"];
    hit.address = out_.texts["ip"];
    hit.method = out_.texts["method"];
    hit.uri = out_.texts["path"];
    hit.protocol = out_.texts["protocol"];
    hit.scheme = out_.texts["scheme"];
    hit.content_type = out_.texts["content_type"];
    hit.referrer = out_.texts["referrer"];
    hit.user_agent = out_.texts["user_agent"];
    hit.fetch_dest = out_.texts["fetch_dest"];
    hit.purpose = out_.texts["purpose"];
    hit.cache_status = out_.texts["cache_status"];
  }

  std::map<std::string, FieldReader::Value> values_;
  Reference out_;
};

}  // namespace ballcone
