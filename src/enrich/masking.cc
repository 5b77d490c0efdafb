#include "enrich/masking.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "base/text.h"

namespace ballcone {
namespace {

// A name is looked up whole ("api_key", "X-Api-Key" and "apiKey" are "apikey"), by its last two
// words ("stripe_api_key") and by its last one ("reset_token", "user[password]").
constexpr MaskedName kNames[] = {
    {"password", "a password"},
    {"passwd", "a password"},
    {"passphrase", "a password"},
    {"passwort", "a password"},
    {"pwd", "a password"},
    {"pass", "a password"},
    {"secret", "a secret"},
    {"clientsecret", "a secret"},
    {"otp", "a password for once"},
    {"totp", "a password for once"},
    {"token", "a token"},
    {"accesstoken", "a token"},
    {"refreshtoken", "a token"},
    {"idtoken", "a token"},
    {"authtoken", "a token"},
    {"csrftoken", "a token"},
    {"jwt", "a token"},
    {"bearer", "a token"},
    {"auth", "a token"},
    {"oauth", "a token"},
    {"authorization", "a token"},
    {"credential", "a token"},
    {"credentials", "a token"},
    {"key", "a key", true},
    {"apikey", "a key"},
    {"authkey", "a key"},
    {"accesskey", "a key"},
    {"accesskeyid", "a key"},
    {"secretkey", "a key"},
    {"privatekey", "a key"},
    {"signature", "a signature"},
    {"sig", "a signature"},
    {"hmac", "a signature"},
    {"session", "a session id"},
    {"sessionid", "a session id"},
    {"sessionkey", "a session id"},
    {"sessid", "a session id"},
    {"sid", "a session id"},
    {"phpsessid", "a session id"},
    {"jsessionid", "a session id"},
    {"aspsessionid", "a session id"},
    {"cfid", "a session id"},
    {"cftoken", "a session id"},
    {"email", "an e-mail address"},
    {"mail", "an e-mail address"},
    {"emailaddress", "an e-mail address"},
    {"useremail", "an e-mail address"},
    {"phone", "a telephone number"},
    {"phonenumber", "a telephone number"},
    {"telephone", "a telephone number"},
    {"tel", "a telephone number"},
    {"mobile", "a telephone number", true},
    {"msisdn", "a telephone number"},
    {"username", "a name"},
    {"firstname", "a name"},
    {"lastname", "a name"},
    {"surname", "a name"},
    {"fullname", "a name"},
    {"birthdate", "a date of birth"},
    {"birthday", "a date of birth"},
    {"dob", "a date of birth"},
    {"iban", "an account"},
    {"ssn", "an account"},
    {"cardnumber", "an account"},
    {"ccnumber", "an account"},
    {"cvv", "an account"},
    {"cvc", "an account"},
};

constexpr size_t kNameBytesMax = 64;  // of a parameter's name; of a longer one the end counts

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

// Endings of files, which photo@2x.png and style@1.2.min.css have and no domain does.
bool is_file_ending(std::string_view text) {
  static constexpr std::string_view kEndings[] = {
      "png", "jpg", "jpeg", "gif", "webp", "avif",  "svg",  "ico", "html",
      "htm", "css", "js",   "mjs", "ts",   "map",   "json", "pdf", "xml",
      "php", "txt", "zip",  "gz",  "mp4",  "woff2", "min"};
  return std::any_of(std::begin(kEndings), std::end(kEndings),
                     [&](std::string_view ending) { return equal_ignoring_case(ending, text); });
}

// "example.org" at the beginning: a full stop, and behind the last one letters.
bool begins_with_domain(std::string_view text) {
  const auto is_of_host = [](char c) {
    return is_letter(c) || is_digit(c) || c == '.' || c == '-' || (c & 0x80) != 0;
  };
  const auto end = std::find_if_not(text.begin(), text.end(), is_of_host);
  text = text.substr(0, static_cast<size_t>(end - text.begin()));
  while (text.ends_with('.')) text.remove_suffix(1);
  const size_t dot = text.rfind('.');
  if (dot == 0 || dot == text.npos) return false;
  const std::string_view ending = text.substr(dot + 1);
  return ending.size() >= 2 && !is_file_ending(ending) &&
         std::all_of(ending.begin(), ending.end(),
                     [](char c) { return is_letter(c) || (c & 0x80) != 0; });
}

// jane.doe+news@example.org; the @ may be escaped, once or twice.
bool has_email(std::string_view value) {
  for (size_t at = value.find_first_of("@%"); at != value.npos;
       at = value.find_first_of("@%", at + 1)) {
    const std::string_view rest = value.substr(at);
    const size_t size = rest[0] == '@'              ? 1
                        : rest.starts_with("%40")   ? 3
                        : rest.starts_with("%2540") ? 5
                                                    : 0;
    const bool has_name = at > 0 && value[at - 1] != '/' && value[at - 1] != ':';
    if (size > 0 && has_name && begins_with_domain(rest.substr(size))) return true;
  }
  return false;
}

// Three parts of base64 with full stops between, of which the first begins as {" does (RFC 7519).
bool has_json_web_token(std::string_view value) {
  const auto is_of_token = [](char c) {
    return is_letter(c) || is_digit(c) || c == '.' || c == '-' || c == '_' || c == '=';
  };
  for (size_t at = value.find("eyJ"); at != value.npos; at = value.find("eyJ", at)) {
    const auto begin = value.begin() + static_cast<ptrdiff_t>(at);
    const auto end = std::find_if_not(begin, value.end(), is_of_token);
    if (end - begin >= 32 && std::count(begin, end, '.') >= 2) return true;
    at = static_cast<size_t>(end - value.begin());
  }
  return false;
}

// Lengths of the issuers' numbers (ISO/IEC 7812); 13 digits that begin with 1 are a time of now.
bool is_card_length(char first, size_t size) {
  switch (first) {
    case '2':
    case '5':
      return size == 16;
    case '3':
      return size >= 14 && size <= 16;
    case '4':
      return size == 13 || size == 16 || size == 19;
    case '6':
      return size >= 16 && size <= 19;
    default:
      return false;
  }
}

// The check digit of Luhn: from the right, every second one doubled.
bool passes_luhn(std::string_view digits) {
  int sum = 0;
  for (size_t i = 0; i < digits.size(); ++i) {
    const int digit = digits[digits.size() - 1 - i] - '0';
    const int doubled = 2 * digit;
    sum += i % 2 == 0 ? digit : doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 == 0;
}

// 4111111111111111, 4111-1111-1111-1111, 4111+1111…, 4111%201111…; not digits within a word.
bool has_card_number(std::string_view value) {
  std::string digits;
  const auto is_card = [&] {
    return is_card_length(digits.empty() ? '0' : digits[0], digits.size()) && passes_luhn(digits);
  };
  bool is_in_word = false;
  for (size_t i = 0; i < value.size(); ++i) {
    const char c = value[i];
    if (is_digit(c)) {
      if (!is_in_word) digits += c;
      continue;
    }
    const bool is_space = c == '%' && value.substr(i, 3) == "%20";
    if (is_space) i += 2;
    if ((is_space || c == '-' || c == '+' || c == ' ') && !digits.empty()) continue;
    if (!is_letter(c) && is_card()) return true;
    digits.clear();
    is_in_word = is_letter(c);
  }
  return is_card();
}

constexpr MaskedShape kShapes[] = {
    {"an e-mail address", has_email},
    {"a JSON Web Token", has_json_web_token},
    {"a card number", has_card_number},
};

// Which lengths there are of names that begin with a letter: nearly all parameters are told by
// this.
constexpr std::array<uint32_t, 26> kLengths = [] {
  std::array<uint32_t, 26> lengths{};
  for (const MaskedName& one : kNames)
    lengths[static_cast<size_t>(one.name[0] - 'a')] |= uint32_t{1} << one.name.size();
  return lengths;
}();

bool is_masked_word(std::string_view word, bool is_whole) {
  if (word.empty() || word.size() > 31 || !is_letter(word[0])) return false;
  if ((kLengths[static_cast<size_t>(word[0] - 'a')] >> word.size() & 1) == 0) return false;
  return std::any_of(std::begin(kNames), std::end(kNames), [&](const MaskedName& one) {
    return one.name == word && (is_whole || !one.is_whole_only);
  });
}

// "user[resetToken]" → the words user, reset, token. Escapes are decoded before.
bool has_masked_name(std::string_view name) {
  std::string decoded;
  if (name.find('%') != name.npos) {
    append_percent_decoded(name.substr(0, 3 * kNameBytesMax), &decoded);
    name = decoded;
  }
  if (name.size() > kNameBytesMax) name.remove_prefix(name.size() - kNameBytesMax);
  std::array<char, kNameBytesMax> letters;
  size_t size = 0, last = 0, last_but_one = 0;  // where these words begin
  bool is_within = false;
  for (size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    if (!is_letter(c) && !is_digit(c)) {
      is_within = false;
      continue;
    }
    const bool is_hump = c >= 'A' && c <= 'Z' && i > 0 && name[i - 1] >= 'a' && name[i - 1] <= 'z';
    if (!is_within || is_hump) last_but_one = std::exchange(last, size);
    is_within = true;
    letters[size++] = lower(c);
  }
  const std::string_view all(letters.data(), size);
  return is_masked_word(all, true) || is_masked_word(all.substr(last), false) ||
         is_masked_word(all.substr(last_but_one), false);
}

// What one look at each byte of a text tells. Most paths have none of this, and are done with.
struct Signs {
  bool has_equals = false;
  bool may_have_shape = false;
};

enum Sign : uint8_t {
  kDigit = 1,
  kAt = 2,
  kPercent = 4,
  kTokenLetter = 8,
  kEquals = 16,
  kQueryEnd = 32,
  kPathEnd = 64
};
constexpr std::array<uint8_t, 256> kSigns = [] {
  std::array<uint8_t, 256> signs{};
  for (size_t c = '0'; c <= '9'; ++c) signs[c] = kDigit;
  signs['@'] = kAt;
  signs['%'] = kPercent;
  signs['J'] = kTokenLetter;  // of eyJ
  signs['='] = kEquals;
  signs['&'] = signs[';'] = kQueryEnd | kPathEnd;
  signs['/'] = signs['?'] = kPathEnd;
  return signs;
}();
constexpr size_t kCardDigitsMin = 13;

Signs signs_of(std::string_view text) {
  unsigned seen = 0;
  size_t digits = 0;
  for (const char c : text) {
    const uint8_t sign = kSigns[static_cast<uint8_t>(c)];
    seen |= sign;
    digits += sign & kDigit;
  }
  const auto has = [&](std::string_view part) { return text.find(part) != text.npos; };
  return {.has_equals = (seen & kEquals) != 0,
          .may_have_shape = (seen & kAt) != 0 || digits >= kCardDigitsMin ||
                            ((seen & kPercent) != 0 && (has("%40") || has("%2540"))) ||
                            ((seen & kTokenLetter) != 0 && has("eyJ"))};
}

// Up to the next byte with the sign.
std::string_view front_of(std::string_view text, Sign end) {
  size_t size = 0;
  while (size < text.size() && (kSigns[static_cast<uint8_t>(text[size])] & end) == 0) ++size;
  return text.substr(0, size);
}

bool has_masked_shape(std::string_view value) {
  return std::any_of(std::begin(kShapes), std::end(kShapes),
                     [&](const MaskedShape& shape) { return shape.is_in(value); });
}

// Copies `text` part by part once one of them has to go.
class Masked {
 public:
  Masked(std::string_view text, std::string* memory) : text_(text), memory_(*memory) {}
  // `value` lies in the text, behind all before it.
  void drop(std::string_view value) {
    if (!is_changed_) memory_.clear();
    is_changed_ = true;
    const auto at = static_cast<size_t>(value.data() - text_.data());
    memory_.append(text_.substr(done_, at - done_)).append(kMasked);
    done_ = at + value.size();
  }
  std::string_view finish() {
    if (!is_changed_) return text_;
    memory_.append(text_.substr(done_));
    return memory_;
  }

 private:
  const std::string_view text_;
  std::string& memory_;
  size_t done_ = 0;
  bool is_changed_ = false;
};

std::string_view mask(std::string_view text, Sign end, std::string* memory);

// "next=%2Flogin%3Ftoken%3Dabc": a URL within, of which something would have to go. (One within
// that is looked at as a path, so it ends here.)
bool has_masked_part(std::string_view value) {
  if (value.find('=') == value.npos && value.find("%3") == value.npos) return false;
  std::string decoded, memory;
  append_percent_decoded(value, &decoded);
  if (decoded.find('=') == decoded.npos) return false;
  return mask(decoded, kPathEnd, &memory).data() != decoded.data();
}

std::string_view mask(std::string_view text, Sign end, std::string* memory) {
  const auto [has_equals, has_shapes] = signs_of(text);
  if (!has_shapes && !has_equals) return text;
  const auto must_go = [end, has_shapes = has_shapes](std::string_view name,
                                                      std::string_view value) {
    return !value.empty() && value != kMasked &&
           (has_masked_name(name) || (has_shapes && has_masked_shape(value)) ||
            (end == kQueryEnd && has_masked_part(value)));
  };
  Masked masked(text, memory);
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view part = front_of(rest, end);
    rest.remove_prefix(std::min(part.size() + 1, rest.size()));
    const size_t equals = std::min(part.find('='), part.size());
    const std::string_view name = part.substr(0, equals);
    if (has_shapes && has_masked_shape(name)) {
      masked.drop(part);
    } else if (equals < part.size() && must_go(name, part.substr(equals + 1))) {
      masked.drop(part.substr(equals + 1));
    }
  }
  return masked.finish();
}

}  // namespace

std::span<const MaskedName> masked_names() { return kNames; }
std::span<const MaskedShape> masked_shapes() { return kShapes; }

std::string_view mask_query(std::string_view query, std::string* memory) {
  return mask(query, kQueryEnd, memory);
}

std::string_view mask_path(std::string_view path, std::string* memory) {
  return mask(path, kPathEnd, memory);
}

const MaskedShape* find_masked_shape(std::string_view text) {
  if (!signs_of(text).may_have_shape) return nullptr;
  const auto found = std::find_if(std::begin(kShapes), std::end(kShapes),
                                  [&](const MaskedShape& shape) { return shape.is_in(text); });
  return found == std::end(kShapes) ? nullptr : found;
}

}  // namespace ballcone
