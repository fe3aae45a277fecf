// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Thousands of damaged variants of files that Keras wrote: each is read or refused with a message.
#include "Golden.h"
#include "TestFiles.h"

#include "compiler/Frontend/KerasFile/KerasFile.h"
#include "compiler/Frontend/KerasFile/ZipFile.h"

#include <hdf5.h>

#include <limits>
#include <random>

using namespace keratin;
using namespace keratin::test;

namespace {

class Mutator {
public:
  explicit Mutator(unsigned seed) : random(seed) {}

  size_t below(size_t n) { return std::uniform_int_distribution<size_t>(0, n - 1)(random); }

  /// Overwrites, cuts, repeats or moves a few bytes. The structure of an HDF5 file lies at its
  /// start, that of a zip file at its end too.
  std::string bytes(std::string text) {
    for (size_t round = 1 + below(6); round > 0; --round) {
      size_t at = below(2) ? below(text.size()) : below(std::min<size_t>(text.size(), 2048));
      size_t length = std::min(text.size() - at, 1 + below(16));
      switch (below(5)) {
      case 0:
        text.resize(std::max<size_t>(1, at));
        break;
      case 1:
        text.insert(at, text.substr(below(text.size()), length));
        break;
      case 2:
        text.replace(at, length, std::string(length, below(2) ? '\xff' : '\0'));
        break;
      default:
        text[at] = static_cast<char>(below(256));
      }
    }
    return text;
  }

  /// Replaces, drops or doubles one value somewhere in the tree.
  void json(Json &root) {
    Json *node = &root;
    while (node->is_structured() && !node->empty() && below(6)) {
      size_t child = below(node->size());
      auto element = node->begin();
      std::advance(element, static_cast<std::ptrdiff_t>(child));
      if (below(24) == 0) {
        node->erase(element);
        return;
      }
      node = &*element;
    }
    static const std::vector<Json> values = {nullptr,
                                             true,
                                             -1,
                                             0,
                                             std::numeric_limits<int64_t>::max(),
                                             std::numeric_limits<uint64_t>::max(),
                                             -1e300,
                                             0.5,
                                             "",
                                             "relu",
                                             "Dense",
                                             std::string(300, 'x'),
                                             Json::array(),
                                             Json::object(),
                                             Json::array({nullptr, 3}),
                                             {{"class_name", "Dense"}, {"config", {{"units", 2}}}}};
    *node = values[below(values.size())];
  }

private:
  std::mt19937 random;
};

/// How often `work` ended with a message; anything but a UserError goes through and fails the test.
int refusals(int rounds, const std::function<void(int round)> &work) {
  int refused = 0;
  for (int round = 0; round < rounds; ++round) {
    SCOPED_TRACE("round " + std::to_string(round));
    try {
      work(round);
    } catch (const UserError &error) {
      EXPECT_FALSE(error.message.empty());
      ++refused;
    } catch (const std::exception &error) {
      ADD_FAILURE() << "round " << round << ": " << error.what();
    }
  }
  return refused;
}

} // namespace

TEST(Mutations, ofConfigs) {
  for (const char *name :
       {"tr_imdb_lstm", "mlp_old_spelling", "lstm_seq_stack", "tr_sample_weight"}) {
    SCOPED_TRACE(name);
    std::string text =
        *ZipFile(goldenPath(std::string(name) + "/model.keras")).read("config.json", 1 << 20);
    Mutator mutator(7);
    int refused = refusals(600, [&](int) {
      Json config = Json::parse(text);
      for (size_t changes = 1 + mutator.below(3); changes > 0; --changes)
        mutator.json(config);
      modelFromJson(config.dump(), {"model.json"});
    });
    EXPECT_GT(refused, 120);
  }
}

TEST(Mutations, ofArchives) {
  TestFolder folder;
  const std::string original = readText(goldenPath("mlp/model.keras"));
  Mutator mutator(8);
  int refused = refusals(1000, [&](int) {
    writeBytes(folder / "m.keras", mutator.bytes(original));
    readKerasModel(folder / "m.keras");
  });
  EXPECT_GT(refused, 500);
}

TEST(Mutations, ofHdf5Files) {
  TestFolder folder;
  ModelSpec model = readKerasModel(goldenPath("tr_bce_adam/model.keras"));
  for (const char *name : {"tr_bce_adam/final.h5", "tr_bce_adam/model.weights.h5",
                           "k2_imdb_lstm/model_weights_k2.h5"}) {
    SCOPED_TRACE(name);
    const std::string original = readText(goldenPath(name));
    Mutator mutator(9);
    int refused = refusals(200, [&](int round) {
      writeBytes(folder / "m.h5", mutator.bytes(original));
      if (round % 2)
        readKerasModel(folder / "m.h5");
      ModelSpec target = model;
      loadKerasWeights(target, folder / "m.h5");
      loadKerasOptimizerState(target, folder / "m.h5");
    });
    EXPECT_GT(refused, 60);
  }
}

namespace {

/// A weights-only file of Keras 2 as other writers make it: newer groups, chunked and deflated data
/// of another type, weight_names of one length.
void writeThirdPartyWeights(const std::string &path,
                            const std::vector<const WeightSpec *> &weights) {
  hid_t access = H5Pcreate(H5P_FILE_ACCESS);
  H5Pset_libver_bounds(access, H5F_LIBVER_LATEST, H5F_LIBVER_LATEST);
  hid_t file = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, access);
  hid_t text = H5Tcopy(H5T_C_S1);
  H5Tset_size(text, 8);
  auto attribute = [&](hid_t group, const char *name, const std::vector<std::string> &texts) {
    std::string bytes;
    for (std::string one : texts) {
      one.resize(8);
      bytes += one;
    }
    const hsize_t count = texts.size();
    hid_t space = H5Screate_simple(1, &count, nullptr);
    hid_t handle = H5Acreate2(group, name, text, space, H5P_DEFAULT, H5P_DEFAULT);
    H5Awrite(handle, text, bytes.data());
    H5Aclose(handle);
  };
  attribute(file, "layer_names", {"first"});
  hid_t group = H5Gcreate2(file, "first", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  std::vector<std::string> names;
  for (size_t i = 0; i < weights.size(); ++i) {
    names.push_back("w" + std::to_string(i));
    std::vector<hsize_t> dims(weights[i]->shape.begin(), weights[i]->shape.end());
    hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
    std::vector<hsize_t> chunk(dims.size(), 2);
    H5Pset_chunk(creation, static_cast<int>(chunk.size()), chunk.data());
    H5Pset_shuffle(creation);
    H5Pset_deflate(creation, 9);
    hid_t space = H5Screate_simple(static_cast<int>(dims.size()), dims.data(), nullptr);
    hid_t dataset = H5Dcreate2(group, names.back().c_str(), H5T_IEEE_F64BE, space, H5P_DEFAULT,
                               creation, H5P_DEFAULT);
    H5Dwrite(dataset, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT,
             weights[i]->value.bytes.data());
    H5Dclose(dataset);
  }
  attribute(group, "weight_names", names);
  H5Gclose(group);
  H5Fclose(file);
}

} // namespace

TEST(OtherWriters, chunkedDeflatedDoublesInNewGroupsAreRead) {
  TestFolder folder;
  ModelSpec model = readKerasModel(goldenPath("lstm_last/model.keras"));
  writeThirdPartyWeights(folder / "w.h5", static_cast<const ModelSpec &>(model).weights());
  ModelSpec back = model;
  for (WeightSpec *weight : back.weights())
    weight->value = rt::Array(rt::DType::Float32, weight->shape);
  loadKerasWeights(back, folder / "w.h5");
  expectSameWeights(model, back);
}
