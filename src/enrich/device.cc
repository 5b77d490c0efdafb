#include "enrich/device.h"

#include <algorithm>
#include <bitset>
#include <string>

#include "base/check.h"

namespace ballcone {
namespace {

// The first rule holds whose words are there. Case does not matter.
struct Rule {
  std::string_view device;
  std::string_view with;
  std::string_view also = {};     // must be there too
  std::string_view without = {};  // must not be there
};

constexpr Rule kRules[] = {
    // Mozilla/5.0 (Web0S; Linux/SmartTV) AppleWebKit/537.36 … WebAppManager
    {"tv", "smarttv"},
    {"tv", "smart-tv"},
    {"tv", "smart tv"},
    {"tv", "web0s"},
    {"tv", "netcast"},
    {"tv", "hbbtv"},
    {"tv", "appletv"},
    {"tv", "apple tv"},
    {"tv", "tvos"},
    {"tv", "googletv"},
    {"tv", "google tv"},
    {"tv", "android tv"},
    {"tv", "androidtv"},
    {"tv", "crkey"},  // Chromecast
    {"tv", "roku/"},
    {"tv", "bravia"},
    {"tv", "viera"},
    {"tv", "philipstv"},
    {"tv", "nettv/"},
    {"tv", "vizio"},
    {"tv", "dtv;"},
    {"tv", "mitv"},
    {"tv", "mibox"},
    {"tv", "; aft", "build/"},  // Fire TV: "Linux; Android 9; AFTMM Build/PS7233"
    {"tv", "; aft", "silk/"},
    {"tv", "tizen", "tv safari"},
    {"tv", "tizen", " tv/"},
    {"tv", "opera tv"},
    {"tv", "ce-html"},
    // Mozilla/5.0 (Windows NT 10.0; Win64; x64; Xbox; Xbox One) … Edge/44.18363.8131
    {"console", "playstation"},
    {"console", "xbox"},
    {"console", "nintendo"},
    // Mozilla/5.0 (X11; Linux x86_64; Quest 3) AppleWebKit/537.36 … OculusBrowser/32.0 … VR
    {"wearable", "oculusbrowser"},
    {"wearable", "apple watch"},
    {"wearable", "watchos"},
    {"wearable", "wear os"},
    {"wearable", "sm-r", "tizen"},  // Galaxy Watch
    {"wearable", "sm-r", "android"},
    {"wearable", "glass 1 build"},
    {"tablet", "ipad"},
    {"tablet", "playbook"},
    {"tablet", "kindle"},
    {"tablet", "touchpad"},  // webOS of HP, not LG's
    {"tablet", "xoom"},
    {"tablet", "sm-t", "android"},  // Galaxy Tab
    {"tablet", "sm-x", "android"},
    {"tablet", "gt-p", "android"},
    {"tablet", "nexus 7"},
    {"tablet", "nexus 9"},
    {"tablet", "nexus 10"},
    {"tablet", "; kf", "silk/"},  // Fire: "Android 9; KFMAWI Build/PS7322"
    {"tablet", "; kf", "build/"},
    {"tablet", "silk/", {}, "mobile safari"},
    {"tablet", "windows nt 6.2; arm;"},  // Windows RT
    {"tablet", "windows nt 6.3; arm;"},
    // "Tablet PC 2.0" is what Internet Explorer says of every Windows with the pen's software.
    {"tablet", "tablet", {}, "windows nt"},
    {"mobile", "iphone"},
    {"mobile", "ipod"},
    {"mobile", "windows phone"},
    {"mobile", "iemobile"},
    {"mobile", "windows ce"},
    {"mobile", "blackberry"},
    {"mobile", "(bb10;"},
    {"mobile", "symbian"},
    {"mobile", "series60"},
    {"mobile", "series40"},
    {"mobile", "nokia"},
    {"mobile", "kaios"},
    {"mobile", "opera mini"},
    {"mobile", "opera mobi"},
    {"mobile", "ucweb"},
    {"mobile", "midp"},
    {"mobile", "up.browser"},
    {"mobile", "palmos"},
    {"mobile", "palm os"},
    {"mobile", "hpwos"},
    {"mobile", "docomo/"},
    {"mobile", "dalvik"},  // never says "Mobile"
    // Android's own rule: a phone's browser says "Mobile", a tablet's does not.
    {"mobile", "android", "mobile"},
    {"tablet", "android", "applewebkit"},
    {"mobile", "android"},
    {"mobile", "mobile", {}, "windows nt"},
    {"desktop", "windows nt"},
    {"desktop", "macintosh"},
    {"desktop", "x11"},
    {"desktop", "cros "},
    {"desktop", "win98"},
    {"desktop", "windows 9"},
};

struct SystemRule {
  std::string_view device;
  std::string_view os;  // family, or how it begins
};

// For User-Agents of programs: "Overcast/3.0 CFNetwork/1410.0.3 Darwin/22.6.0" is uap-core's iOS.
constexpr SystemRule kSystemRules[] = {
    {"tv", "tvOS"},          {"tv", "ATV OS X"},          {"tv", "Chromecast"},
    {"wearable", "WatchOS"}, {"mobile", "iOS"},           {"mobile", "Android"},
    {"mobile", "HarmonyOS"}, {"mobile", "Windows Phone"}, {"desktop", "Windows"},
    {"desktop", "Mac OS"},   {"desktop", "Chrome OS"},    {"desktop", "Linux"},
    {"desktop", "Ubuntu"},   {"desktop", "Debian"},       {"desktop", "Fedora"},
    {"desktop", "FreeBSD"},  {"desktop", "OpenBSD"},      {"desktop", "NetBSD"},
    {"desktop", "Solaris"},
};

constexpr size_t kWordsMax = 192;

}  // namespace

DeviceClasses::DeviceClasses() {
  std::vector<std::string> words;
  const auto index_of = [&words](std::string_view word) {
    if (word.empty()) return -1;
    const auto at = std::find(words.begin(), words.end(), word);
    const auto index = static_cast<int>(at - words.begin());
    if (at == words.end()) words.emplace_back(word);
    return index;
  };
  for (const Rule& rule : kRules)
    rules_.push_back({index_of(rule.with), index_of(rule.also), index_of(rule.without)});
  CHECK(words.size() <= kWordsMax);
  words_ = AtomFinder(words);
}

std::string_view DeviceClasses::find(std::string_view user_agent, std::string_view os) const {
  std::bitset<kWordsMax> found;
  words_.find(user_agent, [&found](size_t word) { found.set(word); });
  const auto has = [&found](int word) { return found.test(static_cast<size_t>(word)); };
  for (size_t i = 0; i < rules_.size(); ++i) {
    const auto& [with, also, without] = rules_[i];
    if (has(with) && (also < 0 || has(also)) && (without < 0 || !has(without)))
      return kRules[i].device;
  }
  for (const SystemRule& rule : kSystemRules) {
    if (os.starts_with(rule.os)) return rule.device;
  }
  return "other";
}

}  // namespace ballcone
