//===- Npy.cpp - NumPy array files ----------------------------------------===//

#include "Arrays/Npy.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir::cca;
using llvm::createStringError;
using llvm::Error;
using llvm::Expected;
using llvm::StringRef;

static constexpr StringRef magic = "\x93NUMPY";

//===----------------------------------------------------------------------===//
// Types and shapes
//===----------------------------------------------------------------------===//

std::string NpyType::getName() const {
  StringRef name = llvm::StringSwitch<StringRef>(StringRef(&kind, 1))
                       .Case("b", "bool")
                       .Case("i", "int")
                       .Case("u", "uint")
                       .Case("f", "float")
                       .Case("c", "complex")
                       .Default("void");
  return name == "bool" ? name.str() : (name + llvm::Twine(size * 8)).str();
}

std::optional<int64_t>
mlir::cca::getNumElements(llvm::ArrayRef<int64_t> shape) {
  int64_t product = 1;
  bool empty = false;
  for (int64_t size : shape) {
    if (size == 0)
      empty = true;
    else if (llvm::MulOverflow(product, size, product))
      return std::nullopt;
  }
  return empty ? 0 : product;
}

std::string mlir::cca::formatShape(llvm::ArrayRef<int64_t> shape) {
  std::string text = "(";
  llvm::raw_string_ostream os(text);
  llvm::interleaveComma(shape, os);
  os << (shape.size() == 1 ? ",)" : ")");
  return text;
}

//===----------------------------------------------------------------------===//
// Header
//===----------------------------------------------------------------------===//

namespace {
/// Parser of the header: the literal of a Python dictionary with the keys
/// 'descr', 'fortran_order' and 'shape', in any order.
class HeaderParser {
public:
  explicit HeaderParser(StringRef text) : rest(text) {}

  Error parse(NpyArray &array);

private:
  bool consume(char c) {
    rest = rest.ltrim();
    return rest.consume_front(StringRef(&c, 1));
  }
  Expected<StringRef> parseString();
  Error parseEntry(NpyArray &array);
  Error parseType(NpyType &type);
  Error parseOrder();
  Error parseShape(llvm::SmallVectorImpl<int64_t> &shape);

  StringRef rest;
  bool haveType = false, haveOrder = false, haveShape = false;
};
} // namespace

static Error malformed(StringRef expected) {
  return createStringError("malformed header: expects " + expected);
}

Error HeaderParser::parse(NpyArray &array) {
  if (!consume('{'))
    return malformed("'{'");
  while (!consume('}')) {
    if (Error error = parseEntry(array))
      return error;
    if (consume(','))
      continue;
    if (consume('}'))
      break;
    return malformed("',' or '}' after an entry");
  }
  if (!rest.trim().empty())
    return malformed("nothing after '}'");
  if (!haveType || !haveOrder || !haveShape)
    return malformed("the keys 'descr', 'fortran_order' and 'shape'");
  return Error::success();
}

Error HeaderParser::parseEntry(NpyArray &array) {
  Expected<StringRef> key = parseString();
  if (!key)
    return key.takeError();
  if (!consume(':'))
    return malformed("':' after a key");
  rest = rest.ltrim();
  if (*key == "descr" && !std::exchange(haveType, true))
    return parseType(array.type);
  if (*key == "fortran_order" && !std::exchange(haveOrder, true))
    return parseOrder();
  if (*key == "shape" && !std::exchange(haveShape, true))
    return parseShape(array.shape);
  return malformed(
      "each of the keys 'descr', 'fortran_order' and 'shape' once");
}

/// A string without escapes: neither keys nor type strings need any.
Expected<StringRef> HeaderParser::parseString() {
  rest = rest.ltrim();
  if (rest.empty() || (rest[0] != '\'' && rest[0] != '"'))
    return malformed("a string");
  size_t end = rest.find(rest[0], 1);
  if (end == StringRef::npos)
    return malformed("a closing quote");
  StringRef text = rest.slice(1, end);
  rest = rest.drop_front(end + 1);
  if (!llvm::all_of(text, llvm::isPrint) || text.contains('\\'))
    return malformed("printable ASCII in strings");
  return text;
}

/// A type string: byte order, kind, size in bytes, as in '<f4'.
Error HeaderParser::parseType(NpyType &type) {
  if (rest.starts_with("["))
    return createStringError("expects an array of numbers, but got records");
  Expected<StringRef> text = parseString();
  if (!text)
    return text.takeError();
  StringRef digits = *text;
  char order = '=';
  if (!digits.empty() && StringRef("<>|=").contains(digits[0])) {
    order = digits[0];
    digits = digits.drop_front();
  }
  if (digits.starts_with("O"))
    return createStringError(
        "expects an array of numbers, but got Python objects");
  type.kind = digits.empty() ? 0 : digits[0];
  bool known =
      !digits.drop_front(!digits.empty()).getAsInteger(10, type.size) &&
      llvm::StringSwitch<bool>(digits)
          .Cases({"b1", "i1", "i2", "i4", "i8"}, true)
          .Cases({"u1", "u2", "u4", "u8"}, true)
          .Cases({"f2", "f4", "f8", "f16"}, true)
          .Cases({"c8", "c16", "c32", "V2"}, true)
          .Default(false);
  if (!known)
    return createStringError("expects an array of numbers, but got elements of "
                             "type '" +
                             *text + "'");
  if (order == '>' && type.size > 1)
    return createStringError("expects little-endian elements, but got '" +
                             *text + "'");
  return Error::success();
}

Error HeaderParser::parseOrder() {
  if (rest.consume_front("False"))
    return Error::success();
  if (rest.consume_front("True"))
    return createStringError("expects C order, but got Fortran order "
                             "(numpy.ascontiguousarray changes it)");
  return malformed("'True' or 'False' for 'fortran_order'");
}

Error HeaderParser::parseShape(llvm::SmallVectorImpl<int64_t> &shape) {
  if (!consume('('))
    return malformed("'(' before the shape");
  bool comma = false;
  while (!consume(')')) {
    if (!shape.empty() && !comma)
      return malformed("',' or ')' in the shape");
    rest = rest.ltrim();
    int64_t size;
    if (rest.empty() || !llvm::isDigit(rest[0]) ||
        rest.consumeInteger(10, size))
      return malformed("sizes from 0 to 2^63 - 1 in the shape");
    // Files written by Python 2 have long integers: 3L.
    rest.consume_front("L");
    shape.push_back(size);
    comma = consume(',');
  }
  // `(3)` is not a tuple in Python.
  if (shape.size() == 1 && !comma)
    return malformed("a tuple as the shape");
  return Error::success();
}

//===----------------------------------------------------------------------===//
// Files
//===----------------------------------------------------------------------===//

Expected<NpyArray> mlir::cca::parseNpy(StringRef bytes) {
  if (!bytes.starts_with(magic))
    return createStringError("expects an .npy file, which begins with "
                             "'\\x93NUMPY'");
  // Magic, major and minor version, then the size of the header: two bytes in
  // version 1, four in 2 and 3.
  StringRef rest = bytes.drop_front(magic.size());
  if (rest.size() < 2)
    return createStringError("truncated: expects a version after the magic");
  unsigned major = static_cast<uint8_t>(rest[0]);
  unsigned minor = static_cast<uint8_t>(rest[1]);
  if (major < 1 || major > 3 || minor != 0)
    return createStringError("expects .npy version 1.0, 2.0 or 3.0, but got " +
                             llvm::Twine(major) + "." + llvm::Twine(minor));
  rest = rest.drop_front(2);
  size_t prefix = major == 1 ? 2 : 4;
  if (rest.size() < prefix)
    return createStringError("truncated: expects the size of the header");
  size_t headerSize = major == 1 ? llvm::support::endian::read16le(rest.data())
                                 : llvm::support::endian::read32le(rest.data());
  rest = rest.drop_front(prefix);
  if (headerSize > rest.size())
    return createStringError("truncated: expects a header of " +
                             llvm::Twine(headerSize) + " bytes, but got " +
                             llvm::Twine(rest.size()));

  NpyArray array;
  if (Error error = HeaderParser(rest.take_front(headerSize)).parse(array))
    return std::move(error);
  array.data = rest.drop_front(headerSize);

  std::optional<int64_t> count = getNumElements(array.shape);
  int64_t size;
  if (!count || llvm::MulOverflow<int64_t>(*count, array.type.size, size))
    return createStringError("shape " + formatShape(array.shape) +
                             " has too many elements");
  if (static_cast<uint64_t>(size) != array.data.size())
    return createStringError("expects " + llvm::Twine(size) +
                             " bytes of data for " + array.type.getName() +
                             " elements of shape " + formatShape(array.shape) +
                             ", but got " + llvm::Twine(array.data.size()));
  return array;
}

Expected<NpyArray> mlir::cca::readNpy(StringRef path) {
  // Volatile: copied rather than mapped, so that a file that shrinks while it
  // is in use cannot fault.
  auto file = llvm::MemoryBuffer::getFile(path, /*IsText=*/false,
                                          /*RequiresNullTerminator=*/false,
                                          /*IsVolatile=*/true);
  if (!file)
    return createStringError(file.getError(), "cannot read '" + path + "': " +
                                                  file.getError().message());
  Expected<NpyArray> array = parseNpy((*file)->getBuffer());
  if (!array)
    return createStringError("'" + path +
                             "': " + llvm::toString(array.takeError()));
  array->storage = std::move(*file);
  return array;
}

void mlir::cca::writeNpy(llvm::raw_ostream &os, const NpyArray &array) {
  std::string header = "{'descr': '";
  header += array.type.size == 1 || array.type.kind == 'V' ? '|' : '<';
  header += array.type.kind + std::to_string(array.type.size) +
            "', 'fortran_order': False, 'shape': " + formatShape(array.shape) +
            ", }";
  // Data begins at a multiple of 64, so that it can be mapped and used in
  // place.
  size_t prefix = magic.size() + 4;
  size_t total = llvm::alignTo(prefix + header.size() + 1, 64);
  header.append(total - prefix - header.size() - 1, ' ');
  header += '\n';

  char fields[4] = {1, 0};
  llvm::support::endian::write16le(fields + 2, header.size());
  os << magic << StringRef(fields, 4) << header << array.data;
}
