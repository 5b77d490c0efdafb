// Where the tokens of a JSON line begin, found at gigabytes a second; inside this room only.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace ballcone {

// One thread at a time.
class JsonTokens {
 public:
  JsonTokens();
  ~JsonTokens();

  // The places of each brace, bracket, colon and comma outside of texts, of each text's opening
  // quote, and of the first byte of everything else that is not white space. Valid until the next
  // call. Empty if the line has none, is not UTF-8, does not end its last text, or has a control
  // byte within a text. Of the grammar nothing else is checked.
  std::span<const uint32_t> find(std::string_view line);

 private:
  struct Finder;
  std::unique_ptr<Finder> finder_;  // made when first needed
};

}  // namespace ballcone
