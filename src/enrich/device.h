// What kind of thing a User-Agent says it runs on.
#pragma once

#include <string_view>
#include <vector>

#include "enrich/atom_finder.h"

namespace ballcone {

class DeviceClasses {
 public:
  DeviceClasses();

  // "desktop", "mobile", "tablet", "tv", "console", "wearable" or "other"; lives for ever. `os` is
  // the system's family as uap-core names it, used where the text itself has no word for it.
  // An iPad's Safari asks for the desktop's pages with a Mac's User-Agent, to the letter: desktop.
  std::string_view find(std::string_view user_agent, std::string_view os) const;

 private:
  AtomFinder words_;
  // Parallel to the rules: the words' indexes; -1: none asked for.
  struct RuleWords {
    int with = -1;
    int also = -1;
    int without = -1;
  };
  std::vector<RuleWords> rules_;
};

}  // namespace ballcone
