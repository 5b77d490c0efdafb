// access_log combined|json|paths LINES: an access log on standard output, as a busy site's is:
// 40,000 paths, 400,000 addresses, 3,000 User-Agents, 5,000 referrers, few of them with most of the
// hits; 30 days. In `paths` nearly every line has a path of its own.
// The same arguments give the same bytes.
#include <fmt/format.h>
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "base/time.h"

using namespace ballcone;

namespace {

constexpr int kPaths = 40'000;
constexpr int kAddresses = 400'000;
constexpr size_t kUserAgents = 3'000;
constexpr int kReferrers = 5'000;
constexpr int64_t kBegin_us = days_of_civil(2026, 10, 1) * kDay_us;
constexpr int64_t kSpan_us = 30 * kDay_us;

using Random = std::mt19937_64;

double part(Random& random) { return std::uniform_real_distribution<double>(0, 1)(random); }

// Few of `count` are chosen often: the higher the power, the fewer.
int skewed(Random& random, int count, double power) {
  return static_cast<int>(std::pow(part(random), power) * count);
}

// Real browsers and programs: the test cases of uap-core, every n-th.
std::vector<std::string> user_agents() {
  std::vector<std::string> all;
  for (const char* name : {"test_ua.yaml", "test_device.yaml"}) {
    std::ifstream file(std::string("/usr/share/uap-core/tests/") + name);
    for (std::string line; std::getline(file, line);) {
      const size_t key = line.find("user_agent_string:");
      if (key == line.npos) continue;
      const size_t begin = line.find_first_of("'\"", key);
      const size_t end = line.find_last_of("'\"");
      if (begin == line.npos || end <= begin) continue;
      const std::string text = line.substr(begin + 1, end - begin - 1);
      if (text.find_first_of("'\"\\") == text.npos) all.push_back(text);
    }
  }
  if (all.size() < kUserAgents) {
    std::fputs("access_log: expected the Debian package uap-core: apt install uap-core\n", stderr);
    std::exit(1);
  }
  std::vector<std::string> chosen;
  for (size_t i = 0; i < kUserAgents; ++i) chosen.push_back(all[i * all.size() / kUserAgents]);
  std::shuffle(chosen.begin(), chosen.end(), Random(3));
  return chosen;
}

std::vector<std::string> paths() {
  static constexpr const char* kFolders[] = {"blog", "docs",   "shop/item",
                                             "img",  "static", "api/v1"};
  static constexpr const char* kEnds[] = {"", ".html", "/", ".png", ".css?v=3", "?page=2"};
  std::vector<std::string> all;
  for (int i = 0; i < kPaths; ++i) {
    const int folder = i * 7 % 6;
    all.push_back(i == 0 ? "/"
                         : fmt::format("/{}/{}-{}{}", kFolders[folder], i, "a-title-of-some-words",
                                       kEnds[folder]));
  }
  return all;
}

std::vector<std::string> addresses() {
  Random random(5);
  std::vector<std::string> all;
  for (int i = 0; i < kAddresses; ++i) {
    const uint64_t bits = random();
    all.push_back(i % 8 == 0 ? fmt::format("2a0{}:{:x}:{:x}::{:x}", bits % 8, bits >> 48,
                                           bits >> 32 & 0xffff, bits >> 16 & 0xffff)
                             : fmt::format("{}.{}.{}.{}", 1 + bits % 222, bits >> 8 & 255,
                                           bits >> 16 & 255, bits >> 24 & 255));
  }
  return all;
}

std::vector<std::string> referrers() {
  std::vector<std::string> all;
  for (int i = 0; i < kReferrers; ++i) {
    all.push_back(i % 3 == 0 ? fmt::format("https://www.google.com/search?q=words{}", i)
                  : i % 3 == 1
                      ? fmt::format("https://www.example.com/blog/{}-a-title-of-some-words", i * 6)
                      : fmt::format("https://site{}.example.org/page/{}", i % 700, i));
  }
  return all;
}

constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

// "2026-10-01T00:00:00Z" → "01/Oct/2026:00:00:00 +0000"
std::string clf_time(const std::string& iso) {
  return fmt::format("{}/{}/{}:{} +0000", iso.substr(8, 2),
                     kMonths[std::stoi(iso.substr(5, 2)) - 1], iso.substr(0, 4), iso.substr(11, 8));
}

}  // namespace

int main(int argc, char** argv) {
  const std::string format = argc == 3 ? argv[1] : "";
  if (format != "combined" && format != "json" && format != "paths") {
    std::fputs("usage: access_log combined|json|paths LINES\n", stderr);
    return 2;
  }
  const auto lines = std::strtoull(argv[2], nullptr, 10);
  const auto all_user_agents = user_agents();
  const auto all_paths = paths();
  const auto all_addresses = addresses();
  const auto all_referrers = referrers();
  static constexpr int kStatuses[] = {200, 200, 200, 200, 200, 200, 200, 304, 304, 301, 404, 500};
  Random random(1);
  std::string text;
  int64_t second = -1;
  std::string time;
  for (uint64_t i = 0; i < lines; ++i) {
    const int64_t time_us =
        kBegin_us + static_cast<int64_t>(static_cast<double>(kSpan_us) * static_cast<double>(i) /
                                         static_cast<double>(lines));
    if (time_us / kSecond_us != second) {
      second = time_us / kSecond_us;
      time = format_time(second * kSecond_us);
      if (format != "json") time = clf_time(time);
    }
    const std::string& address = all_addresses[skewed(random, kAddresses, 2)];
    const std::string& user_agent = all_user_agents[skewed(random, kUserAgents, 4)];
    const std::string path = format == "paths"
                                 ? fmt::format("/item/{}", i * 0x9e3779b97f4a7c15 % 50'000'000'000)
                                 : all_paths[skewed(random, kPaths, 3)];
    const bool has_referrer = random() % 5 < 2;
    const std::string referrer = has_referrer ? all_referrers[skewed(random, kReferrers, 2)] : "-";
    const int status = kStatuses[random() % 12];
    const int bytes = status == 304 ? 0 : 200 + skewed(random, 80'000, 2);
    if (format == "json") {
      text += fmt::format(
          "{{\"service\": \"example.com\", \"ip\": \"{}\", \"host\": \"www.example.com\", "
          "\"path\": \"{}\", \"status\": \"{}\", "
          "\"referrer\": \"{}\", \"user_agent\": \"{}\", \"length\": {}, "
          "\"generation_time_milli\": 0.{:03}, \"date\": \"{}\"}}\n",
          address, path, status, has_referrer ? referrer : "", user_agent, bytes,
          skewed(random, 900, 3), time);
    } else {
      text += fmt::format("{} - - [{}] \"GET {} HTTP/1.1\" {} {} \"{}\" \"{}\"\n", address, time,
                          path, status, bytes, referrer, user_agent);
    }
    if (text.size() > 1 << 20 || i + 1 == lines) {
      if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) return 1;
      text.clear();
    }
  }
}
