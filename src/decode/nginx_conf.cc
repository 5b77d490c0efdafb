// The log_format directives of an nginx.conf, and of the files it includes.
#include <fmt/format.h>
#include <glob.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "decode/format.h"

namespace ballcone {
namespace {

namespace fs = std::filesystem;

constexpr int kIncludeDepthMax = 16;

struct Token {
  std::string text;
  int line = 0;
  bool is_mark = false;  // ; { or }, unquoted
};

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// The words of a configuration file, as nginx's ngx_conf_read_token() takes them.
class Tokenizer {
 public:
  explicit Tokenizer(std::string text) : text_(std::move(text)) {}

  // Nothing at the end. False in `*is_correct` if a quote is open there.
  std::optional<Token> next(bool* is_correct) {
    skip_space();
    if (at_ == text_.size()) return std::nullopt;
    Token token{"", line_};
    const char first = text_[at_];
    if (first == ';' || first == '{' || first == '}') {
      ++at_;
      token.text = first;
      token.is_mark = true;
    } else if (first == '"' || first == '\'') {
      ++at_;
      *is_correct = take_quoted(first, &token.text);
    } else {
      take_word(&token.text);
    }
    return token;
  }

  // Behind the brace that closes the one before: Lua has other quotes than nginx.
  void skip_block() {
    for (int depth = 1; depth > 0 && at_ < text_.size(); ++at_) {
      depth += text_[at_] == '{' ? 1 : text_[at_] == '}' ? -1 : 0;
      line_ += text_[at_] == '\n' ? 1 : 0;
    }
  }

 private:
  void skip_space() {
    bool is_comment = false;
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '\n') {
        ++line_;
        is_comment = false;
      } else if (c == '#') {
        is_comment = true;
      } else if (!is_comment && !is_space(c)) {
        return;
      }
    }
  }

  // Another backslash than these stands for itself.
  void take_character(std::string* out) {
    char c = text_[at_++];
    if (c == '\n') ++line_;
    if (c == '\\' && at_ < text_.size()) {
      constexpr std::string_view kEscaped = "\"'\\trn";
      constexpr std::string_view kPlain = "\"'\\\t\r\n";
      if (const size_t known = kEscaped.find(text_[at_]); known != kEscaped.npos) {
        c = kPlain[known];
        ++at_;
      }
    }
    *out += c;
  }

  bool take_quoted(char quote, std::string* out) {
    while (at_ < text_.size() && text_[at_] != quote) take_character(out);
    if (at_ == text_.size()) return false;
    ++at_;
    return true;
  }

  // "${name}" has braces that are no blocks.
  void take_word(std::string* out) {
    while (at_ < text_.size() && !is_space(text_[at_]) && text_[at_] != ';') {
      const bool is_variable = text_[at_] == '{' && out->ends_with('$');
      if (text_[at_] == '{' && !is_variable) return;
      if (!is_variable) {
        take_character(out);
        continue;
      }
      while (at_ < text_.size() && text_[at_] != '}' && !is_space(text_[at_])) *out += text_[at_++];
    }
  }

  std::string text_;
  size_t at_ = 0;
  int line_ = 1;
};

class ConfReader {
 public:
  explicit ConfReader(const std::string& path) : folder_(fs::path(path).parent_path()) {}

  std::optional<Error> read(const std::string& path, int depth) {
    std::error_code ignored;
    const bool is_folder = fs::is_directory(path, ignored);
    errno = 0;
    std::ifstream file(path, std::ios::binary);
    if (is_folder || !file) {
      return Error{
          fmt::format("cannot read {}: {}", path, std::strerror(is_folder ? EISDIR : errno))};
    }
    std::ostringstream text;
    text << file.rdbuf();
    Tokenizer tokenizer(text.str());
    std::vector<Token> directive;
    bool is_correct = true;
    while (auto token = tokenizer.next(&is_correct)) {
      if (!is_correct) return at(path, token->line, "expected the quote that begins here to end");
      if (!token->is_mark) {
        directive.push_back(*std::move(token));
        continue;
      }
      if (token->text == "{" && !directive.empty() &&
          directive[0].text.ends_with("_by_lua_block")) {
        tokenizer.skip_block();
      }
      if (token->text == ";") {
        if (auto error = take(directive, path, depth)) return error;
      }
      directive.clear();
    }
    return std::nullopt;
  }

  std::vector<NamedPattern> patterns() && { return std::move(patterns_); }

 private:
  static Error at(const std::string& path, int line, std::string_view message) {
    return Error{fmt::format("{}:{}: {}", path, line, message)};
  }

  std::optional<Error> take(const std::vector<Token>& directive, const std::string& path,
                            int depth) {
    if (directive.empty()) return std::nullopt;
    if (directive[0].text == "include" && directive.size() == 2) {
      return include(directive[1], path, depth);
    }
    if (directive[0].text != "log_format") return std::nullopt;
    // log_format main escape=json '{"time": "$time_iso8601", ' '"ip": "$remote_addr"}';
    size_t begin = 2;
    NamedPattern named;
    if (directive.size() > 1) named.name = directive[1].text;
    if (directive.size() > 2 && directive[2].text.starts_with("escape=")) {
      named.is_json = directive[2].text == "escape=json";
      ++begin;
    }
    for (size_t i = begin; i < directive.size(); ++i) named.pattern += directive[i].text;
    if (named.pattern.empty()) {
      return at(path, directive[0].line, "expected log_format with a name and a text");
    }
    patterns_.push_back(std::move(named));
    return std::nullopt;
  }

  // Relative to the folder of the first file, as nginx has it.
  std::optional<Error> include(const Token& name, const std::string& path, int depth) {
    if (depth == kIncludeDepthMax) {
      return at(path, name.line, "files include each other too deeply; is it a circle?");
    }
    const std::string wanted = (folder_ / name.text).string();
    glob_t found{};
    const bool is_found = glob(wanted.c_str(), 0, nullptr, &found) == 0;
    std::vector<std::string> files;
    if (is_found) files.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
    globfree(&found);
    if (files.empty() && wanted.find_first_of("*?[") == wanted.npos) {
      return at(path, name.line, fmt::format("cannot find {}", wanted));
    }
    for (const std::string& file : files) {
      if (auto error = read(file, depth + 1)) {
        const bool is_unreadable = error->message.starts_with("cannot read");
        return is_unreadable ? at(path, name.line, error->message) : error;
      }
    }
    return std::nullopt;
  }

  const fs::path folder_;
  std::vector<NamedPattern> patterns_;
};

}  // namespace

Result<std::vector<NamedPattern>> read_nginx_conf(const std::string& path) {
  ConfReader reader(path);
  if (auto error = reader.read(path, 0)) return tl::unexpected(*error);
  return std::move(reader).patterns();
}

}  // namespace ballcone
