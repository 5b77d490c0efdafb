// A derivation that breaks off anywhere leaves everything as it was.
#include <gtest/gtest.h>

#include <random>

#include "derive/derive.h"
#include "derive/test_rows.h"

namespace ballcone {
namespace {

// Statements succeed until the last of `left`.
class FailingTransaction : public Transaction {
 public:
  FailingTransaction(Transaction& inner, int& left) : inner_(inner), left_(left) {}
  Result<Table> run(const Sql& sql) override {
    if (--left_ < 0) return failure("the disk is full");
    return inner_.run(sql);
  }
  Result<void> execute(const std::string& statement) override {
    if (--left_ < 0) return failure("the disk is full");
    return inner_.execute(statement);
  }
  Result<void> delete_hits(const std::string& condition) override {
    if (--left_ < 0) return failure("the disk is full");
    return inner_.delete_hits(condition);
  }
  Result<void> mark_hits(const std::string& condition) override {
    if (--left_ < 0) return failure("the disk is full");
    return inner_.mark_hits(condition);
  }

 private:
  Transaction& inner_;
  int& left_;
};

class FailingStore : public Store {
 public:
  explicit FailingStore(Store& inner) : inner_(inner) {}
  int left = 0;

  Result<void> transact(const std::function<Result<void>(Transaction&)>& work,
                        const std::atomic<bool>* is_cancelled) override {
    return inner_.transact(
        [&](Transaction& transaction) {
          FailingTransaction failing(transaction, left);
          return work(failing);
        },
        is_cancelled);
  }
  Result<void> append(const HitBatch& batch, const std::vector<Piece>& pieces) override {
    return inner_.append(batch, pieces);
  }
  Result<uint32_t> begin_import(const ImportStart& start, int64_t now_us) override {
    return inner_.begin_import(start, now_us);
  }
  Result<void> finish_import(uint32_t import, int64_t now_us) override {
    return inner_.finish_import(import, now_us);
  }
  Result<KnownInput> open_input(const std::string& label, const std::string& name,
                                std::string_view head) override {
    return inner_.open_input(label, name, head);
  }
  Result<std::vector<ImportInfo>> imports() override { return inner_.imports(); }
  Result<uint64_t> undo_import(uint32_t import) override { return inner_.undo_import(import); }
  Result<Table> query(const Sql& sql, const QueryLimits& limits) override {
    return inner_.query(sql, limits);
  }
  Result<uint32_t> code_text(const std::string& column,
                             const std::vector<std::string>& text) override {
    return inner_.code_text(column, text);
  }
  Result<Table> query_console(std::string_view text, const QueryLimits& limits) override {
    return inner_.query_console(text, limits);
  }
  Result<Table> stream_console(std::string_view text, const QueryLimits& limits,
                               const TakeRows& take) override {
    return inner_.stream_console(text, limits, take);
  }
  Result<ParquetFile> parquet_console(std::string_view text, const QueryLimits& limits) override {
    return inner_.parquet_console(text, limits);
  }
  Result<ConsoleSchema> console_schema(const QueryLimits& limits) override {
    return inner_.console_schema(limits);
  }
  std::vector<std::string> services() const override { return inner_.services(); }
  Result<StoreInfo> info() override { return inner_.info(); }
  Result<void> checkpoint() override { return inner_.checkpoint(); }

 private:
  Store& inner_;
};

// Breaks off after 0, 20, 40, … statements, then lets it finish. Returns how often it broke off.
int break_off(Derivation& derivation, bool is_whole) {
  FailingStore store(*derivation.store);
  const std::string changes =
      "SELECT service, batch, first_time, last_time, hits FROM data.changes ORDER BY ALL";
  const auto dirty = find_dirty_days(store, derivation.zones);
  EXPECT_TRUE(dirty && dirty->size() == 1);
  const std::string before = derivation.everything() + derivation.answer(changes);
  for (int statements = 0, count = 0;; statements += 20, ++count) {
    store.left = statements;
    DeriveFigures figures;
    const auto done =
        derive_day(store, derivation.zones, derivation.options, dirty->front(), &figures);
    if (done) {
      EXPECT_EQ(figures.days, is_whole ? 1U : 0U);
      EXPECT_EQ(figures.increments, is_whole ? 0U : 1U);
      EXPECT_EQ(derivation.answer(changes), "");
      return count;
    }
    EXPECT_EQ(done.error().message, "the disk is full");
    EXPECT_EQ(derivation.everything() + derivation.answer(changes), before) << statements;
  }
}

TEST(Derive, LeavesAllAsItWasWhenItFailsAnywhere) {
  std::mt19937 random(6);
  const std::vector<Row> rows = random_rows(random, 300, 1);
  Derivation derivation;
  ASSERT_TRUE(prepare_derived(*derivation.store, {}, {}));
  derivation.add({rows.begin(), rows.begin() + 290});
  EXPECT_GT(break_off(derivation, true), 2);
  derivation.add({rows.begin() + 290, rows.end()});
  EXPECT_GT(break_off(derivation, false), 2);
  Derivation untroubled;
  untroubled.add(rows).derive();
  EXPECT_EQ(derivation.everything(), untroubled.everything());
}

}  // namespace
}  // namespace ballcone
