// The flags of `ballcone import`.
#pragma once

#include "command/import.h"
#include "config.h"

namespace CLI {
class App;
}

namespace ballcone {

extern const char* const kImportAbout;

void add_import_flags(CLI::App& app, ImportCommand& import);
// Once the settings of `serve` are there: shows those that an import heeds, and takes the others
// silently, since both may read the same file.
void fit_settings_to_import(CLI::App& app);
// Checks what one flag alone cannot tell. Throws what CLI::App::parse() throws.
void finish_import(CLI::App& app, const Config& config, ImportCommand& import);

}  // namespace ballcone
