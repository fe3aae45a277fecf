// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reads the index of golden cases.
#include "Golden.h"

#include "compiler/Frontend/KerasFile/ZipFile.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

namespace keratin::test {

std::string goldenPath(const std::string &relative) {
  return std::string(KERATIN_GOLDEN_DIR) + "/" + relative;
}

std::string GoldenCase::file(const std::string &role) const {
  const Json &files = entry.at("files");
  return files.contains(role) ? goldenPath(name() + "/" + files[role].get<std::string>()) : "";
}

bool GoldenCase::recordsJoinedMasks() const {
  Json config = Json::parse(*ZipFile(file("keras")).read("config.json", 1 << 20));
  for (const Json &layer : config["config"]["layers"])
    if (layer["module"].get<std::string>().rfind("keras.src.ops", 0) == 0 &&
        layer["class_name"] != "NotEqual")
      return true;
  return false;
}

std::string readText(const std::string &path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// The first words of the lines of the lists of refused cases.
static std::set<std::string> refusedNames() {
  std::set<std::string> names;
  for (const char *list : {"refused.txt", "refused_by_design.txt"}) {
    std::istringstream lines(
        readText(std::string(KERATIN_SOURCE_DIR "/test/integration/golden/") + list));
    for (std::string line, name; std::getline(lines, line);)
      if (std::istringstream words(line); words >> name && name[0] != '#')
        names.insert(name);
  }
  return names;
}

std::vector<GoldenCase> goldenCases() {
  const std::set<std::string> refused = refusedNames();
  std::vector<GoldenCase> cases;
  Json index = Json::parse(readText(goldenPath("index.json")));
  for (const Json &entry : index.at("cases")) {
    GoldenCase golden{entry};
    if (!golden.file("keras").empty() && refused.count(golden.name()) == 0)
      cases.push_back(std::move(golden));
  }
  EXPECT_GE(cases.size(), 70u);
  return cases;
}

void expectSameWeights(const ModelSpec &a, const ModelSpec &b) {
  std::vector<const WeightSpec *> left = a.weights(), right = b.weights();
  ASSERT_EQ(left.size(), right.size());
  for (size_t i = 0; i < left.size(); ++i) {
    EXPECT_EQ(left[i]->shape, right[i]->shape) << left[i]->path;
    EXPECT_EQ(left[i]->value.bytes, right[i]->value.bytes) << left[i]->path;
  }
}

} // namespace keratin::test
