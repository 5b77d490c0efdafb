// What a Decoder's function needs beside the line; inside this room only.
#pragma once

namespace ballcone {

// A function casts to the kind that its format's open() made. Deleted by shared_ptr, which knows
// it.
struct Layout {};

}  // namespace ballcone
