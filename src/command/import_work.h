// Who does imports: this process with the store open, or a running server that is asked to.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "command/import.h"
#include "config.h"
#include "importer.h"
#include "store/salts.h"
#include "store/store.h"

namespace ballcone {

using ImportReport = std::function<void(const ImportFigures&)>;

// Any thread, several at once.
class ImportWork {
 public:
  virtual ~ImportWork() = default;
  // As run_import(); the files are taken over.
  virtual Result<ImportFigures> run(const ImportOptions& options, const ImportSettings& settings,
                                    std::vector<ImportFile> files,
                                    const std::atomic<bool>& is_stopping,
                                    const ImportReport& report) = 0;
  virtual Result<std::vector<ImportInfo>> list() = 0;
  virtual Result<uint64_t> undo(uint32_t import) = 0;  // how many hits went
};

class Deriver;

// All of them outlive it. Page views, visits and totals are made at the end of each import: by the
// deriver, or if there is none by the caller's thread.
std::unique_ptr<ImportWork> make_store_work(const Config& config, Store& store, Salts& salts,
                                            Claims& claims, Deriver* deriver = nullptr);

}  // namespace ballcone
