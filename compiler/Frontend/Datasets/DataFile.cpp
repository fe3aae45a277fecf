// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Keras's cache folder, and downloads into it by libcurl.
#include "compiler/Frontend/Datasets/DataFile.h"
#include "compiler/Frontend/Datasets/Sha256.h"
#include "compiler/Support/RuntimeError.h"
#include "keratin/file.hpp"

#include <curl/curl.h>

#include <cstdlib>
#include <filesystem>
#include <memory>

namespace keratin::datasets {

namespace {

std::string environment(const char *name) {
  const char *value = std::getenv(name);
  return value ? value : "";
}

size_t collect(char *data, size_t, size_t size, void *target) {
  static_cast<std::string *>(target)->append(data, size);
  return size;
}

/// The body, or nothing and the reason.
std::optional<std::string> download(const std::string &url, long patienceSeconds,
                                    std::string &cause) {
  static const bool ready = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  std::unique_ptr<CURL, void (*)(CURL *)> curl(ready ? curl_easy_init() : nullptr,
                                               curl_easy_cleanup);
  if (!curl) {
    cause = "libcurl cannot start";
    return std::nullopt;
  }
  std::string body;
  char reason[CURL_ERROR_SIZE] = "";
  curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_FAILONERROR, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_CONNECTTIMEOUT, patienceSeconds);
  curl_easy_setopt(curl.get(), CURLOPT_LOW_SPEED_LIMIT, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_LOW_SPEED_TIME, patienceSeconds);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, collect);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &body);
  curl_easy_setopt(curl.get(), CURLOPT_ERRORBUFFER, reason);
  CURLcode code = curl_easy_perform(curl.get());
  if (code == CURLE_OK)
    return body;
  cause = *reason ? reason : curl_easy_strerror(code);
  return std::nullopt;
}

} // namespace

std::string cacheFolder(const DatasetOptions &options) {
  if (!options.cacheFolder.empty())
    return options.cacheFolder;
  std::string home = environment("KERAS_HOME");
  if (home.empty())
    home = (environment("HOME").empty() ? "/tmp" : environment("HOME")) + "/.keras";
  return home + "/datasets";
}

std::string sourceUrl(const std::string &file, const DatasetOptions &options) {
  std::string base =
      options.baseUrl.empty() ? environment("KERATIN_DATASETS_URL") : options.baseUrl;
  if (base.empty())
    base = "https://storage.googleapis.com/tensorflow/tf-keras-datasets";
  return base + "/" + std::filesystem::path(file).filename().string();
}

std::optional<DataFile> findDataFile(const std::string &file, const std::string &expected,
                                     const DatasetOptions &options, std::string &cause) {
  // An absolute path stands for itself, as in Keras.
  std::filesystem::path path = std::filesystem::path(cacheFolder(options)) / file;
  std::error_code ignored;
  DataFile result{path.string(), "", false};
  if (std::filesystem::exists(path, ignored)) {
    try {
      result.bytes = rt::readFile(result.path);
    } catch (const rt::Error &e) {
      throw toUserError(e);
    }
    result.official = sha256(result.bytes) == expected;
    return result;
  }
  std::string url = sourceUrl(file, options);
  if (options.announce)
    options.announce("downloading " + url + " to " + result.path);
  std::optional<std::string> body = download(url, options.patienceSeconds, cause);
  if (!body) {
    cause = "downloading " + url + " failed: " + cause;
    return std::nullopt;
  }
  // An empty one stands for a hash that is not known.
  if (!expected.empty() && sha256(*body) != expected) {
    cause = "what " + url + " delivered is damaged: its hash is wrong";
    return std::nullopt;
  }
  result.bytes = std::move(*body);
  result.official = !expected.empty();
  // A cache that cannot be written costs the next download, not this run.
  std::filesystem::create_directories(path.parent_path(), ignored);
  try {
    rt::writeFile(result.path, result.bytes);
  } catch (const rt::Error &) {
  }
  return result;
}

} // namespace keratin::datasets
