// Texts become codes: each distinct text of a batch is looked up once, and a new one is given the
// next number of its table.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "hit/batch.h"
#include "store/chunks.h"
#include "store/code_map.h"
#include "store/ddl.h"
#include "store/engine.h"

namespace ballcone {

// Of each text column, in the order of schema().texts: the hash of each distinct text with its
// attributes; 0 where all of it is absent, or no row has it.
using TextHashes = std::vector<std::vector<uint64_t>>;

// What became of the distinct texts of one column.
struct Coding {
  std::vector<uint32_t> codes;       // batch's code → database's
  std::vector<uint32_t> new_texts;   // batch's codes of those the database does not have
  std::vector<uint64_t> new_hashes;  // of the same
};

// One thread at a time, but for hash().
class Texts {
 public:
  Texts(std::unique_ptr<Connection> connection, uint64_t seed, size_t texts_in_memory_max);

  // Any thread, without the database: the larger part of the work.
  TextHashes hash(const HitBatch& batch) const;
  // Gives codes, to new texts too, which are not in the database before append() has been
  // committed. If that fails, forget().
  Result<std::vector<Coding>> code(const TextHashes& hashes);
  // Within a transaction on connection().
  Result<void> append(const HitBatch& batch, const std::vector<Coding>& codings);
  // The code of one text with its attributes, committed if it is new.
  Result<uint32_t> code_one(const std::string& column, const std::vector<std::string>& text);
  // What is remembered is read from the database anew when it is wanted next.
  void forget() { is_loaded_ = false; }
  Result<void> load();

  Connection& connection() { return *connection_; }

 private:
  // One text column of the schema and what is known of its table.
  struct Text {
    explicit Text(size_t count_max) : codes(count_max) {}
    const SchemaText* schema = nullptr;
    std::vector<std::string> columns;  // of data.text_x, as they lie in the database
    CodeMap codes;                     // hash → code
    uint64_t next_code = 1;
  };
  struct Input;  // the columns of a batch that make up a text

  static std::vector<Input> inputs_of(const HitBatch& batch, uint64_t seed);
  Result<void> load_text(Text& text);
  Result<Coding> code_text(Text& text, const std::vector<uint64_t>& hashes);
  using Found = std::unordered_map<uint64_t, uint32_t>;  // hash → database's code
  Result<Found> find_in_database(const Text& text, const std::vector<uint64_t>& hashes);
  Result<void> append_text(const Text& text, const Input& input, const Coding& coding);

  std::unique_ptr<Connection> connection_;
  uint64_t seed_;
  std::vector<Text> texts_;  // ordered as schema().texts
  bool is_loaded_ = false;
};

// Appends `rows` rows to a table that lies in the database with `columns`. A column that a later
// version added and this one does not know stays NULL.
Result<void> append_columns(Connection& connection, const std::string& table,
                            const std::vector<std::string>& columns,
                            std::unordered_map<std::string, Fill> fills, size_t rows);

}  // namespace ballcone
