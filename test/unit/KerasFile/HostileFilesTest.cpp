// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Damaged and made-up files: each ends with a message, none with a crash, an endless loop or all
// the memory.
#include "Golden.h"
#include "TestFiles.h"

#include "compiler/Frontend/KerasFile/Hdf5File.h"
#include "compiler/Frontend/KerasFile/KerasFile.h"

#include <hdf5.h>

#include <random>

using namespace keratin;
using namespace keratin::test;

static std::string messageOf(const std::string &path) {
  UserError error = userError([&] { readKerasModel(path); });
  EXPECT_EQ(error.location.file, path);
  return error.message;
}

TEST(HostileFiles, sayWhatTheyAreNot) {
  TestFolder folder;
  EXPECT_EQ(messageOf(folder / "missing.keras"), "cannot open the file: No such file or directory");
  writeBytes(folder / "empty.keras", "");
  EXPECT_EQ(messageOf(folder / "empty.keras"), "the file is empty");
  writeBytes(folder / "text.h5", "model = Sequential()\n");
  EXPECT_EQ(messageOf(folder / "text.h5"),
            "neither a .keras file (a zip archive) nor an HDF5 file");
  EXPECT_EQ(messageOf(folder / ""), "is a directory; Keras's SavedModel format is not supported");
  EXPECT_EQ(messageOf(goldenPath("mlp/model.weights.h5")),
            "the HDF5 file has no model_config: it holds weights only");
  EXPECT_EQ(messageOf(goldenPath("mlp/io.npz")),
            "not a .keras file: the zip archive has no member \"config.json\"");
}

TEST(HostileFiles, deflatedArchivesAreRead) {
  TestFolder folder;
  ZipMembers members = zipMembers(goldenPath("mlp/model.keras"),
                                  {"metadata.json", "config.json", "model.weights.h5"});
  writeZip(folder / "deflated.keras", members, 9);
  expectSameWeights(readKerasModel(folder / "deflated.keras"),
                    readKerasModel(goldenPath("mlp/model.keras")));
}

TEST(HostileFiles, membersBeyondTheModelsNeedAreRefused) {
  TestFolder folder;
  ZipMembers members = zipMembers(goldenPath("mlp/model.keras"),
                                  {"metadata.json", "config.json", "model.weights.h5"});
  members[2].second = std::string(80 << 20, '\0'); // deflates to 80 KB
  writeZip(folder / "bomb.keras", members, 9);
  EXPECT_EQ(messageOf(folder / "bomb.keras").rfind("member \"model.weights.h5\" is larger than", 0),
            0u);
}

TEST(HostileFiles, everyTruncationHasAMessage) {
  TestFolder folder;
  for (const char *name : {"model.keras", "model.h5", "final.h5"}) {
    std::string bytes = readText(goldenPath(std::string("tr_imdb_lstm/") + name));
    for (size_t part = 1; part < 16; ++part) {
      std::string path = folder / name;
      writeBytes(path, bytes.substr(0, bytes.size() * part / 16));
      EXPECT_FALSE(messageOf(path).empty()) << name << " " << part << "/16";
    }
  }
}

TEST(HostileFiles, flippedBytesNeverCrash) {
  TestFolder folder;
  std::mt19937 random(1);
  std::string path = folder / "flipped.h5";
  const std::string original = readText(goldenPath("tr_imdb_lstm/model.h5"));
  for (int round = 0; round < 60; ++round) {
    std::string bytes = original;
    // Structure lies at the start and between the data; hit both.
    for (int flip = 0; flip < 8; ++flip)
      bytes[random() % (flip % 2 ? bytes.size() : 4096)] = static_cast<char>(random());
    writeBytes(path, bytes);
    try {
      readKerasModel(path);
    } catch (const UserError &error) {
      EXPECT_FALSE(error.message.empty());
    }
  }
}

TEST(HostileFiles, archivesWithFlippedBytesNeverCrash) {
  TestFolder folder;
  std::mt19937 random(2);
  std::string path = folder / "flipped.keras";
  const std::string original = readText(goldenPath("mlp/model.keras"));
  for (int round = 0; round < 60; ++round) {
    std::string bytes = original;
    for (int flip = 0; flip < 4; ++flip)
      bytes[random() % bytes.size()] = static_cast<char>(random());
    writeBytes(path, bytes);
    try {
      readKerasModel(path);
    } catch (const UserError &error) {
      EXPECT_FALSE(error.message.empty());
    }
  }
}

namespace {

/// A file with one dataset "d" of the shape, as `create` says.
void writeDataset(const std::string &path, const std::vector<hsize_t> &dims, hid_t creation) {
  hid_t file = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  hid_t space = H5Screate_simple(static_cast<int>(dims.size()), dims.data(), nullptr);
  hid_t dataset = H5Dcreate2(file, "d", H5T_IEEE_F32LE, space, H5P_DEFAULT, creation, H5P_DEFAULT);
  H5Dclose(dataset);
  H5Sclose(space);
  H5Fclose(file);
}

} // namespace

TEST(HostileFiles, datasetsWithoutTheirBytesAreRefused) {
  TestFolder folder;
  // Allocated late and never written: terabytes of fill values in a file of a few hundred bytes.
  hid_t chunked = H5Pcreate(H5P_DATASET_CREATE);
  const hsize_t chunk[2] = {1000, 1000};
  H5Pset_chunk(chunked, 2, chunk);
  writeDataset(folder / "hollow.h5", {1000000, 1000000}, chunked);
  EXPECT_EQ(userError([&] { Hdf5File(folder / "hollow.h5"); }).message,
            "damaged HDF5 file: dataset d is larger than the file");
  H5Pclose(chunked);
}

TEST(HostileFiles, datasetsInOtherFilesAreRefused) {
  TestFolder folder;
  writeBytes(folder / "secret", std::string(16, 'x'));
  hid_t external = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_external(external, (folder / "secret").c_str(), 0, 16);
  writeDataset(folder / "external.h5", {4}, external);
  EXPECT_EQ(userError([&] { Hdf5File(folder / "external.h5"); }).message,
            "damaged HDF5 file: dataset d refers to other files");
  H5Pclose(external);
}

TEST(HostileFiles, circlesOfGroupsAreRefused) {
  TestFolder folder;
  std::string path = folder / "circle.h5";
  hid_t file = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  H5Lcreate_hard(file, "/", file, "again", H5P_DEFAULT, H5P_DEFAULT);
  H5Fclose(file);
  EXPECT_EQ(userError([&] { Hdf5File{path}; }).message,
            "damaged HDF5 file: its groups are nested without end");
}

TEST(HostileFiles, linksToOtherFilesAreNotFollowed) {
  TestFolder folder;
  std::string path = folder / "link.h5";
  hid_t file = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  H5Lcreate_external(goldenPath("mlp/model.h5").c_str(), "/model_weights", file, "model_weights",
                     H5P_DEFAULT, H5P_DEFAULT);
  H5Fclose(file);
  EXPECT_EQ(Hdf5File(path).find("model_weights"), nullptr);
}

TEST(HostileFiles, mismatchedWeightsLeaveTheModelAsItIs) {
  ModelSpec model = readKerasModel(goldenPath("tr_imdb_lstm/model.keras"));
  const ModelSpec before = model;
  auto load = [&](const char *file) {
    return userError([&] { loadKerasWeights(model, goldenPath(file)); }).message;
  };
  EXPECT_EQ(load("lstm_last/model.h5"),
            "Layer count mismatch when loading weights from file. Model "
            "expected 3 layers, found 1 saved layers.");
  EXPECT_EQ(load("lstm_last/model.weights.h5"),
            "weight sequential/embedding/embeddings is not in the file: it has no dataset "
            "layers/embedding/vars/0");
  EXPECT_EQ(load("tr_imdb_lstm/train.npz"),
            "expected the model's 6 weights in get_weights() order, found 38 arrays");
  expectSameWeights(model, before);
  ModelSpec mlp = readKerasModel(goldenPath("mlp/model.keras"));
  EXPECT_EQ(userError([&] { loadKerasWeights(mlp, goldenPath("tr_bce_adam/model.h5")); }).message,
            "Layer count mismatch when loading weights from file. Model expected 3 layers, found 2 "
            "saved layers.");
  ModelSpec two = readKerasModel(goldenPath("tr_bce_adam/model.keras"));
  EXPECT_EQ(userError([&] {
              loadKerasWeights(two, goldenPath("tr_cce_rmsprop/model.weights.h5"));
            }).message,
            "weight sequential/dense_1/kernel has shape (5, 2), in the file it has (5, 4) "
            "(layers/dense_1/vars/0)");
}

TEST(HostileFiles, unbuiltModelsTakeNoWeights) {
  ModelSpec model;
  EXPECT_EQ(userError([&] { loadKerasWeights(model, goldenPath("mlp/model.h5")); }).message,
            "weights can only be loaded into a built model");
}

TEST(Hdf5, joinsSplitAttributes) {
  TestFolder folder;
  std::string path = folder / "split.h5";
  hid_t file = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  hid_t text = H5Tcopy(H5T_C_S1);
  H5Tset_size(text, 4);
  for (int part = 0; part < 2; ++part) {
    const hsize_t count = 2;
    hid_t space = H5Screate_simple(1, &count, nullptr);
    hid_t attribute = H5Acreate2(file, ("names" + std::to_string(part)).c_str(), text, space,
                                 H5P_DEFAULT, H5P_DEFAULT);
    H5Awrite(attribute, text, part ? "full\0\0\0\0" : "a\0\0\0bc\0\0");
    H5Aclose(attribute);
    H5Sclose(space);
  }
  H5Fclose(file);
  EXPECT_EQ(Hdf5File(path).attribute("", "names"),
            (std::vector<std::string>{"a", "bc", "full", ""}));
  EXPECT_EQ(Hdf5File(path).attribute("", "other"), std::nullopt);
}
