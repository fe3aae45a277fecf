// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Characters of UTF-8 texts and the case of letters.
#include "compiler/Frontend/Datasets/Unicode.h"
#include "compiler/Frontend/Datasets/UnicodeTables.h"

#include <algorithm>

namespace keratin::datasets {

namespace {

constexpr uint32_t capitalSigma = 0x3a3, smallSigma = 0x3c3, finalSigma = 0x3c2;
constexpr uint32_t capitalDottedI = 0x130, dotAbove = 0x307;
/// Stands for a byte that is not UTF-8.
constexpr uint32_t malformed = 0x110000;

/// The bytes of the character at `at`; 1 where they are not UTF-8.
size_t lengthAt(std::string_view text, size_t at) {
  auto lead = static_cast<unsigned char>(text[at]);
  size_t length = lead < 0xc2 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 1;
  if (length > text.size() - at)
    return 1;
  for (size_t i = 1; i < length; ++i)
    if ((text[at + i] & 0xc0) != 0x80)
      return 1;
  return length;
}

uint32_t codePoint(std::string_view bytes) {
  auto lead = static_cast<unsigned char>(bytes[0]);
  if (bytes.size() == 1)
    return lead < 0x80 ? lead : malformed;
  uint32_t code = lead & (0x7f >> bytes.size());
  for (char next : bytes.substr(1))
    code = code << 6 | (next & 0x3f);
  return code;
}

void append(std::string &text, uint32_t code) {
  auto put = [&](uint32_t byte) { text += static_cast<char>(byte); };
  if (code < 0x80) {
    put(code);
    return;
  }
  int more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
  put((0xff00 >> (more + 1) & 0xff) | code >> (6 * more));
  while (more-- > 0)
    put(0x80 | (code >> (6 * more) & 0x3f));
}

/// The range of a table that `code` is between the ends of, or null.
template <typename Range> const Range *locate(const Table<Range> &table, uint32_t code) {
  auto found = std::lower_bound(table.begin(), table.end(), code,
                                [](const Range &range, uint32_t c) { return range.last < c; });
  return found != table.end() && found->first <= code ? found : nullptr;
}

uint32_t change(const Table<CaseRange> &table, uint32_t code) {
  const CaseRange *range = locate(table, code);
  return range && (code - range->first) % range->step == 0
             ? code + static_cast<uint32_t>(range->distance)
             : code;
}

/// Whether the first character that is not a mark or sign, going by `step` from `at`, has a case.
bool meetsCased(const std::vector<std::string_view> &text, size_t at, int step) {
  for (size_t i = at + static_cast<size_t>(step); i < text.size(); i += static_cast<size_t>(step))
    if (uint32_t code = codePoint(text[i]); !locate(caseIgnorable, code))
      return locate(cased, code);
  return false;
}

/// The text with every character handed to change(result, characters, index).
template <typename Change> std::string rewrite(std::string_view text, Change change) {
  std::vector<std::string_view> all = characters(text);
  std::string result;
  result.reserve(text.size());
  for (size_t i = 0; i < all.size(); ++i)
    change(result, all, i);
  return result;
}

bool isAscii(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) { return c & 0x80; });
}

/// `distance` added to the letters from `first` on.
std::string shiftAscii(std::string_view text, char first, int distance) {
  std::string result(text);
  for (char &c : result)
    if (c >= first && c < first + 26)
      c = static_cast<char>(c + distance);
  return result;
}

} // namespace

std::vector<std::string_view> characters(std::string_view text) {
  std::vector<std::string_view> result;
  for (size_t at = 0; at < text.size(); at += result.back().size())
    result.push_back(text.substr(at, lengthAt(text, at)));
  return result;
}

std::string toLower(std::string_view text) {
  if (isAscii(text))
    return shiftAscii(text, 'A', 'a' - 'A');
  return rewrite(text, [](std::string &result, const auto &all, size_t i) {
    uint32_t code = codePoint(all[i]);
    if (code == malformed)
      result += all[i];
    else if (code == capitalDottedI)
      append(result, 'i'), append(result, dotAbove);
    else if (code == capitalSigma && meetsCased(all, i, -1) && !meetsCased(all, i, 1))
      append(result, finalSigma);
    else
      append(result, code == capitalSigma ? smallSigma : change(lowerRanges, code));
  });
}

std::string toUpper(std::string_view text) {
  if (isAscii(text))
    return shiftAscii(text, 'a', 'A' - 'a');
  return rewrite(text, [](std::string &result, const auto &all, size_t i) {
    uint32_t code = codePoint(all[i]);
    auto longer =
        std::lower_bound(upperExpansions.begin(), upperExpansions.end(), code,
                         [](const CaseExpansion &entry, uint32_t c) { return entry.from < c; });
    if (code == malformed)
      result += all[i];
    else if (longer != upperExpansions.end() && longer->from == code)
      for (uint32_t part : longer->to) {
        if (part)
          append(result, part);
      }
    else
      append(result, change(upperRanges, code));
  });
}

} // namespace keratin::datasets
