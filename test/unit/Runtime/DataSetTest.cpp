// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How the arrays of a file find their places in a model.
#include "Support.h"
#include "keratin/csv.hpp"
#include "keratin/data_set.hpp"
#include "keratin/file.hpp"

using namespace keratin::rt;

namespace {

Array number(double value) { return Array::of<double>({1}, {value}); }

const DataNames one{{"input_layer"}, {"dense"}}, two{{"left", "right"}, {"a", "b"}};

DataSet select(NamedArrays arrays, const DataNames &names = one) {
  return selectData(std::move(arrays), names, DataNeed::InputsAndTargets, "d.npz");
}

TEST(DataSet, FindsInputsByNameAndByPosition) {
  for (const char *name : {"input_layer", "x", "x_0", "in_0"})
    EXPECT_EQ(select({{"y", number(0)}, {name, number(5)}}).x[0].at(0), 5) << name;
  DataSet set =
      select({{"x_1", number(1)}, {"x_0", number(0)}, {"y_0", number(2)}, {"b", number(3)}}, two);
  EXPECT_EQ(set.x[0].at(0), 0);
  EXPECT_EQ(set.x[1].at(0), 1);
  EXPECT_EQ(set.y[0].at(0), 2);
  EXPECT_EQ(set.y[1].at(0), 3);
  EXPECT_EQ(set.notice, "");
}

TEST(DataSet, PrefersNames) {
  DataSet set = select({{"x", number(1)}, {"input_layer", number(2)}, {"y", number(0)}});
  EXPECT_EQ(set.x[0].at(0), 2);
  EXPECT_EQ(set.notice, "d.npz: not needed: x");
}

TEST(DataSet, NamesInOneNoticeWhatIsNotNeeded) {
  EXPECT_EQ(
      select({{"x", number(1)}, {"y", number(2)}, {"w_000", number(0)}, {"foo", number(0)}}).notice,
      "d.npz: not needed: w_000, foo");
}

TEST(DataSet, TakesSampleWeights) {
  EXPECT_TRUE(select({{"x", number(1)}, {"y", number(2)}}).sampleWeights.empty());
  EXPECT_EQ(select({{"x", number(1)}, {"y", number(2)}, {"sample_weight", number(3)}})
                .sampleWeights[0]
                .at(0),
            3);
  NamedArrays both{{"left", number(0)},
                   {"right", number(0)},
                   {"a", number(0)},
                   {"b", number(0)},
                   {"sample_weight_1", number(0)}};
  EXPECT_ERROR(select(both, two), "d.npz: sample weights for 1 of 2 outputs");
}

TEST(DataSet, AMissingArrayIsAnError) {
  EXPECT_ERROR(select({{"foo", number(1)}, {"y", number(2)}}),
               "d.npz: no array for input \"input_layer\": looked for input_layer or x or x_0 or "
               "in or in_0, the file holds foo, y");
  EXPECT_ERROR(select({{"x", number(1)}}), "d.npz: no array for the target of output \"dense\": "
                                           "looked for dense or y or y_0, the file holds x");
}

TEST(DataSet, ReadsEveryFormat) {
  TemporaryFolder folder;
  Array table = Array::of<double>({2, 2}, {1, 2, 3, 4});
  writeNpy(folder / "a.npy", table);
  writeCsv(folder / "a.csv", table);
  writeNpz(folder / "a.npz", {{"x", table}});
  for (const char *name : {"a.npy", "a.csv", "a.npz"}) {
    NamedArrays arrays = readArrays(folder / name);
    EXPECT_EQ(arrays.at(0).first, "x");
    EXPECT_EQ(arrays.at(0).second.bytes, table.bytes);
  }
  EXPECT_ERROR(readArrays("a.txt"), "a.txt: expected a .npz, .npy or .csv file, found \".txt\"");
}

TEST(DataSet, SplitsATableByItsHeader) {
  TemporaryFolder folder;
  writeFile(folder / "a.csv", "age,y,mass,sample_weight,yes\n1,2,3,4,5\n6,7,8,9,10\n");
  NamedArrays arrays = readArrays(folder / "a.csv");
  ASSERT_EQ(arrays.size(), 3u);
  EXPECT_EQ(arrays[0].first, "x");
  EXPECT_EQ(arrays[0].second.bytes, Array::of<double>({2, 3}, {1, 3, 5, 6, 8, 10}).bytes);
  EXPECT_EQ(arrays[1].first, "y");
  EXPECT_EQ(arrays[1].second.bytes, Array::of<double>({2}, {2, 7}).bytes);
  EXPECT_EQ(arrays[2].first, "sample_weight");
}

TEST(DataSet, WritesOutputsUnderTwoNames) {
  NamedArrays named = nameOutputs({number(1), number(2)}, two);
  ASSERT_EQ(named.size(), 4u);
  EXPECT_EQ(named[0].first, "out_0");
  EXPECT_EQ(named[3].first, "b");
  TemporaryFolder folder;
  EXPECT_ERROR(writeArrays(folder / "o.npy", named),
               folder / "o.npy" + ": a .npy file holds one array, there are more");
  writeArrays(folder / "o.csv", nameOutputs({number(1)}, one));
  EXPECT_EQ(readFile(folder / "o.csv"), "1\n");
}

} // namespace
