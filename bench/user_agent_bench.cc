// One distinct User-Agent: what it costs to tell the browser, system and device, and whether it is
// a bot's, for the first time and from the cache; and how long the rules take to load. The texts:
// browsers of people (test/samples/user_agents/people.txt), and the examples of
// crawler-user-agents.
#include <benchmark/benchmark.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "enrichers.h"

namespace ballcone {
namespace {

const std::string kRegexes = BALLCONE_DATA_DIR "/regexes.yaml";
const std::string kList = BALLCONE_DATA_DIR "/crawler-user-agents.json";

std::vector<std::string> people() {
  std::vector<std::string> texts;
  std::ifstream file(BALLCONE_SOURCE_DIR "/test/samples/user_agents/people.txt");
  for (std::string line; std::getline(file, line);) texts.push_back(line);
  return texts;
}

std::vector<std::string> crawlers() {
  std::vector<std::string> texts;
  for (const auto& row : nlohmann::json::parse(std::ifstream(kList)))
    for (const auto& example : row["instances"]) texts.push_back(example.get<std::string>());
  return texts;
}

// All texts once before the clock runs: the expressions they need are compiled then.
template <class Look>
void look_at(benchmark::State& state, const std::vector<std::string>& texts, Look look) {
  for (const std::string& text : texts) look(text);
  size_t next = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(look(texts[next]));
    if (++next == texts.size()) next = 0;
  }
}

template <class Texts>
void parse_anew(benchmark::State& state, Texts texts) {
  auto parser = open_data(open_user_agents, "regexes.yaml");
  look_at(state, texts(), [&](const std::string& text) { return parser->parse_anew(text); });
}
template <class Texts>
void parse_cached(benchmark::State& state, Texts texts) {
  auto parser = open_data(open_user_agents, "regexes.yaml");
  look_at(state, texts(), [&](const std::string& text) { return &parser->parse(text); });
}
template <class Texts>
void find_bot_anew(benchmark::State& state, Texts texts) {
  auto bots = open_data(open_bots, "crawler-user-agents.json");
  look_at(state, texts(), [&](const std::string& text) { return bots->find_anew(text); });
}
template <class Texts>
void find_bot_cached(benchmark::State& state, Texts texts) {
  auto bots = open_data(open_bots, "crawler-user-agents.json");
  look_at(state, texts(), [&](const std::string& text) { return &bots->find(text); });
}
// With the device rules, which the program has no need of: what uap-core costs in all.
template <class Texts>
void find_all_sections(benchmark::State& state, Texts texts) {
  auto rules =
      read_uap_rules(kRegexes, {UapSection::browsers, UapSection::systems, UapSection::devices});
  look_at(state, texts(), [&](const std::string& text) {
    for (UapRules& section : *rules) benchmark::DoNotOptimize(section.find(text));
    return 0;
  });
}
BENCHMARK_CAPTURE(parse_anew, people, people);
BENCHMARK_CAPTURE(parse_anew, crawlers, crawlers);
BENCHMARK_CAPTURE(parse_cached, people, people);
BENCHMARK_CAPTURE(find_bot_anew, people, people);
BENCHMARK_CAPTURE(find_bot_anew, crawlers, crawlers);
BENCHMARK_CAPTURE(find_bot_cached, people, people);
BENCHMARK_CAPTURE(find_all_sections, people, people);

// Made to match as much as can be of as many expressions as can be, as long as is looked at.
void parse_hostile(benchmark::State& state) {
  auto parser = open_data(open_user_agents, "regexes.yaml");
  std::string text = "Mozilla/5.0 (";
  while (text.size() < PatternSet::kTextBytesMax) text += "Linux; Android 1.1.1; Windows NT 1.1; ";
  look_at(state, {text, std::string(2048, '1'), std::string(2048, 'M'), std::string(2048, ';')},
          [&](const std::string& one) { return parser->parse_anew(one); });
}
BENCHMARK(parse_hostile)->Unit(benchmark::kMicrosecond);

void load_user_agents(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(open_user_agents(kRegexes));
}
void load_bots(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(open_bots(kList));
}
BENCHMARK(load_user_agents)->Unit(benchmark::kMillisecond);
BENCHMARK(load_bots)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace ballcone

BENCHMARK_MAIN();
