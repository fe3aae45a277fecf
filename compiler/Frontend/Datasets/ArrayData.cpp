// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Arrays of the .npz files of Keras's data sets.
#include "compiler/Frontend/Datasets/ArrayData.h"
#include "compiler/Frontend/Datasets/RequireFile.h"
#include "compiler/Frontend/Datasets/WordSelection.h"
#include "compiler/Support/RuntimeError.h"

#include <cstring>

namespace keratin::datasets {

static const char *const mnistHash =
    "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1";
static const char *const bostonHash =
    "f553886a1f8d56431e820c5b82552d9d95cfcb96d1e678153f8839538947dff5";

static int64_t rowsOf(const rt::Array &array) { return array.rank() ? array.shape[0] : 0; }

static void requireSameRows(const rt::Array &x, const rt::Array &y, const std::string &path) {
  if (x.rank() == 0 || rowsOf(x) != rowsOf(y))
    throw UserError({path}, "expected as many labels as rows");
}

/// The rows of these numbers.
static rt::Array pick(const rt::Array &array, const std::vector<int64_t> &rows) {
  std::vector<int64_t> shape = array.shape;
  shape[0] = static_cast<int64_t>(rows.size());
  rt::Array result(array.dtype, shape);
  const size_t width =
      array.bytes.size() / static_cast<size_t>(std::max<int64_t>(1, rowsOf(array)));
  for (size_t i = 0; i < rows.size(); ++i)
    std::memcpy(result.bytes.data() + i * width,
                array.bytes.data() + static_cast<size_t>(rows[i]) * width, width);
  return result;
}

ArrayData loadMnist(const std::string &path, const DatasetOptions &options) {
  DataFile file = requireFile("MNIST digits", path, mnistHash, options);
  try {
    rt::NpzReader archive(file.bytes, file.path);
    ArrayData data{archive.readArray("x_train"), archive.readArray("y_train"),
                   archive.readArray("x_test"), archive.readArray("y_test"), noticeOf(file)};
    requireSameRows(data.xTrain, data.yTrain, file.path);
    requireSameRows(data.xTest, data.yTest, file.path);
    return data;
  } catch (const rt::Error &error) {
    throw toUserError(error, "remove the file, and it is downloaded again");
  }
}

ArrayData loadBostonHousing(const std::string &path, double testSplit, int64_t seed,
                            const DatasetOptions &options) {
  if (!(testSplit >= 0 && testSplit < 1))
    throw UserError({}, "Invalid `test_split` argument: " + std::to_string(testSplit) +
                            ". It must be between 0 and 1 (exclusive of 1).");
  rt::RandomState random(checkedSeed(seed));
  DataFile file = requireFile("Boston house prices", path, bostonHash, options);
  try {
    rt::NpzReader archive(file.bytes, file.path);
    rt::Array x = archive.readArray("x"), y = archive.readArray("y");
    requireSameRows(x, y, file.path);
    std::vector<int64_t> order = random.permutation(rowsOf(x));
    auto training =
        static_cast<std::ptrdiff_t>(static_cast<double>(order.size()) * (1 - testSplit));
    std::vector<int64_t> train(order.begin(), order.begin() + training);
    std::vector<int64_t> test(order.begin() + training, order.end());
    return {pick(x, train), pick(y, train), pick(x, test), pick(y, test), noticeOf(file)};
  } catch (const rt::Error &error) {
    throw toUserError(error, "remove the file, and it is downloaded again");
  }
}

} // namespace keratin::datasets
