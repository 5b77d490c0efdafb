// What would become of a file that a browser is about to send, from its first bytes.
#pragma once

#include "base/result.h"
#include "importer.h"
#include "web/upload.h"

namespace ballcone {

// The error says which formats there are.
Result<ImportOptions> upload_options(const UploadCall& call);

HttpResponse preview_upload(const UploadCall& call);

}  // namespace ballcone
