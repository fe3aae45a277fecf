// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The table of entries against the declarations of abi.h.
#include "compiler/Support/EntryTable.h"
#include "keratin/abi.h"

#include <gtest/gtest.h>

#include <string>

namespace keratin {
namespace {

template <typename T> std::string spelling() = delete;
template <> std::string spelling<void *>() { return "void *"; }
template <> std::string spelling<const void *>() { return "const void *"; }
template <> std::string spelling<void *const *>() { return "void *const *"; }
template <> std::string spelling<const void *const *>() { return "const void *const *"; }
template <> std::string spelling<float *>() { return "float *"; }
template <> std::string spelling<float *const *>() { return "float *const *"; }
template <> std::string spelling<const float *const *>() { return "const float *const *"; }
template <> std::string spelling<krt_context *>() { return "struct krt_context *"; }
template <> std::string spelling<float>() { return "float"; }
template <> std::string spelling<int32_t>() { return "int32_t"; }
template <> std::string spelling<int64_t>() { return "int64_t"; }
template <> std::string spelling<uint64_t>() { return "uint64_t"; }

/// The types of an entry's parameters, as C spells them.
template <typename... Parameters>
std::vector<std::string> declared(int32_t (*krt_model::*)(Parameters...)) {
  return {spelling<Parameters>()...};
}

TEST(EntryTable, agreesWithKrtModel) {
  const std::pair<const char *, std::vector<std::string>> expected[] = {
      {"init", declared(&krt_model::init)},
      {"pack", declared(&krt_model::pack)},
      {"unpack", declared(&krt_model::unpack)},
      {"predict", declared(&krt_model::predict)},
      {"step", declared(&krt_model::step)},
      {"evaluate_step", declared(&krt_model::evaluate_step)},
      {"train_step", declared(&krt_model::train_step)},
      {"gradients", declared(&krt_model::gradients)},
      {"set_states", declared(&krt_model::set_states)},
      {"reset_states", declared(&krt_model::reset_states)}};
  ASSERT_EQ(entryTable().size(), std::size(expected));
  // Behind the version and the description there is nothing but entries: none is missing here.
  ASSERT_EQ(sizeof(krt_model), offsetof(krt_model, init) + std::size(expected) * sizeof(void *));
  for (size_t i = 0; i < std::size(expected); ++i) {
    const EntrySignature &entry = entryTable()[i];
    EXPECT_EQ(entry.name, expected[i].first);
    std::vector<std::string> types;
    for (const EntryParameter &parameter : entry.parameters)
      types.emplace_back(parameter.type);
    EXPECT_EQ(types, expected[i].second) << entry.name;
  }
}

TEST(EntryTable, findsByTheWholeName) {
  ASSERT_TRUE(findEntry("pack"));
  EXPECT_EQ(findEntry("pack")->name, "pack");
  EXPECT_EQ(findEntry("npack"), nullptr);
  EXPECT_EQ(findEntry(""), nullptr);
}

} // namespace
} // namespace keratin
