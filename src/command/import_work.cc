#include "command/import_work.h"

#include "base/log.h"
#include "command/counting.h"
#include "command/data_dir.h"
#include "derive/deriver.h"

namespace ballcone {
namespace {

class StoreWork : public ImportWork {
 public:
  StoreWork(const Config& config, Store& store, Salts& salts, Claims& claims, Deriver* deriver)
      : config_(config), store_(store), salts_(salts), claims_(claims), deriver_(deriver) {}

  Result<ImportFigures> run(const ImportOptions& options, const ImportSettings& settings,
                            std::vector<ImportFile> files, const std::atomic<bool>& is_stopping,
                            const ImportReport& report) override {
    if (auto agreed = check_counting(config_, settings); !agreed)
      return tl::unexpected(agreed.error());
    Config config = config_;
    if (settings.addresses) config.addresses = *settings.addresses;
    if (settings.mask_urls) config.mask_urls = *settings.mask_urls;
    if (settings.log_pixels) config.log_pixels = *settings.log_pixels;
    if (settings.geoip) config.geoip = *settings.geoip;
    if (settings.services) config.services = *settings.services;
    if (settings.services_max) config.services_max = *settings.services_max;
    if (settings.period_s) config.period_s = *settings.period_s;
    const std::string data_dir = config.data_dir.empty() ? find_data_dir() : config.data_dir;
    auto figures = run_import(config, data_dir, store_, salts_, options, std::move(files), claims_,
                              is_stopping, report);
    if (figures) derive(config, is_stopping, &*figures);
    return figures;
  }
  Result<std::vector<ImportInfo>> list() override { return store_.imports(); }
  Result<uint64_t> undo(uint32_t import) override { return store_.undo_import(import); }

 private:
  // What is stored is safe: if this fails or is stopped, it is made up for later.
  void derive(const Config& config, const std::atomic<bool>& is_stopping, ImportFigures* figures) {
    DeriveFigures derived;
    if (deriver_ != nullptr) {
      deriver_->finish(is_stopping, &derived);
    } else {
      DeriveOptions options = derive_options(config);
      options.is_cancelled = &is_stopping;
      const auto done = derive_changed(store_, config.zones, options);
      if (!done && !is_stopping)
        log_warning("page views and totals are not made yet: {}", done.error().message);
      if (done) derived = *done;
    }
    figures->derived_days = derived.days + derived.increments;
    figures->derive_seconds = static_cast<double>(derived.took_us) / 1e6;
  }

  const Config& config_;
  Store& store_;
  Salts& salts_;
  Claims& claims_;
  Deriver* deriver_;
};

}  // namespace

std::unique_ptr<ImportWork> make_store_work(const Config& config, Store& store, Salts& salts,
                                            Claims& claims, Deriver* deriver) {
  return std::make_unique<StoreWork>(config, store, salts, claims, deriver);
}

}  // namespace ballcone
