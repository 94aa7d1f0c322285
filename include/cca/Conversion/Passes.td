//===- Passes.td - Conversions between levels --------------*- tablegen -*-===//

#ifndef CCA_CONVERSION_PASSES_TD
#define CCA_CONVERSION_PASSES_TD

include "mlir/Pass/PassBase.td"

def CCALowerToLinalg : Pass<"cca-lower-to-linalg"> {
  let summary = "The cca dialect to linalg on tensors";
  let description = [{
    Lowers every `cca` op to `linalg`, `tensor`, `scf`, `arith` and `math` on
    tensors; `cca.attention` and `cca.prologue` by way of `cca-decompose`. Nothing of
    the dialect survives.

    This is the reference path: it says what the ops compute as plainly as `linalg`
    can. Convolutions gather the window of each token, so that zero padding and the
    boundaries of packed sequences are one comparison. Flash attention is a loop over
    query rows; the tokens that a row attends to are always one interval, so that
    causal masks, windows and packed sequences are bounds, not masks.

    Arithmetic is f32. Sizes that do not agree at run time are undefined: run
    `generate-runtime-verification` before where inputs are not trusted.

    Example: test/Conversion/CCAToLinalg/cca-lower-to-linalg.mlir
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::math::MathDialect", "::mlir::scf::SCFDialect",
    "::mlir::tensor::TensorDialect"
  ];
}

def ConvertCCAToHopper : Pass<"convert-cca-to-hopper", "::mlir::ModuleOp"> {
  let summary = "Ops to kernels on tiles and their launches";
  let description = [{
    The ops are `cca.flash_attention`, `cca.projection`, `cca.latents`, `cca.mix` and
    `cca.fused_prologue`. A kernel is a `gpu.func` that computes as if by one thread: loops over tiles of the result and
    steps of what is summed up, `hopper.load`, `hopper.dot`, `arith` and `math` on
    tiles. It has no warps, no barriers and no asynchrony; the passes of the hopper
    dialect add them, by the schedule that the op carries (and then the kernel).
    Kernels of one function are in one `gpu.module`.

    In the place of the op the host describes its tensors to TMA and launches as many
    blocks as multiprocessors run at a time, each of which takes several tiles. Inputs may
    have any strides that TMA can take; results are new, contiguous buffers. Batch and
    tokens are known at run time only.

    Example: test/Conversion/CCAToHopper/convert-cca-to-hopper.mlir
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::bufferization::BufferizationDialect",
    "::mlir::cf::ControlFlowDialect", "::mlir::gpu::GPUDialect", "::mlir::hopper::HopperDialect",
    "::mlir::math::MathDialect", "::mlir::memref::MemRefDialect",
    "::mlir::scf::SCFDialect", "::mlir::tensor::TensorDialect"
  ];
}

def HopperRelaxResultLayouts : Pass<"hopper-relax-result-layouts", "::mlir::func::FuncOp"> {
  let summary = "Callers choose the strides of results";
  let description = [{
    A result that has become a parameter (`bufferize.result`) is contiguous, as it was
    when the function allocated it. Where the function only takes it as a view with any
    strides, the parameter becomes that view.

    Example: test/Conversion/CCAToHopper/hopper-relax-result-layouts.mlir
  }];
  let dependentDialects = ["::mlir::memref::MemRefDialect"];
}

def ConvertHopperToNVVM : Pass<"convert-hopper-to-nvvm", "::mlir::gpu::GPUModuleOp"> {
  let summary = "Tiles to the registers of threads, rings to barriers";
  let description = [{
    A tile becomes the registers of one thread, as `mlir::cca::Fragment` spreads it
    over a warpgroup; `arith` and `math` ops on tiles become as many on scalars.
    `hopper.wgmma`, TMA and the barriers of rings become PTX; warp roles a branch on
    the warpgroup. Tensor maps are passed as grid constants, and prefetched while barriers
    are initialised. Nothing of the dialect survives in kernels.

    What needs no PTX of its own stays with upstream's `gpu`, `scf`, `arith` and
    `nvvm` ops. `nvvm.griddepcontrol wait` becomes PTX: LLVM moves loads over the intrinsic.

    Example: test/Conversion/HopperToNVVM/convert-hopper-to-nvvm.mlir
  }];
  let dependentDialects = [
    "::mlir::LLVM::LLVMDialect", "::mlir::NVVM::NVVMDialect",
    "::mlir::arith::ArithDialect", "::mlir::memref::MemRefDialect",
    "::mlir::scf::SCFDialect", "::mlir::vector::VectorDialect"
  ];
}

//===----------------------------------------------------------------------===//
// The host
//===----------------------------------------------------------------------===//

def HopperAllocateWorkspace
    : Pass<"hopper-allocate-workspace", "::mlir::ModuleOp"> {
  let summary = "Temporaries of host functions live in memory of the caller";
  let description = [{
    What a public function allocates for tensors between kernels becomes views of one
    more argument, its last: a workspace in device memory (`hopper.workspace`). So
    nothing is allocated in a launch. Functions without temporaries stay as they are.

    Beside a function `f` with a workspace stands `f_workspace_size`
    (`hopper.workspace_size`). It returns the bytes that a call needs, an i64, and takes
    the sizes that they depend on: dynamic sizes of arguments of `f`, by argument and
    then by dimension, each once. `hopper.size_of` says which argument and which
    dimension. `f` itself checks what it gets: `hopper.check_workspace`.

    Temporaries begin at multiples of 256 bytes. One takes the place of another that
    no launch uses any more if their sizes differ by a constant factor only; other sizes
    are known too late to compare.

    Example: test/Conversion/HopperToRuntime/hopper-allocate-workspace.mlir
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::hopper::HopperDialect",
    "::mlir::memref::MemRefDialect"
  ];
}

def HopperProgrammaticLaunch
    : Pass<"hopper-programmatic-launch", "::mlir::ModuleOp"> {
  let summary = "A kernel is set up while the one ahead of it ends";
  let description = [{
    Launches that always come after another one of the same function get
    `hopper.programmatic_launch`: their blocks may begin once all blocks of the kernel
    ahead of them have. The first launch of a function waits for all work of its caller,
    as usual.

    Each kernel of such a function waits until the one ahead of it has ended
    (`nvvm.griddepcontrol wait`), in all threads and before any of them touches device memory: at
    the beginning of each role, when barriers are initialised. Then, and not before, it
    lets the next one begin (`nvvm.griddepcontrol launch_dependents`). As all of them
    do so, a kernel that begins has all work before it behind it, not only that of the one
    ahead.

    Blocks that begin so are where others have ended, in any order. A kernel with
    `hopper.neighbouring_blocks`, whose consecutive blocks are to be side by side, begins
    when the one ahead has ended: that one does not let it begin.

    What was there before the first kernel of the function need not be waited for: a
    role whose first loads are of arguments that no kernel of the function writes,
    weights, waits after these. What a consumer gets from a ring does not count: a
    producer that has to wait has waited. In a loop a role waits in each iteration; only
    the first wait takes time.

    ```mlir
    hopper.warp_specialize producer registers 24 {
      %tile = hopper.put_enter %keys : !hopper.ring<2, <128x128xbf16, swizzle = 128>>
      …
    } consumers 2 registers 240 (%consumer) {
      …
    }
    // becomes
    hopper.warp_specialize producer registers 24 {
      nvvm.griddepcontrol wait
      nvvm.griddepcontrol launch_dependents
      %tile = hopper.put_enter %keys : !hopper.ring<2, <128x128xbf16, swizzle = 128>>
      …
    } consumers 2 registers 240 (%consumer) {
      nvvm.griddepcontrol wait
      …
    }
    ```
  }];
  let dependentDialects = ["::mlir::NVVM::NVVMDialect"];
}

def HopperLaunchLoops : Pass<"hopper-launch-loops", "::mlir::func::FuncOp"> {
  let summary = "Parallel loops of host functions to launches";
  let description = [{
    What a host function computes on buffers by itself, such as packed weights, is for the
    device, too. Each outermost `scf.parallel`, which `convert-linalg-to-parallel-loops`
    makes, becomes a `gpu.launch` of blocks of 256 threads, one thread for each iteration;
    a `memref.copy` becomes such a loop before. `gpu-kernel-outlining` then makes kernels of
    them. `math.exp` of f32 becomes a power of 2, which the device has an instruction for,
    where upstream calls a library that is not there.

    Example: test/Conversion/HopperToRuntime/hopper-launch-loops.mlir
  }];
  let dependentDialects = [
    "::mlir::LLVM::LLVMDialect", "::mlir::arith::ArithDialect",
    "::mlir::gpu::GPUDialect", "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect"
  ];
}

def HopperMergeKernels : Pass<"hopper-merge-kernels", "::mlir::ModuleOp"> {
  let summary = "All kernels of a module in one gpu.module";
  let description = [{
    Moves what is in the second and further `gpu.module`s to the first, so that there is
    one binary to load. Where two kernels have one name the later gets another.

    ```mlir
    gpu.launch_func @first::@attend blocks in (%n, %c1, %c1) threads in (%c384, %c1, %c1)
    gpu.launch_func @second::@attend blocks in (%n, %c1, %c1) threads in (%c384, %c1, %c1)
    // becomes
    gpu.launch_func @first::@attend blocks in (%n, %c1, %c1) threads in (%c384, %c1, %c1)
    gpu.launch_func @first::@attend_0 blocks in (%n, %c1, %c1) threads in (%c384, %c1, %c1)
    ```
  }];
}

def HopperSinkConstants : Pass<"hopper-sink-constants", "::mlir::ModuleOp"> {
  let summary = "Give kernels the constants that they are launched with";
  let description = [{
    A constant that a `gpu.launch_func` passes to a kernel that nothing else launches
    becomes one of the kernel, and its parameter goes. Kernels that are compiled for
    known sizes divide by constants then, or not at all: a division is 100 cycles
    before the first copy, and again before a tile is stored.

    ```mlir
    gpu.launch_func @kernels::@project blocks in (%n, %c1, %c1) threads in (%c1, %c1, %c1)
        args(%x : !hopper.tensor_map<64x64xbf16>, %c16_i32 : i32)
    // becomes
    gpu.launch_func @kernels::@project blocks in (%n, %c1, %c1) threads in (%c1, %c1, %c1)
        args(%x : !hopper.tensor_map<64x64xbf16>)
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect"];
}

def HopperFinalizeLaunches
    : Pass<"hopper-finalize-launches", "::mlir::ModuleOp"> {
  let summary = "Give launches the block size and shared memory of their kernels";
  let description = [{
    Copies to each `gpu.launch_func` what belongs to its kernel and is fixed only when
    the kernel is scheduled: the block size (`known_block_size`, or after lowering
    `nvvm.reqntid` or `nvvm.maxntid`) and the bytes of dynamic shared memory
    (`hopper.smem_bytes`). To be run before kernels are serialised: nothing of them
    can be read then.

    ```mlir
    gpu.launch_func @kernels::@attend blocks in (%n, %c1, %c1) threads in (%c1, %c1, %c1)
    // becomes
    gpu.launch_func @kernels::@attend blocks in (%n, %c1, %c1) threads in (%c384, %c1, %c1)
        dynamic_shared_memory_size %c197728_i32
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect"];
}

def ConvertHopperToRuntime
    : Pass<"convert-hopper-to-runtime", "::mlir::ModuleOp"> {
  let summary = "Host code to calls of the C runtime";
  let description = [{
    Lowers `gpu.launch_func`, `hopper.make_tensor_map`, `hopper.multiprocessor_count`,
    `hopper.check_workspace`, `memref.get_global` and, in functions with any of these, `cf.assert` to calls of
    the functions in cca-c/Runtime.h, and `gpu.binary` to the global variables that these
    take. What remains of host
    functions is upstream `func`, `cf`, `arith`, `memref` and `llvm`.

    Every public function, and every other that reaches such an op, gets a stream
    (`!llvm.ptr`) as its last argument and a status (`i32`, 0 on success) as its
    result. The first call that fails ends the function with its status. Functions with
    `hopper.workspace_size` launch nothing and stay as they are.

    - Public functions check the sizes, strides and offsets of memref arguments that
      their types name, and then take memrefs of any of them.
    - Tensor maps live on the stack: 128 bytes at a multiple of 64. Their dimensions
      are those of `mlir::cca::TensorMapLayout`.
    - Data of a constant `memref.global` is the host's; the runtime copies it to the device
      when a function first reads it in a context.
    - A memref argument of a kernel becomes the fields of its descriptor: allocated
      pointer, aligned pointer (the same), offset, sizes, strides, as i64. `index`
      becomes i64. Integers and floats stay what they are.
    - A launch with the unit attribute `hopper.programmatic_launch` does not wait for
      the kernel ahead of it in the stream (programmatic dependent launch).

    Expects a control-flow graph without regions around these ops
    (`convert-scf-to-cf`), launches with their final sizes
    (`hopper-finalize-launches`), serialised kernels (`gpu-module-to-binary`), and
    host functions that touch no buffer themselves: it is in device memory.

    Example: test/Conversion/HopperToRuntime/convert-hopper-to-runtime.mlir @count
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::cf::ControlFlowDialect",
    "::mlir::LLVM::LLVMDialect", "::mlir::memref::MemRefDialect"
  ];
}

def HopperExportHostFunctions
    : Pass<"hopper-export-host-functions", "::mlir::ModuleOp"> {
  let summary = "Give C interfaces the names of their functions";
  let description = [{
    Renames each `_mlir_ciface_f` of the LLVM dialect to `f`, which is what C programs
    call, and makes all other functions internal, the former `f` included.

    ```mlir
    llvm.func @attend(%address: !llvm.ptr, %size: i64, %stream: !llvm.ptr) -> i32
    llvm.func @_mlir_ciface_attend(%descriptor: !llvm.ptr, %stream: !llvm.ptr) -> i32
    // becomes
    llvm.func internal @attend_0(%address: !llvm.ptr, %size: i64, %stream: !llvm.ptr) -> i32
    llvm.func @attend(%descriptor: !llvm.ptr, %stream: !llvm.ptr) -> i32
    ```
  }];
}

def NVVMMarkGridConstants : Pass<"nvvm-mark-grid-constants", "::mlir::LLVM::LLVMFuncOp"> {
  let summary = "Tensor maps are parameters passed by value and read in place";
  let description = [{
    Gives the parameters that `convert-hopper-to-nvvm` lists in `hopper.tensor_maps` the attributes `llvm.byval`, of 128 bytes, and
    `nvvm.grid_constant`. Without the latter a kernel copies the map to its stack, where
    TMA cannot read it. A pass of its own, since `gpu.func` allows neither.

    Example: test/Conversion/HopperToNVVM/nvvm-mark-grid-constants.mlir
  }];
  let dependentDialects = ["::mlir::NVVM::NVVMDialect"];
}

#endif // CCA_CONVERSION_PASSES_TD
