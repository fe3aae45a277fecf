// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Files of data sets that nothing stands in for. Private to this folder.
#pragma once

#include "compiler/Frontend/Datasets/DataFile.h"

namespace keratin::datasets {

/// As findDataFile, but throws UserError "no <what>: <cause>" where there is no file.
DataFile requireFile(const std::string &what, const std::string &path, const std::string &sha256,
                     const DatasetOptions &options);

/// What to say of a file that is not Keras's, or "".
std::string noticeOf(const DataFile &file);

} // namespace keratin::datasets
