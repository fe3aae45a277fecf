// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// numpy's .npy format.
#include "keratin/npy.hpp"
#include "keratin/error.hpp"
#include "keratin/file.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>

namespace keratin::rt {

namespace {

constexpr std::string_view magic = "\x93NUMPY";
constexpr size_t maxRank = 64; // numpy's own

struct Header {
  std::string descr;
  bool fortranOrder = false;
  std::vector<int64_t> shape;
  size_t dataOffset = 0;
};

/// Reads the header's Python literal: a dict of 'descr' (text), 'fortran_order' (bool) and 'shape'
/// (tuple).
class HeaderParser {
public:
  HeaderParser(std::string_view text, const std::string &what) : text(text), what(what) {}

  Header parse() {
    Header header;
    bool hasDescr = false, hasOrder = false, hasShape = false;
    expect('{');
    while (!accept('}')) {
      std::string key = string();
      expect(':');
      if (key == "descr") {
        if (peek() == '[')
          throw Error("structured arrays are not supported",
                      "save each field as an array of its own")
              .at(what);
        header.descr = string();
        hasDescr = true;
      } else if (key == "fortran_order") {
        header.fortranOrder = boolean();
        hasOrder = true;
      } else if (key == "shape") {
        header.shape = tuple();
        hasShape = true;
      } else {
        malformed();
      }
      if (!accept(',') && peek() != '}')
        malformed();
    }
    if (!hasDescr || !hasOrder || !hasShape)
      malformed();
    return header;
  }

private:
  [[noreturn]] void malformed() const {
    throw Error("malformed .npy header at byte " + std::to_string(position)).at(what);
  }
  char peek() {
    while (position < text.size() && std::isspace(static_cast<unsigned char>(text[position])))
      ++position;
    return position < text.size() ? text[position] : '\0';
  }
  bool accept(char c) {
    if (peek() != c)
      return false;
    ++position;
    return true;
  }
  void expect(char c) {
    if (!accept(c))
      malformed();
  }
  bool acceptWord(std::string_view word) {
    peek();
    if (text.substr(position, word.size()) != word)
      return false;
    position += word.size();
    return true;
  }
  std::string string() {
    char quote = peek();
    if (quote != '\'' && quote != '"')
      malformed();
    size_t end = text.find(quote, ++position);
    if (end == std::string_view::npos)
      malformed();
    std::string result(text.substr(position, end - position));
    position = end + 1;
    return result;
  }
  bool boolean() {
    if (acceptWord("True"))
      return true;
    if (!acceptWord("False"))
      malformed();
    return false;
  }
  std::vector<int64_t> tuple() {
    std::vector<int64_t> result;
    expect('(');
    while (!accept(')')) {
      peek();
      int64_t value = 0;
      auto [end, code] = std::from_chars(text.data() + position, text.data() + text.size(), value);
      if (code != std::errc() || value < 0)
        malformed();
      position = static_cast<size_t>(end - text.data());
      accept('L'); // Python 2
      result.push_back(value);
      if (!accept(',') && peek() != ')')
        malformed();
    }
    return result;
  }

  std::string_view text;
  const std::string &what;
  size_t position = 0;
};

Header parseHeader(std::string_view image, const std::string &what) {
  if (image.size() < 10 || image.substr(0, magic.size()) != magic)
    throw Error("not a .npy array: expected it to begin with \\x93NUMPY").at(what);
  auto byte = [&](size_t i) { return static_cast<size_t>(static_cast<unsigned char>(image[i])); };
  size_t major = byte(6);
  if (major < 1 || major > 3)
    throw Error("version " + std::to_string(major) + " of .npy is not known, expected 1 to 3")
        .at(what);
  size_t lengthBytes = major == 1 ? 2 : 4;
  size_t begin = 8 + lengthBytes, length = 0;
  if (image.size() < begin)
    throw Error("truncated .npy header").at(what);
  for (size_t i = 0; i < lengthBytes; ++i)
    length |= byte(8 + i) << (8 * i);
  if (length > image.size() - begin)
    throw Error("truncated .npy header: expected " + std::to_string(length) + " bytes, found " +
                std::to_string(image.size() - begin))
        .at(what);
  Header header = HeaderParser(image.substr(begin, length), what).parse();
  header.dataOffset = begin + length;
  return header;
}

std::optional<DType> parseType(char kind, std::string_view size) {
  if (kind == 'b' && size == "1")
    return DType::Bool;
  if (kind == 'i' && size == "1")
    return DType::Int8;
  if (kind == 'u' && size == "1")
    return DType::UInt8;
  if (kind == 'i' && size == "2")
    return DType::Int16;
  if (kind == 'u' && size == "2")
    return DType::UInt16;
  if (kind == 'i' && size == "4")
    return DType::Int32;
  if (kind == 'u' && size == "4")
    return DType::UInt32;
  if (kind == 'i' && size == "8")
    return DType::Int64;
  if (kind == 'u' && size == "8")
    return DType::UInt64;
  if (kind == 'f' && size == "4")
    return DType::Float32;
  if (kind == 'f' && size == "8")
    return DType::Float64;
  return std::nullopt;
}

/// What numpy calls a type that Array does not have.
std::string typeName(std::string_view kindAndSize) {
  if (kindAndSize == "f2")
    return "float16";
  if (kindAndSize == "f16")
    return "longdouble";
  switch (kindAndSize.empty() ? '\0' : kindAndSize[0]) {
  case 'c':
    return "complex numbers";
  case 'U':
  case 'S':
  case 'a':
    return "text";
  case 'M':
  case 'm':
    return "dates";
  case 'V':
    return "raw bytes";
  default:
    return "\"" + std::string(kindAndSize) + "\"";
  }
}

/// The product, or an Error: a hostile shape must not overflow.
int64_t checkedBytes(const std::vector<int64_t> &shape, size_t itemBytes, const std::string &what) {
  if (shape.size() > maxRank)
    throw Error("rank " + std::to_string(shape.size()) + " is above " + std::to_string(maxRank))
        .at(what);
  int64_t product = static_cast<int64_t>(itemBytes);
  for (int64_t extent : shape)
    if (extent != 0 && __builtin_mul_overflow(product, extent, &product))
      throw Error("absurd shape: its size does not fit in 64 bits").at(what);
  bool empty = std::find(shape.begin(), shape.end(), 0) != shape.end();
  return empty ? 0 : product;
}

void swapBytes(std::vector<std::byte> &bytes, size_t itemBytes) {
  for (auto item = bytes.begin(); item != bytes.end();
       item += static_cast<std::ptrdiff_t>(itemBytes))
    std::reverse(item, item + static_cast<std::ptrdiff_t>(itemBytes));
}

/// Row-major from Fortran order: walks the result in order, keeping the source's offset as an
/// odometer.
std::vector<std::byte> transposed(const std::byte *source, const Array &target) {
  size_t itemBytes = itemSize(target.dtype), rank = target.shape.size();
  std::vector<size_t> strides(rank), index(rank, 0);
  size_t stride = itemBytes;
  for (size_t d = 0; d < rank; ++d) {
    strides[d] = stride;
    stride *= static_cast<size_t>(target.shape[d]);
  }
  std::vector<std::byte> result(target.bytes.size());
  size_t offset = 0;
  for (size_t out = 0; out < result.size(); out += itemBytes) {
    std::memcpy(result.data() + out, source + offset, itemBytes);
    for (size_t d = rank; d-- > 0;) {
      offset += strides[d];
      if (++index[d] < static_cast<size_t>(target.shape[d]))
        break;
      offset -= strides[d] * index[d];
      index[d] = 0;
    }
  }
  return result;
}

} // namespace

NpyItem parseNpy(std::string_view image, const std::string &what) {
  Header header = parseHeader(image, what);
  std::string_view data = image.substr(header.dataOffset);
  std::string_view descr = header.descr;
  char order = '=';
  if (!descr.empty() && std::string_view("<>|=").find(descr[0]) != std::string_view::npos) {
    order = descr[0];
    descr.remove_prefix(1);
  }
  if (descr == "O") {
    checkedBytes(header.shape, 1, what);
    return ObjectArray{std::move(header.shape), std::string(data)};
  }
  std::optional<DType> type = descr.empty() ? std::nullopt : parseType(descr[0], descr.substr(1));
  if (!type)
    throw Error("elements of type " + typeName(descr) + " are not supported",
                "convert with astype('float32') or astype('int32') before saving")
        .at(what);
  int64_t needed = checkedBytes(header.shape, itemSize(*type), what);
  if (static_cast<uint64_t>(needed) > data.size())
    throw Error("truncated: expected " + std::to_string(needed) + " bytes of data, found " +
                std::to_string(data.size()))
        .at(what);

  Array array(*type, std::move(header.shape));
  if (needed == 0)
    return array;
  const auto *source = reinterpret_cast<const std::byte *>(data.data());
  if (header.fortranOrder && array.rank() > 1)
    array.bytes = transposed(source, array);
  else
    std::memcpy(array.bytes.data(), source, array.bytes.size());
  if (order == '>')
    swapBytes(array.bytes, itemSize(*type));
  if (*type == DType::Bool) // any other bit pattern would not be a bool
    for (std::byte &b : array.bytes)
      b = std::byte(b != std::byte(0));
  return array;
}

Array parseNpyArray(std::string_view image, const std::string &what) {
  NpyItem item = parseNpy(image, what);
  if (std::holds_alternative<ObjectArray>(item))
    throw Error("expected numbers, found an array of Python objects",
                "pad the rows to one length before saving")
        .at(what);
  return std::get<Array>(std::move(item));
}

Array readNpy(const std::string &path) { return parseNpyArray(readFile(path), path); }

std::string formatNpy(const Array &array) {
  static const char *const descrs[] = {"|b1", "|i1", "|u1", "<i2", "<u2", "<i4",
                                       "<u4", "<i8", "<u8", "<f4", "<f8"};
  std::string dict = std::string("{'descr': '") + descrs[static_cast<size_t>(array.dtype)] +
                     "', 'fortran_order': False, 'shape': (";
  for (size_t i = 0; i < array.shape.size(); ++i)
    dict += (i ? ", " : "") + std::to_string(array.shape[i]);
  dict += array.shape.size() == 1 ? ",), }" : "), }";
  // numpy leaves room for the first extent to grow to 21 digits, then pads to a multiple of 64.
  if (!array.shape.empty())
    dict.append(21 - std::to_string(array.shape[0]).size(), ' ');
  size_t prefix = magic.size() + 4;
  dict.append(64 - (prefix + dict.size() + 1) % 64, ' ');
  dict += '\n';

  std::string image(magic);
  image += {'\1', '\0', static_cast<char>(dict.size() & 255), static_cast<char>(dict.size() >> 8)};
  image += dict;
  image.append(reinterpret_cast<const char *>(array.bytes.data()), array.bytes.size());
  return image;
}

void writeNpy(const std::string &path, const Array &array) { writeFile(path, formatNpy(array)); }

} // namespace keratin::rt
