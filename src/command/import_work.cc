#include "command/import_work.h"

#include "command/data_dir.h"

namespace ballcone {
namespace {

class StoreWork : public ImportWork {
 public:
  StoreWork(const Config& config, Store& store, Salts& salts, Claims& claims)
      : config_(config), store_(store), salts_(salts), claims_(claims) {}

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
    return run_import(config, data_dir, store_, salts_, options, std::move(files), claims_,
                      is_stopping, report);
  }
  Result<std::vector<ImportInfo>> list() override { return store_.imports(); }
  Result<uint64_t> undo(uint32_t import) override { return store_.undo_import(import); }

 private:
  const Config& config_;
  Store& store_;
  Salts& salts_;
  Claims& claims_;
};

}  // namespace

std::unique_ptr<ImportWork> make_store_work(const Config& config, Store& store, Salts& salts,
                                            Claims& claims) {
  return std::make_unique<StoreWork>(config, store, salts, claims);
}

}  // namespace ballcone
