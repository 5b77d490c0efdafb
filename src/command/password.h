// `ballcone password`: the hash of a password, for the settings.
#pragma once

namespace ballcone {

int run_password();

}  // namespace ballcone
