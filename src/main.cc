// The program's table of contents.
#include <cstdio>

#include "command/goal.h"
#include "command/import.h"
#include "command/marker.h"
#include "command/password.h"
#include "command/privacy.h"
#include "command/serve.h"
#include "command/service.h"
#include "command/share.h"
#include "command/sql.h"
#include "command_line.h"

int main(int argc, char** argv) {
  using namespace ballcone;
  const CommandLine line = parse_command_line(argc, argv);
  if (line.exit_code >= 0) return line.exit_code;
  if (line.prints_config) {
    std::fputs(line.config_text.c_str(), stdout);
    return 0;
  }
  switch (line.command) {
    case Command::serve:
      return run_serve(line.config);
    case Command::import:
      return run_import_command(line.config, line.import);
    case Command::service:
      return run_service(line.config, line.service);
    case Command::goal:
      return run_goal(line.config, line.goal);
    case Command::share:
      return run_share(line.config, line.share);
    case Command::marker:
      return run_marker(line.config, line.marker);
    case Command::sql:
      return run_sql(line.config, line.sql);
    case Command::privacy:
      return run_privacy(line.config, line.privacy);
    case Command::password:
      return run_password();
  }
}
