// visits LINES [FROM TO]: an access log on standard output, as the visits of people and programs to
// one site make it: people come in the rhythm of the day, look at a few pages, each of which brings
// its parts; programs read page after page. From FROM to about TO, seconds since 1970, or 30 days
// from 2026-10-01; in the order of time, in the nginx log_format kFormat. The same arguments give
// the same bytes.
#include <fmt/format.h>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

using namespace ballcone;

namespace {

// '$remote_addr - - [$time_local] "$request" $status $bytes_sent "$http_referer" "$http_user_agent"
// $request_time $upstream_cache_status'

constexpr int64_t kFrom_s = days_of_civil(2026, 10, 1) * 86'400;
constexpr int64_t kTo_s = kFrom_s + 30 * 86'400;
constexpr size_t kWheelSeconds = 4096;  // longest pause between two pages, and more
constexpr int kPaths = 20'000;
constexpr int kPeople = 4'000'000;
constexpr double kPeoplesShare = 0.7;  // of the hits
constexpr double kHitsPerVisit = 18.7;
constexpr double kHitsPerProgram = 40;

using Random = std::mt19937_64;

uint64_t mixed(uint64_t x) {
  x ^= x >> 31;
  x *= 0x9e3779b97f4a7c15ULL;
  return x ^ x >> 29;
}
double part(Random& random) { return static_cast<double>(random() >> 11) * 0x1p-53; }
int skewed(double part, int count, double power) {
  return static_cast<int>(std::pow(part, power) * count);
}

std::vector<std::string> browsers() {
  std::vector<std::string> all;
  const char* systems[] = {"Windows NT 10.0; Win64; x64", "Macintosh; Intel Mac OS X 10_15_7",
                           "X11; Linux x86_64", "Linux; Android 10; K"};
  for (int version = 149; version > 119; --version) {
    for (const char* system : systems) {
      const bool is_mobile = std::string_view(system).starts_with("Linux; A");
      const auto chrome = fmt::format(
          "Mozilla/5.0 ({}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{}.0.0.0 {}Safari/537.36",
          system, version, is_mobile ? "Mobile " : "");
      all.push_back(chrome);
      if (!is_mobile) {
        all.push_back(fmt::format("{} Edg/{}.0.0.0", chrome, version));
        all.push_back(fmt::format("Mozilla/5.0 ({}; rv:{}.0) Gecko/20100101 Firefox/{}.0", system,
                                  version, version));
      }
    }
    const int ios = 12 + (version - 120) / 4;
    all.push_back(
        fmt::format("Mozilla/5.0 (iPhone; CPU iPhone OS {}_{} like Mac OS X) AppleWebKit/605.1.15 "
                    "(KHTML, like Gecko) Version/{}.{} Mobile/15E148 Safari/604.1",
                    ios, version % 5, ios, version % 5));
  }
  return all;
}

constexpr const char* kPrograms[] = {
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; "
    "+https://openai.com/gptbot)",
    "Mozilla/5.0 (compatible; ClaudeBot/1.0; +claudebot@anthropic.com)",
    "Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)",
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "curl/8.5.0",
    "python-requests/2.32.3",
    "Go-http-client/2.0",
    "Mozilla/5.0 (compatible; SemrushBot/7~bl; +http://www.semrush.com/bot.html)"};

std::vector<std::string> sources() {
  std::vector<std::string> all = {"https://www.google.com/",   "https://www.bing.com/",
                                  "https://duckduckgo.com/",   "https://chatgpt.com/",
                                  "https://t.co/a1b2c3",       "https://news.ycombinator.com/",
                                  "https://www.facebook.com/", "https://www.reddit.com/"};
  for (int i = 0; i < 600; ++i)
    all.push_back(fmt::format("https://site{}.example.org/links/{}", i, i * 7));
  return all;
}

std::string page_of(int i) {
  if (i == 0) return "/";
  return fmt::format("/{}/{}-a-title-of-some-words", i % 3 == 0 ? "docs" : "blog", i);
}

struct Guest {
  uint64_t who = 0;  // the person or the program
  bool is_program = false;
  int pages_left = 0;
  int page = 0;
  int source = -1;
};

class Site {
 public:
  Site(uint64_t lines, int64_t from_s, int64_t to_s)
      : lines_(lines), from_s_(from_s), to_s_(to_s) {}

  void run() {
    const double per_second = static_cast<double>(lines_) / static_cast<double>(to_s_ - from_s_);
    double people = 0;
    double programs = 0;
    for (int64_t second = 0; written_ < lines_; ++second) {
      time_ = clf_time((from_s_ + second) * kSecond_us);
      const double rhythm =
          1 - 0.8 * std::cos(static_cast<double>(second) / 86'400 * 6.283185307179586);
      people += per_second * kPeoplesShare / kHitsPerVisit * rhythm;
      programs += per_second * (1 - kPeoplesShare) / kHitsPerProgram;
      for (; people >= 1; --people) welcome(false);
      for (; programs >= 1; --programs) welcome(true);
      std::vector<Guest> due;
      due.swap(wheel_[static_cast<size_t>(second) % kWheelSeconds]);
      now_ = second;
      for (Guest& guest : due) serve(guest);
      flush(false);
    }
    flush(true);
  }

 private:
  static std::string clf_time(int64_t time_us) {
    const std::string iso = format_time(time_us);
    static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    return fmt::format("{}/{}/{}:{} +0000", iso.substr(8, 2),
                       kMonths[std::stoi(iso.substr(5, 2)) - 1], iso.substr(0, 4),
                       iso.substr(11, 8));
  }

  void welcome(bool is_program) {
    Guest guest;
    guest.is_program = is_program;
    guest.who =
        is_program ? random_() % 400 : static_cast<uint64_t>(skewed(part(random_), kPeople, 2));
    guest.pages_left = 1 + static_cast<int>(-std::log(1 - part(random_)) * (is_program ? 39 : 1.9));
    guest.page = skewed(part(random_), kPaths, 4);
    if (!is_program && random_() % 5 < 3)
      guest.source = skewed(part(random_), static_cast<int>(sources_.size()), 3);
    serve(guest);
  }

  void serve(Guest& guest) {
    const bool is_campaign = guest.source >= 0 && random_() % 20 == 0;
    const std::string path =
        is_campaign ? fmt::format("{}?utm_source=newsletter&utm_medium=email&utm_campaign=week{}",
                                  pages_[static_cast<size_t>(guest.page)], now_ / 604'800)
                    : pages_[static_cast<size_t>(guest.page)];
    const uint64_t dice = random_() % 100;
    write(guest, path,
          dice < 92   ? 200
          : dice < 95 ? 304
          : dice < 98 ? 404
          : dice < 99 ? 301
                      : 500,
          guest.source < 0 ? std::string_view("-")
                           : std::string_view(sources_[static_cast<size_t>(guest.source)]),
          5'000 + random_() % 60'000, 20);
    if (!guest.is_program) {
      const std::string page = "https://www.example.com" + pages_[static_cast<size_t>(guest.page)];
      for (uint64_t i = 0, parts = 3 + random_() % 8; i < parts; ++i) {
        const uint64_t asset = mixed(static_cast<uint64_t>(guest.page) * 16 + i) % 4'000;
        write(guest, assets_[asset], 200, page, 500 + asset * 40, 1);
      }
    }
    if (--guest.pages_left <= 0) return;
    guest.source = -1;
    guest.page = skewed(part(random_), kPaths, 3);
    const auto pause = static_cast<int64_t>(-std::log(1 - part(random_)) * 60) + 1;
    const auto due = static_cast<size_t>(now_ + std::min<int64_t>(pause, kWheelSeconds - 1));
    wheel_[due % kWheelSeconds].push_back(guest);
  }

  void write(const Guest& guest, std::string_view path, int status, std::string_view referrer,
             uint64_t bytes, int slowness) {
    if (written_ >= lines_) return;
    ++written_;
    const uint64_t bits = mixed(guest.who + (guest.is_program ? uint64_t{1} << 40 : 0));
    const std::string_view user_agent =
        guest.is_program
            ? std::string_view(kPrograms[guest.who % std::size(kPrograms)])
            : std::string_view(
                  browsers_[static_cast<size_t>(skewed(static_cast<double>(bits >> 40) * 0x1p-24,
                                                       static_cast<int>(browsers_.size()), 2))]);
    const auto ms = static_cast<int64_t>(-std::log(1 - part(random_)) * slowness * 10);
    fmt::format_to(std::back_inserter(text_),
                   "{}.{}.{}.{} - - [{}] \"GET {} HTTP/1.1\" {} {} \"{}\" \"{}\" {}.{:03} {}\n",
                   2 + bits % 220, bits >> 8 & 255, bits >> 16 & 255, bits >> 24 & 255, time_, path,
                   status, status == 304 ? 0 : bytes, referrer, user_agent, ms / 1000, ms % 1000,
                   slowness > 1  ? "-"
                   : ms % 7 == 0 ? "MISS"
                                 : "HIT");
  }

  void flush(bool is_last) {
    if (text_.size() < 1 << 20 && !is_last) return;
    if (std::fwrite(text_.data(), 1, text_.size(), stdout) != text_.size()) std::exit(1);
    text_.clear();
  }

  static std::vector<std::string> pages() {
    std::vector<std::string> all;
    for (int i = 0; i < kPaths; ++i) all.push_back(page_of(i));
    return all;
  }
  static std::vector<std::string> assets() {
    constexpr const char* kEnds[] = {"png", "css", "js", "woff2", "webp"};
    std::vector<std::string> all;
    for (int i = 0; i < 4'000; ++i)
      all.push_back(fmt::format("/static/part-{}.{}", i, kEnds[i % 5]));
    return all;
  }

  const uint64_t lines_;
  const int64_t from_s_;
  const int64_t to_s_;
  const std::vector<std::string> browsers_ = browsers();
  const std::vector<std::string> sources_ = sources();
  const std::vector<std::string> pages_ = pages();
  const std::vector<std::string> assets_ = assets();
  std::vector<std::vector<Guest>> wheel_ = std::vector<std::vector<Guest>>(kWheelSeconds);
  Random random_{1};
  uint64_t written_ = 0;
  int64_t now_ = 0;
  std::string time_;
  std::string text_;
};

}  // namespace

int main(int argc, char** argv) {
  const uint64_t lines = argc == 2 || argc == 4 ? std::strtoull(argv[1], nullptr, 10) : 0;
  const int64_t from_s = argc == 4 ? std::atoll(argv[2]) : kFrom_s;
  const int64_t to_s = argc == 4 ? std::atoll(argv[3]) : kTo_s;
  if (lines == 0 || from_s >= to_s) {
    std::fputs("usage: visits LINES [FROM TO]\n", stderr);
    return 2;
  }
  Site(lines, from_s, to_s).run();
}
