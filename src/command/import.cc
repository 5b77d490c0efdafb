#include "command/import.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <thread>

#include "base/clock.h"
#include "base/log.h"
#include "command/counting.h"
#include "command/import_client.h"
#include "command/import_dry_run.h"
#include "command/import_files.h"
#include "command/import_json.h"
#include "command/import_text.h"
#include "command/import_work.h"
#include "command/server_file.h"
#include "decode/format.h"

namespace ballcone {
namespace {

using namespace std::chrono_literals;

constexpr int64_t kPlainPeriod_ns = 5'000'000'000;
// A server that is starting has the database and no socket yet; one that is stopping, too.
constexpr int kOpenTries = 50;
constexpr auto kOpenPause = 100ms;
// An import appends and hardly reads: with more memory the engine only keeps what nobody asks for.
constexpr uint64_t kEngineMbMax = 192;

std::atomic<bool> is_stopping{false};

void say(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stderr); }
void print(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

// The first one asks for a stop, the second one is obeyed at once: what is committed is safe.
void on_stop_signal(int) {
  if (is_stopping.exchange(true)) _exit(kImportStopped);
}

void heed_stop_signals() {
  struct sigaction action {};
  action.sa_handler = on_stop_signal;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  signal(SIGPIPE, SIG_IGN);
}

size_t terminal_width(int file, size_t otherwise) {
  winsize size{};
  return ioctl(file, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : otherwise;
}

int fail(const ImportCommand& command, std::string_view message, int code = kImportFailed) {
  say(fmt::format("ballcone import: {}\n", message));
  if (command.prints_json) print(error_json(message));
  return code;
}

// One line that is rewritten on a terminal; elsewhere a line every few seconds.
class Progress {
 public:
  void show(const ImportFigures& figures) {
    speed_.add(figures);
    if (is_stopping && !says_stopping_) {
      clear();
      say("stopping at the next commit; Ctrl-C again ends at once\n");
      says_stopping_ = true;
    }
    if (is_terminal_) {
      // The last column stays free: some terminals break the line there.
      const std::string line =
          progress_line(figures, speed_, terminal_width(STDERR_FILENO, 80) - 1);
      say("\r" + line + "\x1b[K");
      is_shown_ = true;
    } else if (const int64_t now = monotonic_ns(); now - last_ns_ >= kPlainPeriod_ns) {
      last_ns_ = now;
      say(progress_line(figures, speed_, 200) + "\n");
    }
  }
  void clear() {
    if (is_shown_) say("\r\x1b[K");
    is_shown_ = false;
  }

 private:
  bool is_terminal_ = isatty(STDERR_FILENO) != 0;
  bool is_shown_ = false;
  bool says_stopping_ = false;
  int64_t last_ns_ = monotonic_ns();
  ImportSpeed speed_;
};

// This process's own store, or the server that has it.
struct Worker {
  std::unique_ptr<Config> config = std::make_unique<Config>();
  std::unique_ptr<Store> store;
  std::unique_ptr<Salts> salts;
  std::unique_ptr<Claims> claims = std::make_unique<Claims>();
  std::unique_ptr<ImportWork> work;
  bool is_server = false;
};

Result<Worker> open_own(const Config& config) {
  Worker worker;
  worker.config = std::make_unique<Config>(config);
  const bool is_in_memory = config.database == ":memory:";
  const uint64_t memory_mb = std::min(config.memory_mb, kEngineMbMax);
  auto store = open_store({.path = config.database, .memory_bytes_max = memory_mb << 20});
  if (!store) return tl::unexpected(store.error());
  auto salts = open_salts(is_in_memory ? "" : config.database + ".salts");
  if (!salts) return tl::unexpected(salts.error());
  if (auto agreed = agree_on_counting(**store, worker.config.get()); !agreed)
    return tl::unexpected(agreed.error());
  worker.store = std::move(*store);
  worker.salts = std::move(*salts);
  worker.work = make_store_work(*worker.config, *worker.store, *worker.salts, *worker.claims);
  return worker;
}

Result<Worker> find_worker(const Config& config) {
  for (int tries = 1;; ++tries) {
    Worker worker;
    worker.work = find_server_work(config.database);
    worker.is_server = worker.work != nullptr;
    if (worker.is_server) return worker;
    auto own = open_own(config);
    const bool is_locked =
        !own && own.error().message.find("in use by another process") != std::string::npos;
    if (own || !is_locked) return own;
    if (tries == kOpenTries || is_stopping) {
      return failure(own.error().message +
                     ". If that is an import, wait for it: only through a running server (ballcone "
                     "serve) can several work at once. If it is a server, it takes no imports: its "
                     "log says why");
    }
    std::this_thread::sleep_for(kOpenPause);
  }
}

std::string dashboard_of(const Config& config, const Worker& worker) {
  if (!worker.is_server) return {};
  const auto server = read_server_file(server_file_path(config.database));
  if (!server) return {};
  const bool is_v6 = server->host.find(':') != std::string::npos;
  return fmt::format("http://{}{}{}:{}/", is_v6 ? "[" : "", server->host, is_v6 ? "]" : "",
                     server->port);
}

// ---- --list and --undo

int run_on_imports(const Config& config, const ImportCommand& command) {
  std::error_code error;
  if (!std::filesystem::exists(config.database, error)) {
    return fail(command, fmt::format("expected a database, but {} does not exist; -d names another",
                                     config.database));
  }
  const auto worker = find_worker(config);
  if (!worker) return fail(command, worker.error().message);
  if (command.lists) {
    const auto imports = worker->work->list();
    if (!imports) return fail(command, imports.error().message);
    print(command.prints_json ? list_json(*imports) : list_text(*imports));
    return kImportDone;
  }
  const auto hits = worker->work->undo(command.undo);
  if (!hits) return fail(command, hits.error().message);
  print(command.prints_json ? undo_json(command.undo, *hits)
                            : fmt::format("Import {} is taken back: {} hits were removed.\n",
                                          command.undo, count_text(*hits)));
  return kImportDone;
}

// ---- the format

// combined is built in, as nginx has it.
Result<std::string> format_of_conf(const ImportCommand& command) {
  const auto patterns = read_nginx_conf(command.nginx_conf);
  if (!patterns) return tl::unexpected(patterns.error());
  std::string names;
  for (const NamedPattern& pattern : *patterns) {
    if (pattern.name == command.log_format || (command.log_format.empty() && patterns->size() == 1))
      return pattern.pattern;
    names += (names.empty() ? "" : ", ") + pattern.name;
  }
  if (command.log_format == "combined") return std::string("combined");
  if (names.empty())
    return failure(fmt::format("{} has no log_format; what nginx writes then is --format combined",
                               command.nginx_conf));
  return failure(fmt::format("expected --log-format to name one of {} ({}){}", names,
                             command.nginx_conf,
                             command.log_format.empty() ? "" : "; got " + command.log_format));
}

Result<ImportOptions> options_of(const ImportCommand& command) {
  ImportOptions options = command.options;
  if (!command.nginx_conf.empty()) {
    const auto format = format_of_conf(command);
    if (!format) return tl::unexpected(format.error());
    options.format = *format;
  }
  if (options.format != "auto") {
    if (const auto decoder = open_format(options.format); !decoder)
      return tl::unexpected(decoder.error());
  }
  return options;
}

// ---- the import

int run_dry(const ImportCommand& command, const ImportOptions& options, const OpenedFiles& opened) {
  DryRun run = dry_run(options, opened.files, terminal_width(STDOUT_FILENO, 160));
  print(run.text);
  run.problems.insert(run.problems.begin(), opened.problems.begin(), opened.problems.end());
  for (const std::string& problem : run.problems) fail(command, problem);
  if (run.problems.empty()) return kImportDone;
  return run.text.empty() ? kImportFailed : kImportIncomplete;
}

int exit_code(const ImportFigures& figures) {
  if (figures.is_stopped) return kImportStopped;
  if (figures.problems.empty()) return kImportDone;
  const bool is_any_read = figures.files_read > 0 || figures.files_known > 0 || figures.lines > 0;
  return is_any_read ? kImportIncomplete : kImportFailed;
}

void print_summary(const ImportCommand& command, const ImportFigures& figures,
                   const SummaryContext& context) {
  if (command.prints_json) return print(summary_json(figures, command.prints_profile));
  print(summary_text(figures, context));
  if (command.prints_profile) print("\n" + profile_text(figures));
}

int import_files(const Config& config, const ImportCommand& command, const ImportOptions& options,
                 OpenedFiles opened) {
  auto worker = find_worker(config);
  if (!worker) return fail(command, worker.error().message);
  ImportSettings settings = command.settings;
  // The server may be in another folder.
  if (settings.geoip && *settings.geoip != "none" && !settings.geoip->empty())
    settings.geoip = std::filesystem::absolute(*settings.geoip).string();
  Progress progress;
  auto figures = worker->work->run(options, settings, std::move(opened.files), is_stopping,
                                   [&](const ImportFigures& now) { progress.show(now); });
  progress.clear();
  if (!figures) return fail(command, figures.error().message);
  figures->files += opened.problems.size();
  figures->problems.insert(figures->problems.begin(), opened.problems.begin(),
                           opened.problems.end());
  if (worker->store != nullptr) {
    if (const auto done = worker->store->checkpoint(); !done)
      log_warning("{}", done.error().message);
  }
  print_summary(command, *figures,
                {.database = config.database,
                 .dashboard = dashboard_of(config, *worker),
                 .width = terminal_width(STDOUT_FILENO, 100)});
  return exit_code(*figures);
}

}  // namespace

int run_import_command(const Config& config, const ImportCommand& command) {
  // Between the lines of progress only what needs attention.
  set_log_level(config.log_level == "debug"   ? LogLevel::debug
                : config.log_level == "error" ? LogLevel::error
                                              : LogLevel::warning);
  umask(077);  // the database and its salts are nobody else's
  heed_stop_signals();
  if (command.lists || command.undo != 0) return run_on_imports(config, command);

  const auto options = options_of(command);
  if (!options) return fail(command, options.error().message, kImportMisused);
  OpenedFiles opened = open_files(command.files);
  if (opened.files.empty()) {
    for (const std::string& problem : opened.problems) say("ballcone import: " + problem + "\n");
    return fail(command, "no file could be read");
  }
  if (command.is_dry_run) return run_dry(command, *options, opened);
  return import_files(config, command, *options, std::move(opened));
}

}  // namespace ballcone
