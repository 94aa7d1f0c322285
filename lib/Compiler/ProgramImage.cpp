//===- ProgramImage.cpp - Compiled functions as bytes ---------------------===//
//
// magic, SHA-256 of what follows, then: triple, PTX, object, functions. Numbers
// are 8 bytes, little-endian; texts and lists begin with their length.
//
//===----------------------------------------------------------------------===//

#include "cca/Compiler/Program.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/SHA256.h"
#include "llvm/TargetParser/Host.h"

using namespace mlir;
using namespace mlir::cca;

/// To be changed with the format, or with what objects call.
static constexpr llvm::StringLiteral magic = "CCA program 2\n";
static constexpr size_t hashSize = 32;

//===----------------------------------------------------------------------===//
// Writing
//===----------------------------------------------------------------------===//

namespace {
class Writer {
public:
  void number(int64_t value) {
    char bytes[sizeof(value)];
    llvm::support::endian::write64le(bytes, value);
    text.append(bytes, sizeof(bytes));
  }
  void string(StringRef value) {
    number(value.size());
    text += value;
  }

  std::string text;
};
} // namespace

static std::string hash(StringRef bytes) {
  auto digest = llvm::SHA256::hash(llvm::arrayRefFromStringRef(bytes));
  return std::string(digest.begin(), digest.end());
}

std::string ProgramImage::serialize() const {
  Writer writer;
  writer.string(llvm::sys::getDefaultTargetTriple());
  writer.string(ptx);
  writer.string(object);
  writer.number(functions.size());
  for (const ProgramFunction &function : functions) {
    writer.string(function.name);
    writer.number(function.parameters.size());
    for (const ProgramParameter &parameter : function.parameters) {
      writer.string(parameter.name);
      writer.string(parameter.type);
      writer.number(parameter.isScalar);
      writer.number(static_cast<int64_t>(parameter.role));
      writer.number(parameter.packed);
      writer.number(parameter.sizes.size());
      for (int64_t size : parameter.sizes)
        writer.number(size);
    }
    writer.number(function.workspaceSizes.has_value());
    if (!function.workspaceSizes)
      continue;
    writer.number(function.workspaceSizes->size());
    for (auto [parameter, dimension] : *function.workspaceSizes) {
      writer.number(parameter);
      writer.number(dimension);
    }
  }
  return magic.str() + hash(writer.text) + writer.text;
}

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

namespace {
/// Reads zeros and empty texts beyond the end. What it reads has the right hash
/// and is complete, unless somebody means harm; then nothing must be read
/// elsewhere.
class Reader {
public:
  explicit Reader(StringRef bytes) : bytes(bytes) {}

  int64_t number() {
    if (bytes.size() < sizeof(int64_t)) {
      bytes = {};
      return 0;
    }
    auto value =
        static_cast<int64_t>(llvm::support::endian::read64le(bytes.data()));
    bytes = bytes.drop_front(sizeof(int64_t));
    return value;
  }
  std::string string() {
    size_t size = count();
    std::string value = bytes.take_front(size).str();
    bytes = bytes.drop_front(size);
    return value;
  }
  /// The length of something that follows: of anything a byte at least.
  size_t count() {
    auto value = static_cast<uint64_t>(number());
    return std::min<uint64_t>(value, bytes.size());
  }

private:
  StringRef bytes;
};
} // namespace

llvm::Expected<ProgramImage> ProgramImage::deserialize(StringRef bytes) {
  if (!bytes.consume_front(magic))
    return llvm::createStringError(
        "expects a program that this version has serialised, but got %zu bytes "
        "of something else",
        bytes.size());
  StringRef expected = bytes.take_front(hashSize);
  bytes = bytes.drop_front(expected.size());
  if (hash(bytes) != expected)
    return llvm::createStringError(
        "expects the bytes of a program as they were serialised, but they were "
        "changed");

  Reader reader(bytes);
  std::string triple = reader.string();
  if (triple != llvm::sys::getDefaultTargetTriple())
    return llvm::createStringError("expects a program for " +
                                   llvm::sys::getDefaultTargetTriple() +
                                   ", but got one for " + triple);
  ProgramImage image;
  image.ptx = reader.string();
  image.object = reader.string();
  image.functions.resize(reader.count());
  for (ProgramFunction &function : image.functions) {
    function.name = reader.string();
    function.parameters.resize(reader.count());
    for (ProgramParameter &parameter : function.parameters) {
      parameter.name = reader.string();
      parameter.type = reader.string();
      parameter.isScalar = reader.number();
      parameter.role = static_cast<ProgramRole>(reader.number());
      parameter.packed = reader.number();
      parameter.sizes.resize(reader.count());
      for (int64_t &size : parameter.sizes)
        size = reader.number();
    }
    if (!reader.number())
      continue;
    auto &sizes = function.workspaceSizes.emplace(reader.count());
    for (auto &[parameter, dimension] : sizes) {
      parameter = reader.number();
      dimension = reader.number();
    }
  }
  return image;
}
