// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A native program from the outside: commands, exit codes, files.
#include "Support.h"
#include "keratin/file.hpp"
#include "keratin/npz.hpp"
#include "keratin/weights_file.hpp"

#include <nlohmann/json.hpp>

#include <csignal>
#include <cstring>
#include <elf.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace keratin::rt;

namespace {

struct Result {
  int code;
  std::string out, err;
};

/// A folder with the data and start weights of golden case fit_basic.
class Program : public testing::Test {
protected:
  Program() {
    NpzReader file(golden("fit_basic/train.npz"));
    writeNpz(folder / "d.npz", {{"x", file.readArray("x_0")}, {"y", file.readArray("y_0")}});
    SavedWeights start;
    for (const char *name : {"w0_000", "w0_001", "w0_002", "w0_003"})
      start.weights.push_back(file.readArray(name));
    writeNpz(folder / "w.npz", nameWeights(start));
  }

  /// Runs the program in the folder.
  Result run(const std::string &arguments) {
    std::string command =
        "cd " + folder / "" + " && " KERATIN_TEST_PROGRAM " " + arguments + " >out.txt 2>err.txt";
    int status = std::system(command.c_str());
    return {WEXITSTATUS(status), readFile(folder / "out.txt"), readFile(folder / "err.txt")};
  }

  TemporaryFolder folder;
};

TEST_F(Program, FitsEvaluatesAndPredicts) {
  Result fit = run("fit --data d.npz --weights w.npz --epochs 3 --batch-size 8 --shuffle=false "
                   "--validation-split 0.25 "
                   "--history h.json --save s.npz --gradients g.npz --seed 5 --threads 1");
  EXPECT_EQ(fit.code, 0) << fit.err;
  EXPECT_EQ(fit.err, "");
  EXPECT_EQ(std::count(fit.out.begin(), fit.out.end(), '\n'), 3) << "one line an epoch";
  nlohmann::json history = nlohmann::json::parse(readFile(folder / "h.json"));
  EXPECT_NEAR(history.at("val_loss").at(2).get<double>(), 0.7310267090797424, 1e-5);
  EXPECT_EQ(history.at("step_loss").size(), 9u);
  EXPECT_EQ(history.at("seed"), 5);
  SavedWeights saved = readWeights(folder / "s.npz");
  EXPECT_EQ(saved.optimizer->iteration, 9);
  EXPECT_EQ(readNpz(folder / "g.npz").at(0).first, "g_000");

  Result evaluate = run("evaluate --data d.npz --weights s.npz --batch-size 8 --json");
  EXPECT_EQ(evaluate.code, 0) << evaluate.err;
  EXPECT_NEAR(nlohmann::json::parse(evaluate.out).at("loss").get<double>(), 0.7180619835853577,
              1e-5);
  EXPECT_EQ(run("evaluate --data d.npz --weights s.npz --batch-size 8").out.substr(0, 9),
            "loss: 0.7");

  Result predict = run("predict --inputs d.npz --outputs o.npz --weights s.npz");
  EXPECT_EQ(predict.code, 0) << predict.err;
  EXPECT_EQ(predict.err, "notice: d.npz: not needed: y\n");
  NpzReader outputs(folder / "o.npz");
  EXPECT_EQ(outputs.names(), (std::vector<std::string>{"out_0", "dense_1"}));
  Array expected = NpzReader(golden("fit_basic/train.npz")).readArray("pred1_0"),
        got = outputs.readArray("out_0");
  ASSERT_EQ(got.shape, expected.shape);
  for (int64_t i = 0; i < got.size(); ++i)
    EXPECT_NEAR(got.at(i), expected.at(i), 1e-5);
}

TEST_F(Program, ResumesFromItsOwnFile) {
  const std::string common = "--data d.npz --batch-size 8 --shuffle=false -q --save ";
  EXPECT_EQ(run("fit --weights w.npz --epochs 2 " + common + "two.npz").code, 0);
  EXPECT_EQ(run("fit --weights w.npz --epochs 1 " + common + "one.npz").code, 0);
  EXPECT_EQ(run("fit --weights one.npz --epochs 1 " + common + "one.npz").code, 0);
  EXPECT_EQ(readFile(folder / "one.npz"), readFile(folder / "two.npz"));
}

TEST_F(Program, TellsWhatItCanDo) {
  EXPECT_NE(run("--help").out.find("predict"), std::string::npos);
  EXPECT_NE(run("fit --help").out.find("--validation-split"), std::string::npos);
  EXPECT_NE(run("--version").out.find("ABI 3"), std::string::npos);
  EXPECT_EQ(run("--version").code, 0);
}

TEST_F(Program, ExitsWithTwoForTheCommandLine) {
  for (const char *arguments :
       {"", "fits", "fit", "fit --data d.npz --bogus 3", "fit --data d.npz --epochs zero",
        "fit --data d.npz --batch-size 0", "fit --data d.npz --class-weight=3",
        "fit --data d.npz --verbose 7"}) {
    Result result = run(arguments);
    EXPECT_EQ(result.code, 2) << arguments;
    EXPECT_NE(result.err, "") << arguments;
  }
}

TEST_F(Program, SaysWhatAWrongCommandLineMeant) {
  auto says = [&](const std::string &arguments, const std::string &text) {
    Result result = run(arguments);
    EXPECT_EQ(result.code, 2) << arguments;
    EXPECT_NE(result.err.find(text), std::string::npos) << arguments << "\n" << result.err;
  };
  says("fitt --data d.npz", "hint: did you mean \"fit\"?");
  says("fit --data d.npz --epochz 3", "hint: did you mean \"--epochs\"?");
  says("fit --data d.npz --class-weight=3", "expected CLASS:WEIGHT");
  says("fit --data d.npz --class-weight 0:x", "expected CLASS:WEIGHT");
}

TEST_F(Program, ExitsWithOneForInputAndEnvironment) {
  writeFile(folder / "bad.npz", readFile(folder / "d.npz").substr(0, 300));
  auto message = [&](const std::string &arguments) {
    Result result = run(arguments);
    EXPECT_EQ(result.code, 1) << arguments;
    return result.err.substr(0, result.err.find('\n'));
  };
  EXPECT_EQ(message("predict --inputs d.npz --outputs o.npz"),
            "error: this program was built without weights");
  EXPECT_EQ(message("predict --inputs none.npz --outputs o.npz --weights w.npz"),
            "error: none.npz: cannot read: No such file or directory");
  EXPECT_EQ(message("predict --inputs bad.npz --outputs o.npz --weights w.npz"),
            "error: bad.npz: not a .npz file: no zip directory found");
  EXPECT_EQ(message("predict --inputs d.npz --outputs none/o.npz --weights w.npz"),
            "error: none/o.npz: cannot write: No such file or directory");
  EXPECT_EQ(message("fit --data d.npz --weights w.npz"),
            "error: batch_size is 26, the model was compiled for at most 8");
  EXPECT_EQ(message("fit --data d.npz --weights d.npz --batch-size 8"),
            "error: the model has 4 weights, found 2");
  EXPECT_FALSE(std::filesystem::exists(folder / "o.npz"));
}

TEST_F(Program, AFullDiskLeavesNoOutput) {
  Result result = run("predict --inputs d.npz --outputs /dev/full --weights w.npz");
  EXPECT_EQ(result.code, 1);
  ::symlink("/dev/full", (folder / "full.npz").c_str());
  result = run("predict --inputs d.npz --outputs full.npz --weights w.npz");
  EXPECT_EQ(result.code, 1);
  EXPECT_NE(result.err.find("full.npz: cannot write: No space left on device"), std::string::npos)
      << result.err;
}

TEST_F(Program, AnInterruptLeavesNoOutput) {
  pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    std::freopen((folder / "out.txt").c_str(), "w", stdout);
    std::freopen((folder / "err.txt").c_str(), "w", stderr);
    std::string data = folder / "d.npz", weights = folder / "w.npz", saved = folder / "s.npz";
    ::execl(KERATIN_TEST_PROGRAM, "program", "fit", "--data", data.c_str(), "--weights",
            weights.c_str(), "--batch-size", "8", "--epochs", "1000000000", "--save", saved.c_str(),
            static_cast<char *>(nullptr));
    std::_Exit(127);
  }
  int status = 0;
  while (!std::filesystem::exists(folder / "out.txt") ||
         std::filesystem::file_size(folder / "out.txt") == 0) {
    ASSERT_EQ(::waitpid(child, &status, WNOHANG), 0) << readFile(folder / "err.txt");
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  ::kill(child, SIGINT);
  ::waitpid(child, &status, 0);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 130);
  EXPECT_FALSE(std::filesystem::exists(folder / "s.npz"));
}

TEST_F(Program, DependsOnTheCLibraryAlone) {
  std::string command = "ldd " KERATIN_TEST_PROGRAM " > " + folder / "ldd.txt";
  ASSERT_EQ(std::system(command.c_str()), 0);
  std::string libraries = readFile(folder / "ldd.txt");
  for (const char *foreign : {"libstdc++", "libgcc", "libz", "libminizip", "libgomp", "libc++"})
    EXPECT_EQ(libraries.find(foreign), std::string::npos) << libraries;
}

/// What the loader and the C library do before main(), read from the program's section headers.
struct StartUp {
  explicit StartUp(const std::string &program) {
    auto read = [&](size_t offset, auto value) {
      std::memcpy(&value, program.data() + offset, sizeof value);
      return value;
    };
    auto header = read(0, Elf64_Ehdr());
    for (size_t i = 0; i < header.e_shnum; ++i) {
      auto section = read(header.e_shoff + i * header.e_shentsize, Elf64_Shdr());
      if (section.sh_type == SHT_RELA)
        relocations += section.sh_size / sizeof(Elf64_Rela);
      if (section.sh_type == SHT_INIT_ARRAY)
        constructors += section.sh_size / sizeof(Elf64_Addr);
      if ((section.sh_flags & SHF_WRITE) && (section.sh_flags & SHF_ALLOC))
        writableBytes += section.sh_size;
    }
  }

  size_t relocations = 0, constructors = 0, writableBytes = 0;
};

// A program starts in a few milliseconds (docs/benchmarks.md) because there is next to nothing to
// be done: two libraries, few addresses to fill in, few constructors, hardly a page to be copied.
TEST_F(Program, StartsWithLittleToDo) {
#if __has_feature(address_sanitizer)
  GTEST_SKIP() << "a sanitizer's runtime has much to do";
#endif
  StartUp startUp(readFile(KERATIN_TEST_PROGRAM));
  EXPECT_GT(startUp.relocations, 0u);
  EXPECT_LT(startUp.relocations, 4000u);
  EXPECT_GT(startUp.constructors, 0u);
  EXPECT_LT(startUp.constructors, 20u);
  EXPECT_GT(startUp.writableBytes, 0u);
  EXPECT_LT(startUp.writableBytes, 128u * 1024);
}

} // namespace
