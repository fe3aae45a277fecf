// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reads the index of golden cases.
#include "Golden.h"

#include "compiler/Frontend/KerasFile/ZipFile.h"

#include <gtest/gtest.h>

#include <cctype>
#include <cstring>
#include <fstream>
#include <sstream>

namespace keratin::test {

std::string goldenPath(const std::string &relative) {
  return std::string(KERATIN_GOLDEN_DIR) + "/" + relative;
}

std::string GoldenCase::file(const std::string &role) const {
  const Json &files = entry.at("files");
  return files.contains(role) ? goldenPath(name() + "/" + files[role].get<std::string>()) : "";
}

std::string readText(const std::string &path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<GoldenCase> goldenCases() {
  std::vector<GoldenCase> cases;
  Json index = Json::parse(readText(goldenPath("index.json")));
  for (const Json &entry : index.at("cases"))
    if (entry.value("stage", "") == "first" && entry.at("files").contains("keras"))
      cases.push_back({entry});
  EXPECT_GE(cases.size(), 20u);
  return cases;
}

rt::Array npzArray(const std::string &path, const std::string &key) {
  std::string bytes = ZipFile(path).read(key + ".npy", uint64_t(1) << 30).value();
  // Magic and version take 8 bytes, the header's length 2.
  size_t begin =
      10 + static_cast<unsigned char>(bytes[8]) + 256 * static_cast<unsigned char>(bytes[9]);
  std::string header = bytes.substr(10, begin - 10);
  bool isInteger = header.find("<i8") != std::string::npos;
  EXPECT_TRUE(isInteger || header.find("<f4") != std::string::npos) << header;
  Shape shape;
  size_t position = header.find('(') + 1, end = header.find(')');
  while (position < end && std::isdigit(static_cast<unsigned char>(header[position]))) {
    shape.push_back(std::stoll(header.substr(position)));
    position = std::min(header.find(',', position), end);
    position = std::min(header.find_first_not_of(", ", position), end);
  }
  rt::Array array(isInteger ? rt::DType::Int64 : rt::DType::Float32, shape);
  EXPECT_EQ(array.bytes.size(), bytes.size() - begin);
  std::memcpy(array.bytes.data(), bytes.data() + begin, array.bytes.size());
  return array;
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
