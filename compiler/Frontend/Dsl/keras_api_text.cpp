// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// keras.preprocessing.text: Tokenizer and its functions.
#include "compiler/Frontend/Datasets/Tokenizer.h"
#include "compiler/Frontend/Dsl/evaluator.h"
#include "compiler/Frontend/Dsl/keras_objects.h"
#include "compiler/Frontend/Dsl/modules.h"

namespace keratin::dsl {

namespace {

using datasets::OrderedMap;
using Text = datasets::Tokenizer::Text;
using Sequence = datasets::Tokenizer::Sequence;

Value toValue(int64_t number) { return Value::integer(number); }
Value toValue(const std::string &text) { return Value::str(text); }
void fromValue(const Value &value, const std::string &what, Pos pos, int64_t &number) {
  number = toInt(value, what, pos);
}
void fromValue(const Value &value, const std::string &what, Pos pos, std::string &text) {
  text = toStr(value, what, pos);
}

/// A table of a Tokenizer as a script sees it: one dict, and what is written into it counts.
template <typename Key, typename T> class Shown {
public:
  using Map = OrderedMap<Key, T>;
  explicit Shown(const char *name) : name(name) {}
  const char *const name;

  Value show(const Map &map, Pos pos) {
    if (!dict) {
      dict = std::make_shared<Dict>();
      fill(map, pos);
    }
    return Value::object(dict);
  }
  /// Takes over what the script has changed.
  void adopt(Map &map, Pos pos) {
    if (!dict || dict->table.changes() == adopted)
      return;
    Map changed;
    for (auto &[from, to] : dict->table.items()) {
      Key key;
      fromValue(from, std::string("a key of ") + name, pos, key);
      fromValue(to, std::string("a value of ") + name, pos, changed[key]);
    }
    map = std::move(changed);
    adopted = dict->table.changes();
  }
  void replace(std::shared_ptr<Dict> other) {
    dict = std::move(other);
    adopted = ~dict->table.changes();
  }
  /// The table is another one now, and scripts keep the old.
  void forget() { dict = nullptr; }
  /// The table has changed.
  void update(const Map &map, Pos pos) {
    if (dict)
      fill(map, pos);
  }

private:
  void fill(const Map &map, Pos pos) {
    dict->table.clear();
    for (auto &[key, value] : map.items())
      dict->table.insert(toValue(key), toValue(value), pos);
    adopted = dict->table.changes();
  }

  std::shared_ptr<Dict> dict; ///< once shown
  uint64_t adopted = 0;       ///< changes() when it was the same as the map
};

struct TokenizerObject : Object {
  static constexpr ObjectKind objectKind = ObjectKind::Tokenizer;
  TokenizerObject() : Object(objectKind) {}

  datasets::Tokenizer tokenizer;
  Shown<std::string, int64_t> wordIndex{"word_index"}, wordCounts{"word_counts"},
      wordDocs{"word_docs"};
  Shown<int64_t, std::string> indexWord{"index_word"};
  Shown<int64_t, int64_t> indexDocs{"index_docs"};

  /// Calls f(shown, table) with every table.
  template <typename F> void eachTable(F &&f) {
    f(wordIndex, tokenizer.wordIndex);
    f(indexWord, tokenizer.indexWord);
    f(wordCounts, tokenizer.wordCounts);
    f(wordDocs, tokenizer.wordDocs);
    f(indexDocs, tokenizer.indexDocs);
  }
};

TokenizerObject &adopted(const Call &call) {
  auto &object = call.selfAs<TokenizerObject>();
  object.eachTable([&](auto &shown, auto &table) { shown.adopt(table, call.pos); });
  return object;
}

datasets::WordRules wordRules(const Call &call) {
  datasets::WordRules rules;
  if (call.given("filters") && !call.has("filters"))
    fail(call.at("filters"), "filters must be a str, got None", "\"\" filters nothing");
  rules.filters = call.str("filters", rules.filters.c_str());
  rules.lower = call.flag("lower", rules.lower);
  rules.split = call.str("split", rules.split.c_str());
  if (rules.split.empty())
    fail(call.at("split"), "split is empty, expected what stands between words");
  return rules;
}

std::optional<int64_t> toNumWords(const Value &value, Pos pos) {
  if (value.isNone())
    return {};
  int64_t number = toInt(value, "num_words", pos);
  if (number < 0)
    fail(pos, "num_words is negative");
  return number;
}

Value makeTokenizer(Call &call) {
  auto object = std::make_shared<TokenizerObject>();
  datasets::Tokenizer &tokenizer = object->tokenizer;
  tokenizer.rules = wordRules(call);
  tokenizer.numWords = toNumWords(call.value("num_words"), call.at("num_words"));
  tokenizer.charLevel = call.flag("char_level", false);
  if (call.has("oov_token"))
    tokenizer.oovToken = call.str("oov_token", "");
  tokenizer.documentCount = call.integer("document_count", 0);
  if (tokenizer.documentCount < 0)
    fail(call.at("document_count"), "document_count is negative");
  return Value::object(object);
}

/// Strings, or lists of words. A string alone is its characters, as Python goes through it.
std::vector<Text> textsOf(const Call &call) {
  std::vector<Text> texts;
  Pos pos = call.at("texts");
  for (const Value &value : call.interpreter.elements(call.value("texts"), pos)) {
    if (auto *text = value.asStr()) {
      texts.emplace_back(*text);
      continue;
    }
    auto *list = value.get<List>();
    if (!list)
      fail(pos, "a text must be a str or a list of words, got " + describeType(value));
    std::vector<std::string> words;
    for (const Value &word : list->items)
      words.push_back(toStr(word, "a word of a text", pos));
    texts.emplace_back(std::move(words));
  }
  return texts;
}

std::vector<Sequence> sequencesOf(const Call &call) {
  const Value &value = call.value("sequences");
  Pos pos = call.at("sequences");
  std::vector<Sequence> sequences;
  if (auto *array = value.get<SequenceArray>()) {
    for (auto &row : array->sequences.rows)
      sequences.emplace_back(row.begin(), row.end());
    return sequences;
  }
  for (const Value &row : call.interpreter.elements(value, pos)) {
    if (isNumber(row) || row.asStr())
      fail(pos, "expected a list of sequences, got a list with " + describeType(row));
    Sequence &sequence = sequences.emplace_back();
    for (const Value &index : call.interpreter.elements(row, pos))
      sequence.push_back(toInt(index, "an element of a sequence", pos));
  }
  return sequences;
}

Value fitOnTexts(Call &call) {
  TokenizerObject &object = adopted(call);
  object.tokenizer.fitOnTexts(textsOf(call));
  object.wordIndex.forget();
  object.indexWord.forget();
  object.eachTable([&](auto &shown, auto &table) { shown.update(table, call.pos); });
  return {};
}

Value fitOnSequences(Call &call) {
  TokenizerObject &object = adopted(call);
  object.tokenizer.fitOnSequences(sequencesOf(call));
  object.indexDocs.update(object.tokenizer.indexDocs, call.pos);
  return {};
}

Value numbers(const Sequence &sequence) {
  std::vector<Value> items;
  for (int64_t number : sequence)
    items.push_back(Value::integer(number));
  return Value::list(std::move(items));
}

Value textsToSequences(Call &call) {
  const datasets::Tokenizer &tokenizer = adopted(call).tokenizer;
  std::vector<Value> result;
  for (const Text &text : textsOf(call))
    result.push_back(numbers(tokenizer.textToSequence(text)));
  return Value::list(std::move(result));
}

Value sequencesToTexts(Call &call) {
  const datasets::Tokenizer &tokenizer = adopted(call).tokenizer;
  std::vector<Value> result;
  for (const Sequence &sequence : sequencesOf(call))
    result.push_back(Value::str(tokenizer.sequenceToText(sequence)));
  return Value::list(std::move(result));
}

Value matrix(const datasets::Tokenizer &tokenizer, const std::vector<Sequence> &sequences,
             const Call &call) {
  datasets::MatrixMode mode{};
  try {
    mode = datasets::matrixMode(call.str("mode", "binary"));
  } catch (const UserError &error) {
    fail(call.at("mode"), error.message);
  }
  checkSize(static_cast<int64_t>(sequences.size()), tokenizer.matrixWidth() * 8, call.pos);
  return Value::object(fromRuntime(tokenizer.sequencesToMatrix(sequences, mode)));
}

Value textsToMatrix(Call &call) {
  const datasets::Tokenizer &tokenizer = adopted(call).tokenizer;
  std::vector<Sequence> sequences;
  for (const Text &text : textsOf(call))
    sequences.push_back(tokenizer.textToSequence(text));
  return matrix(tokenizer, sequences, call);
}

Value sequencesToMatrix(Call &call) {
  return matrix(adopted(call).tokenizer, sequencesOf(call), call);
}

Value textToWordSequence(Call &call) {
  std::vector<Value> words;
  for (std::string &word :
       datasets::textToWordSequence(call.str("input_text", ""), wordRules(call)))
    words.push_back(Value::str(std::move(word)));
  return Value::list(std::move(words));
}

Value hashingTrick(Call &call) {
  const Value &function = call.value("hash_function");
  if (!function.asStr() || *function.asStr() != "md5")
    fail(call.at("hash_function"),
         function.isNone() ? "hashing_trick with Python's own hash is not supported"
                           : "hash_function must be \"md5\"",
         "Python's hash differs from run to run; hash_function='md5' does not");
  int64_t n = call.integer("n", 0);
  if (n < 2)
    fail(call.at("n"), "n must be at least 2, got " + std::to_string(n));
  return numbers(datasets::hashingTrick(call.str("text", ""), n, wordRules(call)));
}

/// A property that shows a part of the Tokenizer.
template <typename Get> TypeTable::Getter shows(Get get) {
  return [get](const Value &value, Interpreter &, Pos) {
    return get(value.get<TokenizerObject>()->tokenizer);
  };
}

template <typename Map> Value optionalValue(const std::optional<Map> &value) {
  return value ? toValue(*value) : Value();
}

} // namespace

bool setTokenizerAttribute(const Value &object, const std::string &name, const Value &value,
                           Pos pos) {
  auto *tokenizer = object.get<TokenizerObject>();
  if (!tokenizer)
    return false;
  if (name == "num_words") {
    tokenizer->tokenizer.numWords = toNumWords(value, pos);
    return true;
  }
  bool found = false;
  tokenizer->eachTable([&](auto &shown, auto &table) {
    auto dict = value.share<Dict>();
    if (name != shown.name)
      return;
    if (!dict)
      fail(pos, name + " must be a dict, got " + describeType(value));
    shown.replace(std::move(dict));
    shown.adopt(table, pos);
    found = true;
  });
  return found;
}

void addTokenizerMethods(TypeTable &table) {
  table.method("fit_on_texts", "texts", fitOnTexts, "NoneType");
  table.method("fit_on_sequences", "sequences", fitOnSequences, "NoneType");
  table.method("texts_to_sequences", "texts", textsToSequences, "list");
  table.method("sequences_to_texts", "sequences", sequencesToTexts, "list");
  table.method("texts_to_matrix", "texts, mode=", textsToMatrix, "ndarray");
  table.method("sequences_to_matrix", "sequences, mode=", sequencesToMatrix, "ndarray");

  using datasets::Tokenizer;
  table.property("num_words", shows([](const Tokenizer &t) { return optionalValue(t.numWords); }));
  table.property("oov_token", shows([](const Tokenizer &t) { return optionalValue(t.oovToken); }));
  table.property("filters", shows([](const Tokenizer &t) { return toValue(t.rules.filters); }),
                 "str");
  table.property("split", shows([](const Tokenizer &t) { return toValue(t.rules.split); }), "str");
  table.property("lower", shows([](const Tokenizer &t) { return Value::boolean(t.rules.lower); }),
                 "bool");
  table.property("char_level",
                 shows([](const Tokenizer &t) { return Value::boolean(t.charLevel); }), "bool");
  table.property("document_count",
                 shows([](const Tokenizer &t) { return toValue(t.documentCount); }), "int");
  TokenizerObject().eachTable([&](auto &shown, auto &) {
    std::string name = shown.name;
    table.property(
        name,
        [name](const Value &value, Interpreter &, Pos pos) {
          Value dict;
          value.get<TokenizerObject>()->eachTable([&](auto &shown, auto &table) {
            if (name == shown.name)
              dict = shown.show(table, pos);
          });
          return dict;
        },
        "dict");
  });

  table.refused["texts_to_sequences_generator"] = "use texts_to_sequences";
  table.refused["sequences_to_texts_generator"] = "use sequences_to_texts";
  for (const char *name : {"to_json", "get_config"})
    table.refused[name] = "word_index has the words and their numbers";
}

void addKerasText(Module &text) {
  text.function("Tokenizer",
                "num_words|nb_words=, filters=, lower=, split=, char_level=, oov_token=, "
                "analyzer!, *, document_count=",
                makeTokenizer, "Tokenizer");
  text.function("text_to_word_sequence",
                "input_text|text, filters=, lower=, split=", textToWordSequence, "list");
  text.function("hashing_trick", "text, n, hash_function=, filters=, lower=, split=, analyzer!",
                hashingTrick, "list");
  text.refused["one_hot"] = "Python's hash differs from run to run; "
                            "hashing_trick(text, n, hash_function='md5') does not";
  text.refused["tokenizer_from_json"] = "make a Tokenizer and call fit_on_texts(...)";
}

} // namespace keratin::dsl
