#include "command/import_files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <glob.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <map>
#include <set>
#include <tuple>

namespace ballcone {
namespace {

bool is_digits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isdigit(c); });
}

// A name is what all rotations share, and an age: dated ones (older first) come before numbered
// ones (higher first), and last comes the file that is being written.
struct Rotation {
  std::string shared;
  enum Kind { dated, numbered, live } kind = live;
  std::string date;
  int64_t number = 0;

  auto age() const { return std::tuple(kind, date, -number); }
};

// logrotate writes access.log.2.gz, or with dateext access.log-20261123.gz (or
// access.log-2026112310 each hour).
Rotation rotation_of(std::string_view name) {
  for (const std::string_view suffix : {".gz", ".zst", ".bz2"})
    if (name.ends_with(suffix)) name.remove_suffix(suffix.size());
  const size_t dot = name.rfind('.');
  const size_t dash = name.rfind('-');
  if (dash != name.npos) {
    const std::string_view tail = name.substr(dash + 1);
    if (is_digits(tail) && tail.size() >= 8 && tail.size() <= 14)
      return {std::string(name.substr(0, dash)), Rotation::dated, std::string(tail)};
  }
  if (dot != name.npos) {
    const std::string_view tail = name.substr(dot + 1);
    if (is_digits(tail) && tail.size() >= 8 && tail.size() <= 14)
      return {std::string(name.substr(0, dot)), Rotation::dated, std::string(tail)};
    Rotation rotation{std::string(name.substr(0, dot)), Rotation::numbered};
    if (is_digits(tail) && tail.size() <= 6) {
      std::from_chars(tail.data(), tail.data() + tail.size(), rotation.number);
      return rotation;
    }
  }
  return {std::string(name)};
}

bool exists(const std::string& name) {
  struct stat status {};
  return stat(name.c_str(), &status) == 0;
}

std::string open_error(const std::string& name, int error) {
  if (error == EMFILE || error == ENFILE)
    return fmt::format("{}: more files than this process may have open ({}); import fewer at once",
                       name, raise_open_files_max());
  return fmt::format("{}: {}", name, std::strerror(error));
}

}  // namespace

std::vector<std::string> in_rotation_order(const std::vector<std::string>& names) {
  std::map<std::string, size_t> groups;
  std::vector<std::tuple<size_t, Rotation, std::string>> rows;
  for (const std::string& name : names) {
    Rotation rotation = rotation_of(name);
    const size_t group = groups.try_emplace(rotation.shared, groups.size()).first->second;
    rows.emplace_back(group, std::move(rotation), name);
  }
  std::stable_sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) {
    return std::tuple(std::get<0>(a), std::get<1>(a).age()) <
           std::tuple(std::get<0>(b), std::get<1>(b).age());
  });
  std::vector<std::string> ordered;
  for (auto& row : rows) ordered.push_back(std::move(std::get<2>(row)));
  return ordered;
}

std::vector<std::string> expand_names(const std::vector<std::string>& arguments,
                                      std::vector<std::string>* problems) {
  std::vector<std::string> names;
  for (const std::string& argument : arguments) {
    if (argument.find_first_of("*?[") == argument.npos || exists(argument)) {
      names.push_back(argument);
      continue;
    }
    glob_t found{};
    if (glob(argument.c_str(), GLOB_BRACE | GLOB_TILDE, nullptr, &found) == 0) {
      names.insert(names.end(), found.gl_pathv, found.gl_pathv + found.gl_pathc);
    } else {
      problems->push_back(fmt::format("{}: no file matches", argument));
    }
    globfree(&found);
  }
  return names;
}

OpenedFiles open_files(const std::vector<std::string>& arguments) {
  raise_open_files_max();
  OpenedFiles opened;
  std::set<std::pair<dev_t, ino_t>> seen;
  for (const std::string& name : in_rotation_order(expand_names(arguments, &opened.problems))) {
    const bool is_input = name == kStandardInput;
    const int file = is_input ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
                              : open(name.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
    struct stat status {};
    if (file < 0 || fstat(file, &status) != 0) {
      opened.problems.push_back(open_error(name, errno));
      if (file >= 0) close(file);
    } else if (!seen.emplace(status.st_dev, status.st_ino).second) {
      close(file);
    } else {
      opened.files.push_back({name, file});
    }
  }
  return opened;
}

uint64_t raise_open_files_max() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_cur < limit.rlim_max) {
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    getrlimit(RLIMIT_NOFILE, &limit);
  }
  return limit.rlim_cur;
}

}  // namespace ballcone
