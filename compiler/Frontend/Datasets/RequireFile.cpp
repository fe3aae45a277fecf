// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Frontend/Datasets/RequireFile.h"
#include "compiler/Support/Diagnostic.h"

namespace keratin::datasets {

DataFile requireFile(const std::string &what, const std::string &path, const std::string &sha256,
                     const DatasetOptions &options) {
  std::string cause;
  if (std::optional<DataFile> file = findDataFile(path, sha256, options, cause))
    return std::move(*file);
  throw UserError({}, "no " + what + ": " + cause,
                  "put " + sourceUrl(path, options) + " into " + cacheFolder(options) +
                      " (or set KERAS_HOME)");
}

std::string noticeOf(const DataFile &file) {
  return file.official
             ? ""
             : file.path + " is not the official file (its hash differs); it is used as it is";
}

} // namespace keratin::datasets
