//===- NpyTest.cpp - Reading and writing .npy -----------------------------===//

#include "Arrays/Npy.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/raw_ostream.h"
#include "gtest/gtest.h"

#include <random>

using namespace mlir::cca;
using llvm::StringRef;

/// The bytes of a file with this header, padded as NumPy does, and `dataSize`
/// bytes 0, 1, 2, ….
static std::string makeFile(StringRef header, size_t dataSize, int major = 1) {
  std::string padded = header.str();
  size_t prefix = major == 1 ? 10 : 12;
  while ((prefix + padded.size() + 1) % 64)
    padded += ' ';
  padded += '\n';
  std::string bytes = "\x93NUMPY";
  bytes += char(major);
  bytes += '\0';
  for (size_t i = 0, size = padded.size(); i < prefix - 8; ++i)
    bytes += char(size >> (8 * i));
  bytes += padded;
  for (size_t i = 0; i < dataSize; ++i)
    bytes += char(i);
  return bytes;
}

static std::string makeHeader(StringRef descr, StringRef shape,
                              StringRef order = "False") {
  return ("{'descr': '" + descr + "', 'fortran_order': " + order +
          ", 'shape': " + shape + ", }")
      .str();
}

/// The error that parsing ends in; empty if it succeeds.
static std::string getError(StringRef bytes) {
  llvm::Expected<NpyArray> array = parseNpy(bytes);
  return array ? "" : llvm::toString(array.takeError());
}

#define EXPECT_CONTAINS(text, part)                                            \
  EXPECT_TRUE(StringRef(text).contains(part)) << (text)

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

TEST(Npy, ReadsEveryVersion) {
  for (int major : {1, 2, 3}) {
    std::string bytes = makeFile(makeHeader("<f4", "(2, 3)"), 24, major);
    llvm::Expected<NpyArray> array = parseNpy(bytes);
    ASSERT_TRUE(bool(array)) << llvm::toString(array.takeError());
    EXPECT_EQ(array->type, (NpyType{'f', 4}));
    EXPECT_EQ(array->shape, (llvm::SmallVector<int64_t>{2, 3}));
    EXPECT_EQ(array->data.size(), 24u);
    EXPECT_EQ(array->data[23], 23);
  }
}

TEST(Npy, ReadsEveryType) {
  for (StringRef descr :
       {"|b1", "|i1", "<i2", "<i4", "<i8", "|u1", "<u2", "<u4", "<u8", "<f2",
        "<f4", "<f8", "<c8", "|V2", "=f4", "f4"}) {
    unsigned size = descr.back() - '0';
    std::string bytes = makeFile(makeHeader(descr, "(3,)"), 3 * size);
    llvm::Expected<NpyArray> array = parseNpy(bytes);
    ASSERT_TRUE(bool(array)) << llvm::toString(array.takeError());
    EXPECT_EQ(array->type, (NpyType{descr[descr.size() - 2], size}));
  }
  EXPECT_EQ((NpyType{'f', 2}.getName()), "float16");
  EXPECT_EQ((NpyType{'u', 2}.getName()), "uint16");
  EXPECT_EQ((NpyType{'i', 8}.getName()), "int64");
  EXPECT_EQ((NpyType{'b', 1}.getName()), "bool");
  EXPECT_EQ((NpyType{'c', 16}.getName()), "complex128");
  EXPECT_EQ((NpyType{'V', 2}.getName()), "void16");
}

TEST(Npy, ReadsEveryShape) {
  auto read = [](StringRef shape, size_t count) {
    std::string bytes = makeFile(makeHeader("|u1", shape), count);
    llvm::Expected<NpyArray> array = parseNpy(bytes);
    EXPECT_TRUE(bool(array)) << llvm::toString(array.takeError());
    return formatShape(array->shape);
  };
  EXPECT_EQ(read("()", 1), "()");
  EXPECT_EQ(read("(7,)", 7), "(7,)");
  EXPECT_EQ(read("( 2 ,3 , 1)", 6), "(2, 3, 1)");
  EXPECT_EQ(read("(2, 3,)", 6), "(2, 3)");
  EXPECT_EQ(read("(2L, 3L)", 6), "(2, 3)");
  EXPECT_EQ(read("(0, 5)", 0), "(0, 5)");
}

TEST(Npy, KeysComeInAnyOrderAndQuotes) {
  std::string bytes =
      makeFile(R"({"shape":(2,),"fortran_order":False,"descr":"<f4"})", 8);
  EXPECT_EQ(getError(bytes), "");
}

TEST(Npy, ReportsWhatItDoesNotSupport) {
  auto error = [](StringRef descr, StringRef order = "False") {
    return getError(makeFile(makeHeader(descr, "(2,)", order), 16));
  };
  EXPECT_CONTAINS(error(">f4"),
                  "expects little-endian elements, but got '>f4'");
  EXPECT_CONTAINS(error("<f4", "True"), "expects C order, but got Fortran");
  EXPECT_CONTAINS(error("|O"), "but got Python objects");
  EXPECT_CONTAINS(error("<U5"), "but got elements of type '<U5'");
  EXPECT_CONTAINS(error("<f3"), "but got elements of type '<f3'");
  EXPECT_CONTAINS(error("<f99999999999999999999"), "but got elements of type");
  EXPECT_CONTAINS(error(""), "but got elements of type ''");
  EXPECT_CONTAINS(getError(makeFile("{'descr': [('x', '<f4')], "
                                    "'fortran_order': False, 'shape': (2,), }",
                                    8)),
                  "but got records");
}

TEST(Npy, ReportsMalformedHeaders) {
  auto error = [](StringRef header) { return getError(makeFile(header, 8)); };
  StringRef rest = "'fortran_order': False, 'shape': (2,)}";
  EXPECT_CONTAINS(error(""), "expects '{'");
  EXPECT_CONTAINS(error("garbage"), "expects '{'");
  EXPECT_CONTAINS(error("{}"), "expects the keys");
  EXPECT_CONTAINS(error("{'descr': '<f4'"), "expects ',' or '}'");
  EXPECT_CONTAINS(error("{'descr' '<f4'"), "expects ':'");
  EXPECT_CONTAINS(error("{'descr': '<f4"), "expects a closing quote");
  EXPECT_CONTAINS(error("{'descr': 4"), "expects a string");
  EXPECT_CONTAINS(error("{descr: '<f4'"), "expects a string");
  EXPECT_CONTAINS(error(("{'descr': '<f4', " + rest + " x").str()),
                  "expects nothing after '}'");
  EXPECT_CONTAINS(error(("{'descr': '<f4', 'descr': '<f4', " + rest).str()),
                  "once");
  EXPECT_CONTAINS(error(("{'more': 1, 'descr': '<f4', " + rest).str()), "once");
  EXPECT_CONTAINS(error("{'fortran_order': 0"), "expects 'True' or 'False'");
  EXPECT_CONTAINS(error("{'descr': '\xff'"), "expects printable ASCII");
}

TEST(Npy, ReportsMalformedShapes) {
  auto error = [](StringRef shape) {
    return getError(makeFile(makeHeader("|u1", shape), 6));
  };
  EXPECT_CONTAINS(error("2"), "expects '('");
  EXPECT_CONTAINS(error("[2, 3]"), "expects '('");
  EXPECT_CONTAINS(error("(6)"), "expects a tuple");
  EXPECT_CONTAINS(error("(2 3)"), "expects ',' or ')'");
  EXPECT_CONTAINS(error("(-2, -3)"), "expects sizes from 0");
  EXPECT_CONTAINS(error("(2.0, 3)"), "expects ',' or ')'");
  EXPECT_CONTAINS(error("(0x2, 3)"), "expects ',' or ')'");
  EXPECT_CONTAINS(error("(,)"), "expects sizes from 0");
  EXPECT_CONTAINS(error("(2,,3)"), "expects sizes from 0");
  EXPECT_CONTAINS(error("(9223372036854775808,)"), "expects sizes from 0");
  EXPECT_CONTAINS(getError(makeFile("{'shape': (2, 3", 6)),
                  "expects ',' or ')'");
}

TEST(Npy, ReportsSizesThatDoNotMatch) {
  auto error = [](StringRef descr, StringRef shape, size_t dataSize) {
    return getError(makeFile(makeHeader(descr, shape), dataSize));
  };
  EXPECT_CONTAINS(error("<f4", "(2, 3)", 23),
                  "expects 24 bytes of data for float32 elements of shape (2, "
                  "3), but got 23");
  EXPECT_CONTAINS(error("<f4", "(2, 3)", 25), "but got 25");
  EXPECT_CONTAINS(error("<f4", "()", 0), "expects 4 bytes");
  // 2^32 * 2^32 elements wrap to 0; 2^62 elements of 4 bytes do, too.
  EXPECT_CONTAINS(error("<f4", "(4294967296, 4294967296)", 0), "too many");
  EXPECT_CONTAINS(error("<f4", "(4611686018427387904,)", 0), "too many");
  EXPECT_CONTAINS(error("<f4", "(9223372036854775807, 9223372036854775807)", 1),
                  "too many");
  // A zero does not hide an overflow of the others.
  EXPECT_CONTAINS(error("<f4", "(4294967296, 4294967296, 0)", 0), "too many");
}

TEST(Npy, ReportsTruncation) {
  EXPECT_CONTAINS(getError(""), "expects an .npy file");
  EXPECT_CONTAINS(getError("\x93NUMP"), "expects an .npy file");
  EXPECT_CONTAINS(getError("\x93NUMPY"), "expects a version");
  EXPECT_CONTAINS(getError(StringRef("\x93NUMPY\4\0\0\0", 10)), "but got 4.0");
  EXPECT_CONTAINS(getError(StringRef("\x93NUMPY\1\1\0\0", 10)), "but got 1.1");
  EXPECT_CONTAINS(getError(StringRef("\x93NUMPY\1\0\0", 9)),
                  "size of the header");
  EXPECT_CONTAINS(getError(StringRef("\x93NUMPY\1\0\xff\xff", 10)),
                  "expects a header of 65535 bytes, but got 0");
  EXPECT_CONTAINS(getError(StringRef("\x93NUMPY\2\0\xff\xff\xff\xff{", 13)),
                  "expects a header of 4294967295 bytes, but got 1");
  std::string bytes = makeFile(makeHeader("<f4", "(2, 3)"), 24);
  for (size_t size = 0; size < bytes.size(); ++size)
    EXPECT_NE(getError(StringRef(bytes).take_front(size)), "");
}

// Changes a few bytes at random: an error or an array that is consistent, never
// more. (Run under a sanitizer, it looks at reads beyond the end, too.)
TEST(Npy, SurvivesAnyBytes) {
  std::mt19937 random(0);
  std::string valid[] = {makeFile(makeHeader("<f4", "(2, 3)"), 24),
                         makeFile(makeHeader("<u2", "(3,)"), 6, 2),
                         makeFile(makeHeader("|b1", "()"), 1, 3)};
  // Characters that headers are made of, so that mutants get past the magic.
  StringRef alphabet = "{}()[]'\",: 0123456789<>|=fiubcVOTrueFalse\\\n";
  int accepted = 0, rejected = 0;
  for (int round = 0; round < 200000; ++round) {
    std::string bytes = valid[random() % std::size(valid)];
    for (int edits = 1 + random() % 4; edits > 0 && !bytes.empty(); --edits) {
      size_t at = random() % bytes.size();
      switch (random() % 4) {
      case 0:
        bytes[at] = char(random());
        break;
      case 1:
        bytes[at] = alphabet[random() % alphabet.size()];
        break;
      case 2:
        bytes.erase(at, 1 + random() % 4);
        break;
      case 3:
        bytes.insert(at, 1, alphabet[random() % alphabet.size()]);
        break;
      }
    }
    llvm::Expected<NpyArray> array = parseNpy(bytes);
    if (!array) {
      EXPECT_NE(llvm::toString(array.takeError()), "");
      ++rejected;
      continue;
    }
    ++accepted;
    EXPECT_EQ(*getNumElements(array->shape) * array->type.size,
              int64_t(array->data.size()));
    EXPECT_LE(array->data.size(), bytes.size());
  }
  // The mutations neither all miss nor all hit.
  EXPECT_GT(accepted, 1000);
  EXPECT_GT(rejected, 1000);
}

//===----------------------------------------------------------------------===//
// Writing
//===----------------------------------------------------------------------===//

TEST(Npy, WritesWhatItReads) {
  for (const llvm::SmallVector<int64_t> &shape :
       std::vector<llvm::SmallVector<int64_t>>{{}, {6}, {2, 3}, {2, 0, 3}}) {
    NpyArray array;
    array.type = {'f', 4};
    array.shape = shape;
    std::string data(4 * *getNumElements(shape), 'x');
    array.data = data;
    std::string bytes;
    llvm::raw_string_ostream os(bytes);
    writeNpy(os, array);
    EXPECT_EQ((bytes.size() - data.size()) % 64, 0u);

    llvm::Expected<NpyArray> again = parseNpy(bytes);
    ASSERT_TRUE(bool(again)) << llvm::toString(again.takeError());
    EXPECT_EQ(again->type, array.type);
    EXPECT_EQ(again->shape, array.shape);
    EXPECT_EQ(again->data, array.data);
  }
}

TEST(Npy, WritesTheBytesThatNumPyWrites) {
  NpyArray array;
  array.type = {'i', 4};
  array.shape = {2};
  array.data = StringRef("\1\0\0\0\2\0\0\0", 8);
  std::string bytes;
  llvm::raw_string_ostream os(bytes);
  writeNpy(os, array);
  EXPECT_EQ(bytes, StringRef("\x93NUMPY\1\0\x76\0"
                             "{'descr': '<i4', 'fortran_order': False, "
                             "'shape': (2,), }",
                             67)
                           .str() +
                       std::string(60, ' ') + "\n" + array.data.str());
}

TEST(Npy, ErrorsOfFilesBeginWithTheirName) {
  auto error = [](StringRef path) {
    return llvm::toString(readNpy(path).takeError());
  };
  EXPECT_CONTAINS(error("there/is/no.npy"), "cannot read 'there/is/no.npy': ");
  EXPECT_CONTAINS(error("."), "cannot read '.': ");
  llvm::SmallString<128> path;
  ASSERT_FALSE(llvm::sys::fs::createTemporaryFile("empty", "npy", path));
  llvm::FileRemover remover(path);
  EXPECT_CONTAINS(error(path), ("'" + path + "': expects an .npy file").str());
}
