// Imports as JSON: what a command and a server tell each other, a line each, and the summaries that
// --json prints. All functions are pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "command/import.h"
#include "importer.h"
#include "store/store.h"

namespace ballcone {

// From a command. An import is asked for in three steps: `import`; `files`, as often as needed,
// with the descriptors beside the bytes, each answered by `taken`; `begin`. `stop` ends it early.
struct ImportRequest {
  enum class What { import, files, begin, stop, list, undo } what = What::stop;
  ImportOptions options;           // of import
  ImportSettings settings;         // of import
  std::vector<std::string> names;  // of files
  uint32_t import = 0;             // of undo
};

// From a server.
struct ImportReply {
  enum class What { taken, figures, done, list, undone, error } what = What::error;
  uint64_t count = 0;               // of taken: files; of undone: hits
  ImportFigures figures;            // of figures and done
  std::vector<ImportInfo> imports;  // of list
  std::string error;
};

// With a line end. Text that is not UTF-8 is repaired.
std::string to_line(const ImportRequest& request);
std::string to_line(const ImportReply& reply);
// The error says what was expected.
Result<ImportRequest> parse_request(std::string_view line);
Result<ImportReply> parse_reply(std::string_view line);

// For --json, indented, with a line end.
std::string summary_json(const ImportFigures& figures, bool with_steps);
std::string list_json(const std::vector<ImportInfo>& imports);
std::string undo_json(uint32_t import, uint64_t hits);
std::string error_json(std::string_view message);

}  // namespace ballcone
