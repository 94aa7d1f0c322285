//===- HopperHostOps.td - What the host prepares for a kernel -*- tablegen -*-===//

#ifndef CCA_DIALECT_HOPPER_IR_HOPPERHOSTOPS_TD
#define CCA_DIALECT_HOPPER_IR_HOPPERHOSTOPS_TD

include "cca/Dialect/Hopper/IR/HopperBase.td"

def Hopper_MakeTensorMapOp : Hopper_Op<"make_tensor_map", [Pure]> {
  let summary = "describes a tensor in device memory to TMA";
  let description = [{
    Address, sizes and strides of `buffer`, at run time, and the box of `map`.

    Constraints:

    - (C1) `buffer` has the rank and element type of `map`.
    - (C2) The last dimension of `buffer` is contiguous; if its stride is dynamic, that
      is checked at run time.

    Example:

    ```mlir
    %map = hopper.make_tensor_map %keys
        : memref<?x?x2x128xbf16, strided<[?, ?, ?, ?], offset: ?>>
        -> !hopper.tensor_map<1x128x1x128xbf16, swizzle = 128>
    ```

    Lowers to: a call of the runtime that encodes it, and 128 bytes passed by value.
  }];
  let arguments = (ins AnyMemRef:$buffer);
  let results = (outs Hopper_TensorMapType:$map);
  let assemblyFormat = "$buffer attr-dict `:` type($buffer) `->` type($map)";
  let hasVerifier = 1;
}

def Hopper_MultiprocessorCountOp : Hopper_Op<"multiprocessor_count", [Pure]> {
  let summary = "multiprocessors of the device that kernels are launched on";
  let description = [{
    Example:

    ```mlir
    %sms = hopper.multiprocessor_count
    ```

    Lowers to: a call of the runtime.
  }];
  let results = (outs Index:$count);
  let assemblyFormat = "attr-dict";
}

def Hopper_CheckWorkspaceOp : Hopper_Op<"check_workspace", []> {
  let summary = "checks that a workspace is large enough";
  let description = [{
    Of a host function that keeps temporaries in memory of its caller: the call fails,
    with a text that says how many bytes are expected and how many it got, if
    `workspace` has fewer than `bytes` or does not begin at a multiple of 256.

    Example:

    ```mlir
    hopper.check_workspace %workspace, %bytes : memref<?xi8>
    ```

    Lowers to: a call of the runtime.
  }];
  let arguments = (ins MemRefRankOf<[I8], [1]>:$workspace, Index:$bytes);
  let assemblyFormat = "$workspace `,` $bytes attr-dict `:` type($workspace)";
}

#endif // CCA_DIALECT_HOPPER_IR_HOPPERHOSTOPS_TD
