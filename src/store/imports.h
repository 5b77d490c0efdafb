// What has been imported from where: the tables data.imports, data.inputs, data.fingerprints and
// data.pieces. Pieces are committed with their rows; all else in small transactions of its own.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "hit/input.h"
#include "store/engine.h"
#include "store/store.h"

namespace ballcone {

// Any thread.
class Imports {
 public:
  explicit Imports(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}

  // Before all else.
  Result<void> load();
  // As Store says.
  Result<uint32_t> begin(const ImportStart& start, int64_t now_us);
  Result<void> finish(uint32_t import, int64_t now_us);
  Result<KnownInput> open(const std::string& label, const std::string& name, std::string_view head);
  Result<std::vector<ImportInfo>> list();
  // While nothing is appended.
  Result<uint64_t> undo(uint32_t import);

  // The error says which import the pieces belong to that is no more.
  Result<void> check(const std::vector<Piece>& pieces);
  // Within the transaction of their rows, on its connection.
  static Result<void> append(Connection& connection, const std::vector<Piece>& pieces);
  // After they have been committed: keeps their number small.
  void note(const std::vector<Piece>& pieces);

 private:
  Result<uint32_t> insert(const ImportStart& start, int64_t now_us);
  Result<uint32_t> find_input(const std::string& label, const std::string& name,
                              std::string_view head, uint32_t* fingerprint_bytes);
  Result<uint32_t> insert_input(const std::string& label, const std::string& name);
  Result<void> insert_fingerprint(uint32_t input, std::string_view head);
  Result<std::vector<Range>> done_of(uint32_t input);
  Result<void> merge(uint32_t import);
  Result<uint64_t> delete_rows(uint32_t import, bool is_row_kept);
  Result<void> delete_inputs(const std::vector<uint32_t>& inputs);

  std::mutex mutex_;
  std::unique_ptr<Connection> connection_;
  std::set<uint32_t> known_;               // ids of data.imports
  std::set<uint32_t> begun_;               // by this process, and not finished
  std::set<uint32_t> opened_;              // inputs that somebody may hold the id of
  std::map<uint32_t, size_t> not_merged_;  // import → pieces appended since they were merged
};

}  // namespace ballcone
