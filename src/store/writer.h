// Appends batches: texts become codes, rows become data chunks, all in one transaction.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "hit/batch.h"
#include "store/chunks.h"
#include "store/code_map.h"
#include "store/ddl.h"
#include "store/engine.h"

namespace ballcone {

// One thread at a time.
class Writer {
 public:
  Writer(std::unique_ptr<Connection> connection, uint64_t seed, size_t texts_in_memory_max);

  // Reads from the database what append() needs to know. Before the first append.
  Result<void> load();
  // All rows or none. After an error what is remembered is read anew by the next append.
  Result<void> append(const HitBatch& batch);

  // As of the last commit.
  uint64_t hits() const { return hits_; }
  // Name → code in data.text_service.
  const std::map<std::string, int64_t>& services() const { return services_; }
  size_t texts_in_memory() const;
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
  struct Input;   // the columns of a batch that make up a text
  struct Coding;  // what became of a batch's distinct texts

  Result<void> load_text(Text& text);
  Result<void> append_in_transaction(const HitBatch& batch,
                                     std::map<std::string, int64_t>* services);
  Result<Coding> code_texts(Text& text, const Input& input);
  Result<void> find_in_database(const Text& text, const std::vector<uint64_t>& hashes,
                                Coding* coding);
  Result<void> append_texts(const Text& text, const Input& input, const Coding& coding);
  Result<void> create_service_views(const Input& input, const Coding& coding,
                                    std::map<std::string, int64_t>* services);
  Result<void> append_columns(const std::string& table, const std::vector<std::string>& columns,
                              std::unordered_map<std::string, Fill> fills, size_t rows);
  Result<void> append_hits(const HitBatch& batch, const std::vector<Coding>& codings);

  std::unique_ptr<Connection> connection_;
  uint64_t seed_;
  std::vector<Text> texts_;  // ordered as schema().texts
  std::vector<std::string> hit_columns_;
  std::map<std::string, int64_t> services_;
  uint64_t hits_ = 0;
  bool is_loaded_ = false;
};

}  // namespace ballcone
