// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a training prints.
#include "keratin/progress.hpp"
#include "Support.h"

#include <algorithm>
#include <regex>

using namespace keratin::rt;

namespace {

/// What `show` prints to a stream of its own.
template <typename Show> std::string printed(Show show) {
  char *text = nullptr;
  size_t size = 0;
  std::FILE *out = ::open_memstream(&text, &size);
  show(out);
  std::fclose(out);
  std::string result(text, size);
  std::free(text);
  return result;
}

std::string withoutTimes(const std::string &text) {
  return std::regex_replace(text, std::regex("[0-9]+(s|ms|us)(/step)?"), "<T>");
}

TEST(Progress, PrintsKerassLine) {
  std::string text = printed([](std::FILE *out) {
    Progress progress(out, 2, 3, false);
    progress.beginEpoch(1, 3);
    progress.update(1, {{"loss", 9}});
    progress.finish({{"accuracy", 0.63157892}, {"loss", 1e-4}, {"mae", -0.5}});
  });
  EXPECT_EQ(
      withoutTimes(text),
      "Epoch 1/3\n3/3 - <T> - <T> - accuracy: 0.6316 - loss: 1.0000e-04 - mae: -5.0000e-01\n");
}

TEST(Progress, PrintsOneLineAnEpochWhenPiped) {
  std::string text = printed([](std::FILE *out) {
    for (int64_t epoch : {1, 2}) {
      Progress progress(out, 1, 12, false);
      progress.beginEpoch(epoch, 2);
      progress.update(1, {{"loss", 9}});
      progress.finish({{"loss", 0.5}});
    }
    Progress(out, 1, 4, false).finish({});
  });
  EXPECT_EQ(withoutTimes(text), "Epoch 1/2 - 12/12 - <T> - <T> - loss: 0.5000\n"
                                "Epoch 2/2 - 12/12 - <T> - <T> - loss: 0.5000\n4/4 - <T> - <T>\n");
}

TEST(Progress, RedrawsTheBarOnATerminal) {
  std::string text = printed([](std::FILE *out) {
    Progress progress(out, 1, 12, true);
    progress.beginEpoch(1, 3);
    progress.update(1, {{"loss", 0.25}});
    progress.update(2, {{"loss", 7}}); // too soon to be drawn
    progress.finish({{"loss", -0.5}});
  });
  std::string cells5 = "━━━━━", cells20 = cells5 + cells5 + cells5 + cells5;
  std::string first = "\x1b[1m 1/12\x1b[0m \x1b[32m━\x1b[0m\x1b[37m" + cells20.substr(0, 19 * 3) +
                      "\x1b[0m \x1b[1m<T>\x1b[0m <T> - loss: 0.2500";
  std::string last = "\x1b[1m12/12\x1b[0m \x1b[32m" + cells20 +
                     "\x1b[0m\x1b[37m\x1b[0m \x1b[1m<T>\x1b[0m <T> - loss: -0.5000";
  std::string shown = withoutTimes(text);
  shown.erase(std::remove(shown.begin(), shown.end(), '\b'), shown.end());
  shown = std::regex_replace(shown, std::regex(" *\n"), "\n");
  EXPECT_EQ(shown, "Epoch 1/3\n\r" + first + "\r" + last + "\n");
  // As many steps back as there were columns: "1/12 ", the bar, the times, " - loss: 0.2500".
  auto back = static_cast<size_t>(std::count(text.begin(), text.end(), '\b'));
  EXPECT_GE(back, 6u + 20 + 15 + 5);
  EXPECT_LE(back, 6u + 20 + 15 + 20);
}

TEST(Progress, NoGreenBeforeTheFirstCell) {
  std::string text = printed([](std::FILE *out) {
    Progress progress(out, 1, 100, true);
    progress.update(1, {});
  });
  EXPECT_EQ(text.find("\x1b[32m"), std::string::npos);
  EXPECT_EQ(text.back(), '\n') << "an abandoned bar ends its line";
}

TEST(Progress, IsSilentWhenToldSo) {
  EXPECT_EQ(printed([](std::FILE *out) {
              Progress progress(out, 0, 3, true);
              progress.beginEpoch(1, 3);
              progress.update(1, {});
              progress.finish({});
            }),
            "");
}

} // namespace
