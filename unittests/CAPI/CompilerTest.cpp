//===- CompilerTest.cpp - Compiling modules from C ------------------------===//

#include "Modules.h"

#include "gtest/gtest.h"

#include <thread>
#include <vector>

/// What the compiler says about a text that it cannot compile.
static std::string getError(const std::string &text) {
  cca_program *program = reinterpret_cast<cca_program *>(1);
  EXPECT_EQ(cca_program_compile(text.data(), text.size(), nullptr, &program),
            CCA_ERROR_COMPILE);
  EXPECT_EQ(program, nullptr);
  return cca_last_error();
}

TEST(CompilerTest, DescribesFunctions) {
  ProgramPtr program = compile(attention);
  ASSERT_TRUE(program) << cca_last_error();
  ASSERT_EQ(cca_program_function_count(program.get()), 1u);
  const cca_function *function =
      cca_program_find_function(program.get(), "attention");
  ASSERT_EQ(function, cca_program_function(program.get(), 0));
  EXPECT_STREQ(cca_function_name(function), "attention");
  ASSERT_EQ(cca_function_parameter_count(function), 4u);
  const char *const names[] = {"query", "key", "value", ""};
  for (size_t i = 0; i < 4; ++i) {
    const cca_parameter *parameter = cca_function_parameter(function, i);
    EXPECT_STREQ(parameter->name, names[i]);
    EXPECT_STREQ(parameter->type, "bf16");
    EXPECT_EQ(parameter->role, i == 3 ? CCA_ROLE_RESULT : CCA_ROLE_OPERAND);
    ASSERT_EQ(parameter->rank, 4);
    EXPECT_EQ(parameter->sizes[1], CCA_ANY);
    EXPECT_EQ(parameter->sizes[2], i % 3 ? 2 : 4);
    EXPECT_EQ(parameter->sizes[3], 128);
  }
  EXPECT_EQ(cca_function_parameter(function, 4), nullptr);
}

TEST(CompilerTest, HasPTX) {
  ProgramPtr program = compile(attention);
  ASSERT_TRUE(program) << cca_last_error();
  size_t length = 0;
  std::string ptx = cca_program_ptx(program.get(), &length);
  EXPECT_EQ(ptx.size(), length);
  EXPECT_NE(ptx.find(".target sm_90a"), std::string::npos);
}

TEST(CompilerTest, ReportsSchedules) {
  cca_compile_options options = {"sm_90a", 1};
  ProgramPtr program = compile(attention, &options);
  ASSERT_TRUE(program) << cca_last_error();
  std::string messages = cca_program_messages(program.get());
  EXPECT_NE(messages.find("module:5:8: remark: schedule = #cca.schedule<"),
            std::string::npos)
      << messages;
  EXPECT_STREQ(cca_program_messages(compile(attention).get()), "");
}

TEST(CompilerTest, ReportsWhatDoesNotCompile) {
  EXPECT_EQ(getError("func.func @f(").find("module:1:13: error: "), 0u)
      << cca_last_error();
  EXPECT_NE(getError("func.func @f(%x: tensor<?xf32>) -> tensor<?xf32> {\n"
                     "  %0 = cca.mystery %x : tensor<?xf32>\n}\n")
                .find("module:2:8: error: "),
            std::string::npos);
  EXPECT_NE(getError("").find("expects"), std::string::npos);
  EXPECT_NE(getError("llvm.func @f()\n")
                .find("error: expects ops of the dialects cca, hopper, gpu, "
                      "arith, cf, func, index, linalg, math, memref, scf and "
                      "tensor, but got llvm.func"),
            std::string::npos);
  EXPECT_STREQ(getError(std::string("func.func\0@f()", 14)).c_str(),
               "expects the text of a module, but got a NUL in it");
}

TEST(CompilerTest, ReportsDeepNesting) {
  EXPECT_STREQ(getError(std::string(100000, '{')).c_str(),
               "expects at most 1000 nested brackets, but got 100000");
  std::string deepest =
      std::string(900, '[') + "// {{{" + std::string(900, ']');
  EXPECT_EQ(getError("\"{{{{\\\"{{\" " + deepest).find("expects at most"),
            std::string::npos)
      << cca_last_error();
}

TEST(CompilerTest, ReportsCallsOfNothing) {
  std::string text = twice;
  text.insert(text.rfind("    return"), "    func.call @absent() : () -> ()\n");
  text.insert(text.rfind("  func.func"), "  func.func private @absent()\n");
  EXPECT_NE(getError(text).find("the module has no body for @absent"),
            std::string::npos);
}

TEST(CompilerTest, ReportsWorkspacesOfUnknownSize) {
  std::string text = twice;
  std::string out = "%out: memref<?xf32>) {";
  text.replace(text.find(out), out.size(),
               "%out: memref<?xf32>, %w: memref<?xi8> {hopper.workspace}) {");
  EXPECT_NE(
      getError(text).find("expects a function @double_workspace_size that "
                          "says how large the workspace is"),
      std::string::npos)
      << cca_last_error();
  std::string size = R"mlir(
  func.func @double_workspace_size(
      %n: index {hopper.size_of = array<i64: 0, 1>}) -> i64
      attributes {hopper.workspace_size} {
    %0 = arith.index_cast %n : index to i64
    return %0 : i64
  }
)mlir";
  text.insert(text.rfind("}"), size);
  EXPECT_NE(getError(text).find(
                "expects each argument to be a size of an argument of @double"),
            std::string::npos)
      << cca_last_error();
}

TEST(CompilerTest, ReportsOptions) {
  cca_compile_options options = {"sm_80", 0};
  cca_program *program;
  EXPECT_EQ(cca_program_compile("", 0, &options, &program),
            CCA_ERROR_INVALID_ARGUMENT);
  EXPECT_STREQ(cca_last_error(), "expects chip sm_90a, but got sm_80");
  EXPECT_EQ(cca_program_compile(nullptr, 0, nullptr, &program),
            CCA_ERROR_INVALID_ARGUMENT);
  EXPECT_STREQ(cca_last_error(), "expects the text of a module, but got null");
  EXPECT_EQ(cca_program_compile("", 0, nullptr, nullptr),
            CCA_ERROR_INVALID_ARGUMENT);
  EXPECT_STREQ(cca_last_error(),
               "expects where to put the program, but got null");
}

TEST(CompilerTest, AnswersForNull) {
  EXPECT_STREQ(cca_program_messages(nullptr), "");
  size_t length = 1;
  EXPECT_STREQ(cca_program_ptx(nullptr, &length), "");
  EXPECT_EQ(length, 0u);
  EXPECT_EQ(cca_program_bytes(nullptr, nullptr), nullptr);
  EXPECT_EQ(cca_program_function(nullptr, 0), nullptr);
  EXPECT_EQ(cca_program_find_function(nullptr, "f"), nullptr);
  EXPECT_STREQ(cca_last_error(), "expects a program and a name, but got null");
  EXPECT_STREQ(cca_function_name(nullptr), "");
  EXPECT_EQ(cca_function_parameter(nullptr, 0), nullptr);
  cca_program_destroy(nullptr);
}

TEST(CompilerTest, NamesFunctionsThatThereAre) {
  ProgramPtr program = compile(twice);
  ASSERT_TRUE(program) << cca_last_error();
  EXPECT_EQ(cca_program_find_function(program.get(), "triple"), nullptr);
  EXPECT_STREQ(cca_last_error(),
               "expects a function @triple, but the program has @double");
}

TEST(CompilerTest, CompilesInSeveralThreads) {
  std::vector<std::string> ptx(4);
  std::vector<std::thread> threads;
  threads.reserve(ptx.size());
  for (std::string &text : ptx)
    threads.emplace_back([&text] {
      ProgramPtr program = compile(attention);
      ASSERT_TRUE(program) << cca_last_error();
      text = cca_program_ptx(program.get(), nullptr);
    });
  for (std::thread &thread : threads)
    thread.join();
  for (const std::string &text : ptx)
    EXPECT_EQ(text, ptx.front());
}

//===----------------------------------------------------------------------===//
// Bytes
//===----------------------------------------------------------------------===//

static int32_t load(const std::string &bytes) {
  cca_program *program = nullptr;
  int32_t status = cca_program_load(bytes.data(), bytes.size(), &program);
  cca_program_destroy(program);
  return status;
}

TEST(CompilerTest, LoadsWhatItStored) {
  ProgramPtr program = compile(attention);
  ASSERT_TRUE(program) << cca_last_error();
  size_t length;
  auto *bytes =
      static_cast<const char *>(cca_program_bytes(program.get(), &length));
  cca_program *loaded = nullptr;
  ASSERT_EQ(cca_program_load(bytes, length, &loaded), CCA_SUCCESS)
      << cca_last_error();
  ProgramPtr copy(loaded);
  EXPECT_STREQ(cca_program_ptx(copy.get(), nullptr),
               cca_program_ptx(program.get(), nullptr));
  const cca_function *function = cca_program_function(copy.get(), 0);
  EXPECT_STREQ(cca_function_parameter(function, 1)->name, "key");
  EXPECT_EQ(cca_function_parameter(function, 3)->role, CCA_ROLE_RESULT);
}

TEST(CompilerTest, RefusesChangedBytes) {
  ProgramPtr program = compile(twice);
  ASSERT_TRUE(program) << cca_last_error();
  size_t length;
  auto *data =
      static_cast<const char *>(cca_program_bytes(program.get(), &length));
  std::string bytes(data, length);
  EXPECT_EQ(load(bytes), CCA_SUCCESS);
  for (size_t at = 0; at < length; at += length / 50) {
    std::string changed = bytes;
    changed[at] ^= 1;
    EXPECT_EQ(load(changed), CCA_ERROR_INVALID_ARGUMENT) << at;
    EXPECT_EQ(load(bytes.substr(0, at)), CCA_ERROR_INVALID_ARGUMENT) << at;
  }
  EXPECT_EQ(load(bytes + "x"), CCA_ERROR_INVALID_ARGUMENT);
  EXPECT_STREQ(cca_last_error(), "expects the bytes of a program as they were "
                                 "serialised, but they were changed");
  EXPECT_EQ(load("nonsense"), CCA_ERROR_INVALID_ARGUMENT);
  EXPECT_STREQ(cca_last_error(),
               "expects a program that this version has serialised, but got 8 "
               "bytes of something else");
  EXPECT_EQ(cca_program_load(nullptr, 0, nullptr), CCA_ERROR_INVALID_ARGUMENT);
}
