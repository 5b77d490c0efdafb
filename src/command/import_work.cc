#include "command/import_work.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <mutex>
#include <set>
#include <utility>

#include "command/data_dir.h"

namespace ballcone {
namespace {

// Files that imports read at this moment. What one has read and not yet committed another one would
// not know, and store again. Any thread.
class FilesInUse {
 public:
  using Identity = std::pair<dev_t, ino_t>;

  bool take(const Identity& file) {
    const std::lock_guard lock(mutex_);
    return files_.insert(file).second;
  }
  void give_back(const std::set<Identity>& files) {
    const std::lock_guard lock(mutex_);
    for (const Identity& file : files) files_.erase(file);
  }

 private:
  std::mutex mutex_;
  std::set<Identity> files_;
};

class StoreWork : public ImportWork {
 public:
  StoreWork(const Config& config, Store& store, Salts& salts)
      : config_(config), store_(store), salts_(salts) {}

  Result<ImportFigures> run(const ImportOptions& options, const ImportSettings& settings,
                            std::vector<ImportFile> files, const std::atomic<bool>& is_stopping,
                            const ImportReport& report) override {
    Config config = config_;
    if (settings.addresses) config.addresses = *settings.addresses;
    if (settings.geoip) config.geoip = *settings.geoip;
    if (settings.services) config.services = *settings.services;
    if (settings.services_max) config.services_max = *settings.services_max;
    if (settings.period_s) config.period_s = *settings.period_s;
    const std::string data_dir = config.data_dir.empty() ? find_data_dir() : config.data_dir;
    std::vector<std::string> problems;
    const std::set<FilesInUse::Identity> taken = take(&files, &problems);
    auto figures = run_import(config, data_dir, store_, salts_, options, std::move(files),
                              is_stopping, report);
    in_use_.give_back(taken);
    if (figures) {
      figures->files += problems.size();
      figures->problems.insert(figures->problems.begin(), problems.begin(), problems.end());
    }
    return figures;
  }
  Result<std::vector<ImportInfo>> list() override { return store_.imports(); }
  Result<uint64_t> undo(uint32_t import) override { return store_.undo_import(import); }

 private:
  // Closes those that another import has.
  std::set<FilesInUse::Identity> take(std::vector<ImportFile>* files,
                                      std::vector<std::string>* problems) {
    std::set<FilesInUse::Identity> taken;
    std::erase_if(*files, [&](const ImportFile& file) {
      struct stat status {};
      if (fstat(file.file, &status) != 0 || !S_ISREG(status.st_mode)) return false;
      const FilesInUse::Identity identity(status.st_dev, status.st_ino);
      if (taken.contains(identity)) return false;
      if (in_use_.take(identity)) {
        taken.insert(identity);
        return false;
      }
      problems->push_back(fmt::format(
          "{}: another import reads it at this moment; when that is done, the same command stores "
          "what is new",
          file.name));
      close(file.file);
      return true;
    });
    return taken;
  }

  FilesInUse in_use_;
  const Config& config_;
  Store& store_;
  Salts& salts_;
};

}  // namespace

std::unique_ptr<ImportWork> make_store_work(const Config& config, Store& store, Salts& salts) {
  return std::make_unique<StoreWork>(config, store, salts);
}

}  // namespace ballcone
