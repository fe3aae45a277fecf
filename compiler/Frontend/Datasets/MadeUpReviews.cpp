// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Film reviews from a seeded generator.
#include "compiler/Frontend/Datasets/MadeUpReviews.h"
#include "keratin/mt19937.hpp"

#include <algorithm>
#include <map>
#include <sstream>

namespace keratin::datasets {

namespace {

constexpr int64_t trainSize = 2000, testSize = 1000; // 15 epochs end in less than a minute
constexpr int64_t minSentences = 4, maxSentences = 9;
constexpr double agreement = 0.8; // an opinion has the label's sense
constexpr double negation = 0.2;  // and is said as "not" its opposite

using Words = std::vector<std::string>;

Words split(const char *text) {
  std::istringstream stream(text);
  Words words;
  for (std::string word; stream >> word;)
    words.push_back(word);
  return words;
}

class Writer {
public:
  explicit Writer(uint32_t seed) : random(seed) {
    // People, places and titles that nobody has an opinion about.
    static const char *const syllables[] = {"ka",  "lo", "mir", "ten", "sa",  "vel",
                                            "dor", "in", "ra",  "bu",  "esh", "ol"};
    for (const char *a : syllables)
      for (const char *b : syllables)
        for (const char *c : {"n", "ra", "to"})
          names.push_back(std::string(a) + b + c);
    random.shuffle(names);
  }

  Words review(bool praise) {
    Words text;
    int64_t sentences = random.randint(minSentences, maxSentences + 1);
    for (int64_t i = 0; i < sentences; ++i) {
      if (random.random() < 0.4)
        aside(text);
      bool positive = random.random() < agreement ? praise : !praise;
      opinion(text, positive);
    }
    return text;
  }

private:
  const std::string &pick(const Words &words) {
    return words[static_cast<size_t>(random.randint(0, static_cast<int64_t>(words.size())))];
  }

  /// "i thought the ending was not really dull"
  void opinion(Words &text, bool positive) {
    static const Words openers = split("and but so overall honestly frankly still then");
    static const Words subjects =
        split("acting plot ending music story script cast pacing photography dialogue film movie "
              "director humour editing lead second-half soundtrack opening premise");
    static const Words verbs = split("was seemed felt looked");
    static const Words degrees = split("very really quite rather so truly utterly");
    static const Words praise = split(
        "wonderful brilliant moving clever charming superb gripping delightful funny beautiful "
        "excellent touching inspired fresh memorable rich subtle warm stunning convincing");
    static const Words blame =
        split("dull awful clumsy boring terrible lazy predictable annoying pointless bland wooden "
              "messy tedious cheap forgettable shallow silly painful weak ridiculous");
    static const Words negators = split("not never hardly");
    if (random.random() < 0.3)
      text.push_back(pick(openers));
    text.push_back("the");
    text.push_back(pick(subjects));
    text.push_back(pick(verbs));
    bool negated = random.random() < negation;
    if (negated)
      text.push_back(pick(negators));
    if (random.random() < 0.4)
      text.push_back(pick(degrees));
    text.push_back(pick(positive != negated ? praise : blame));
  }

  /// "i saw it with karan in velra", with rare names more often than not.
  void aside(Words &text) {
    static const std::vector<Words> frames = {
        split("i saw it with"), split("it was made by"),      split("a friend of mine is"),
        split("it is set in"),  split("they filmed it near"), split("the book is by")};
    const Words &frame =
        frames[static_cast<size_t>(random.randint(0, static_cast<int64_t>(frames.size())))];
    text.insert(text.end(), frame.begin(), frame.end());
    // Squaring favours the first names: word frequencies fall off as in real text.
    for (int64_t i = 0, n = random.randint(1, 4); i < n; ++i) {
      double u = random.random();
      text.push_back(names[static_cast<size_t>(u * u * static_cast<double>(names.size()))]);
    }
  }

  rt::RandomState random;
  Words names;
};

} // namespace

MadeUpReviews makeUpReviews() {
  Writer writer(20);
  std::vector<Words> texts;
  std::vector<int64_t> labels;
  std::map<std::string, int64_t> counts;
  for (int64_t i = 0; i < trainSize + testSize; ++i) {
    labels.push_back(i % 2);
    texts.push_back(writer.review(i % 2 == 1));
    for (const std::string &word : texts.back())
      ++counts[word];
  }
  MadeUpReviews result;
  for (const auto &[word, count] : counts)
    result.wordIndex.emplace_back(word, count);
  std::sort(result.wordIndex.begin(), result.wordIndex.end(), [](const auto &a, const auto &b) {
    return a.second != b.second ? a.second > b.second : a.first < b.first;
  });
  std::map<std::string, int32_t> ranks;
  for (size_t i = 0; i < result.wordIndex.size(); ++i) {
    result.wordIndex[i].second = static_cast<int64_t>(i) + 1;
    ranks[result.wordIndex[i].first] = static_cast<int32_t>(i) + 1;
  }
  for (int64_t i = 0; i < trainSize + testSize; ++i) {
    std::vector<int32_t> row;
    for (const std::string &word : texts[static_cast<size_t>(i)])
      row.push_back(ranks.at(word));
    bool train = i < trainSize;
    (train ? result.reviews.xTrain : result.reviews.xTest).rows.push_back(std::move(row));
    (train ? result.reviews.yTrain : result.reviews.yTest)
        .push_back(labels[static_cast<size_t>(i)]);
  }
  return result;
}

} // namespace keratin::datasets
