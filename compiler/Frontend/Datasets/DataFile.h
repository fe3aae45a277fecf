// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Where the files of data sets come from: Keras's cache folder, or the network, as Keras does it.
#pragma once

#include <functional>
#include <optional>
#include <string>

namespace keratin::datasets {

/// Where data sets are looked for and what may be done when they are missing.
struct DatasetOptions {
  std::string cacheFolder;   ///< "": KERAS_HOME/datasets, or ~/.keras/datasets
  std::string baseUrl;       ///< "": KERATIN_DATASETS_URL if set, else where Keras downloads from
  bool realDataOnly = false; ///< made-up data is an error instead
  long patienceSeconds = 10; ///< without progress, then a download has failed; Keras's
  /// Told before something slow begins: "downloading …".
  std::function<void(const std::string &)> announce;
};

/// The folder of `options`, its defaults resolved.
std::string cacheFolder(const DatasetOptions &options);

/// The URL of a file of Keras's data sets.
std::string sourceUrl(const std::string &file, const DatasetOptions &options);

struct DataFile {
  std::string path;
  std::string bytes;
  bool official = false; ///< its SHA-256 is the one that Keras knows
};

/// The file from the cache folder, else downloaded into it: written beside, checked, renamed; 10 s
/// without progress are a failure. Nothing if that fails, and `cause` says why. Throws UserError if
/// a file is there but cannot be read.
std::optional<DataFile> findDataFile(const std::string &file, const std::string &sha256,
                                     const DatasetOptions &options, std::string &cause);

} // namespace keratin::datasets
