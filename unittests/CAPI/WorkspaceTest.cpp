//===- WorkspaceTest.cpp - Functions with several kernels from C ----------===//

#include "../Runtime/FakeDriverTest.h"
#include "Modules.h"

namespace {
/// B x S x heads x 128 elements of bf16; nobody looks at them.
struct Heads {
  Heads(int64_t batch, int64_t tokens, int64_t heads) {
    fields[3] = batch;
    fields[4] = tokens;
    fields[5] = heads;
    fields[6] = 128;
    fields[7] = tokens * heads * 128;
    fields[8] = heads * 128;
    fields[9] = 128;
    fields[10] = 1;
    fields[0] = fields[1] = 1 << 20;
  }
  int64_t fields[11] = {};
};

class WorkspaceTest : public FakeDriverTest {
protected:
  void SetUp() override {
    FakeDriverTest::SetUp();
    program = compile(twoKernels);
    ASSERT_TRUE(program) << cca_last_error();
    function = cca_program_function(program.get(), 0);
  }

  ProgramPtr program;
  const cca_function *function = nullptr;
  Heads query{3, 100, 4}, key{3, 100, 2}, out{3, 100, 4};
  /// A memref of bytes.
  int64_t workspace[5] = {1 << 20, 1 << 20, 0, 0, 1};
  void *arguments[4] = {query.fields, key.fields, out.fields, workspace};
  static constexpr int64_t needed = 3 * 100 * 4 * 128 * 2;
};
} // namespace

TEST_F(WorkspaceTest, IsTheLastParameter) {
  EXPECT_EQ(cca_program_function_count(program.get()), 1u);
  ASSERT_EQ(cca_function_parameter_count(function), 4u);
  const cca_parameter *parameter = cca_function_parameter(function, 3);
  EXPECT_EQ(parameter->role, CCA_ROLE_WORKSPACE);
  EXPECT_STREQ(parameter->type, "i8");
  ASSERT_EQ(parameter->rank, 1);
  EXPECT_EQ(parameter->sizes[0], CCA_ANY);
}

TEST_F(WorkspaceTest, SizeFollowsFromSizesOfArguments) {
  int64_t bytes = -1;
  arguments[3] = nullptr;
  ASSERT_EQ(cca_function_workspace_size(function, arguments, &bytes),
            CCA_SUCCESS)
      << cca_last_error();
  EXPECT_EQ(bytes, needed);
  query.fields[3] = key.fields[3] = out.fields[3] = 0;
  ASSERT_EQ(cca_function_workspace_size(function, arguments, &bytes),
            CCA_SUCCESS);
  EXPECT_EQ(bytes, 0);
}

TEST_F(WorkspaceTest, SizeIsStored) {
  size_t length;
  const void *stored = cca_program_bytes(program.get(), &length);
  cca_program *loaded = nullptr;
  ASSERT_EQ(cca_program_load(stored, length, &loaded), CCA_SUCCESS)
      << cca_last_error();
  ProgramPtr copy(loaded);
  int64_t bytes = -1;
  ASSERT_EQ(cca_function_workspace_size(cca_program_function(copy.get(), 0),
                                        arguments, &bytes),
            CCA_SUCCESS);
  EXPECT_EQ(bytes, needed);
}

TEST_F(WorkspaceTest, MustBeLargeEnough) {
  workspace[3] = needed;
  EXPECT_EQ(cca_function_call(function, arguments, nullptr), CCA_SUCCESS)
      << cca_last_error();
  workspace[3] = needed - 1;
  EXPECT_EQ(cca_function_call(function, arguments, nullptr),
            CCA_ERROR_INVALID_ARGUMENT);
}

TEST_F(WorkspaceTest, SizeReportsNull) {
  int64_t bytes;
  EXPECT_EQ(cca_function_workspace_size(function, arguments, nullptr),
            CCA_ERROR_INVALID_ARGUMENT);
  EXPECT_EQ(cca_function_workspace_size(nullptr, arguments, &bytes),
            CCA_ERROR_INVALID_ARGUMENT);
  EXPECT_STREQ(cca_last_error(), "expects a function, its arguments and where "
                                 "to put the bytes, but got null");
  arguments[0] = arguments[1] = nullptr;
  EXPECT_EQ(cca_function_workspace_size(function, arguments, &bytes),
            CCA_ERROR_INVALID_ARGUMENT);
}
