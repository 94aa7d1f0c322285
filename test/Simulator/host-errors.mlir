// What is wrong outside of kernels, or would be in any program.
//
// RUN: cca-opt %s --hopper-simulate --split-input-file --verify-diagnostics

func.func @divides() {
  %c1 = arith.constant 1 : i32
  %c0 = arith.constant 0 : i32
  // expected-error @below {{divides by zero}}
  %q = arith.divsi %c1, %c0 : i32
  return
}

// -----

func.func @no_step() {
  %c0 = arith.constant 0 : index
  // expected-error @below {{expects a step above 0, but got 0}}
  scf.for %i = %c0 to %c0 step %c0 {
  }
  return
}

// -----

func.func @unknown_region(%m: memref<4xf32>) {
  // expected-error @below {{the simulator does not know scf.execute_region}}
  scf.execute_region {
    scf.yield
  }
  return
}

// -----

func.func @unknown_op(%m: memref<4xf32>) {
  // expected-error @below {{the simulator does not know memref.rank}}
  %r = memref.rank %m : memref<4xf32>
  return
}

// -----

func.func private @elsewhere()
func.func @calls_nothing() {
  // expected-error @below {{expects a function with a body, but @elsewhere has none}}
  call @elsewhere() : () -> ()
  return
}

// -----

func.func @recursive() {
  // expected-error @below {{the simulator does not run recursive functions}}
  call @recursive() : () -> ()
  return
}

// -----

func.func @sparse_constant() {
  // expected-error @below {{the simulator expects a constant of numbers}}
  %c = arith.constant sparse<[[0]], [1.0]> : tensor<4xf32>
  return
}

// -----

func.func @vector_constant() {
  // expected-error @below {{the simulator does not know values of 'vector<4xf32>'}}
  %c = arith.constant dense<0.0> : vector<4xf32>
  return
}

// -----

func.func @wide_constant() {
  // expected-error @below {{the simulator does not know values of 'i128'}}
  %c = arith.constant 0 : i128
  return
}

// -----

func.func @large_tile() {
  %c = arith.constant 0.0 : f32
  // expected-error @below {{the simulator does not know values of 'tensor<100000x100000xf32>'}}
  %t = tensor.splat %c : tensor<100000x100000xf32>
  return
}

// -----

// expected-error @below {{expects arguments that are tensors or memrefs of numbers, but got 'index'}}
func.func @scalar_argument(%n: index) {
  return
}

// -----

// expected-error @below {{the simulator expects results that are tensors or memrefs}}
func.func @scalar_result() -> index {
  %c0 = arith.constant 0 : index
  return %c0 : index
}

// -----

func.func @computes_in_memory(%a: tensor<4xf32>) {
  // expected-error @below {{expects a tile in registers, but got the other kind of 'tensor<4xf32>'}}
  %b = arith.addf %a, %a : tensor<4xf32>
  return
}

// -----

func.func @tile_as_memory() {
  %c = arith.constant dense<0.0> : tensor<4xf32>
  // expected-error @below {{expects a tensor in memory, but got the other kind of 'tensor<4xf32>'}}
  %b = bufferization.to_buffer %c : tensor<4xf32> to memref<4xf32>
  return
}

// -----

func.func @kernel_op_on_the_host() {
  // expected-error @below {{expects to be in a kernel}}
  %b = hopper.alloc : !hopper.smem<64x64xbf16, swizzle = 128>
  return
}

// -----

func.func @alloc_of_vectors() {
  // expected-error @below {{the simulator expects elements that are numbers, but got 'memref<4xvector<4xf32>>'}}
  %m = memref.alloc() : memref<4xvector<4xf32>>
  return
}

// -----

func.func @negative_size() {
  %n = arith.constant -1 : index
  // expected-error @below {{expects sizes of at most 16 GiB, but got 4, -1}}
  %m = memref.alloc(%n) : memref<4x?xf32>
  return
}

// -----

func.func @wrong_cast(%m: memref<4xf32>) {
  %d = memref.cast %m : memref<4xf32> to memref<?xf32>
  // expected-error @below {{expects sizes of 'memref<5xf32>', but got 4}}
  %e = memref.cast %d : memref<?xf32> to memref<5xf32>
  return
}

// -----

func.func @wrong_dimension(%m: memref<4xf32>) {
  %c1 = arith.constant 1 : index
  // expected-error @below {{expects a dimension in [0, 1), but got 1}}
  %d = memref.dim %m, %c1 : memref<4xf32>
  return
}

// -----

func.func @wrong_subview(%m: memref<4xf32>, %n: memref<4xf32>) {
  %c3 = arith.constant 3 : index
  // expected-error @below {{expects a part of 4 elements in dimension 0, but got 2 from 3 on}}
  %d = memref.subview %m[%c3] [2] [1] : memref<4xf32> to memref<2xf32, strided<[1], offset: ?>>
  return
}

// -----

func.func @wrong_index(%m: memref<4x2xf32>) {
  %c2 = arith.constant 2 : index
  // expected-error @below {{expects indices inside of 4, 2, but got 2, 2}}
  %d = memref.load %m[%c2, %c2] : memref<4x2xf32>
  return
}

// -----

func.func @map_of_odd_rows(%m: memref<64x67xbf16>) {
  // expected-error @below {{expects strides that are multiples of 16 bytes, but got 134}}
  %d = hopper.make_tensor_map %m : memref<64x67xbf16> -> !hopper.tensor_map<64x64xbf16, swizzle = 128>
  return
}

// -----

func.func @map_at_odd_address(%m: memref<64x128xbf16>) {
  %s = memref.subview %m[0, 1] [64, 64] [1, 1] : memref<64x128xbf16> to memref<64x64xbf16, strided<[128, 1], offset: 1>>
  // expected-error @below {{expects a buffer at a multiple of 16 bytes, but got offset 2}}
  %d = hopper.make_tensor_map %s : memref<64x64xbf16, strided<[128, 1], offset: 1>> -> !hopper.tensor_map<64x64xbf16, swizzle = 128>
  return
}

// -----

module attributes {gpu.container_module} {
gpu.module @kernels {
  llvm.func @lowered() attributes {gpu.kernel} {
    llvm.return
  }
}
func.func @launches_llvm() {
  %c1 = arith.constant 1 : index
  // expected-error @below {{expects a gpu.func that takes these operands, but got @kernels::@lowered}}
  gpu.launch_func @kernels::@lowered blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
  return
}
}

// -----

module attributes {gpu.container_module} {
gpu.module @kernels {
  gpu.func @nothing() kernel {
    gpu.return
  }
}
func.func @no_blocks() {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %less = arith.constant -1 : index
  // Nothing to do.
  gpu.launch_func @kernels::@nothing blocks in (%c1, %c0, %c1) threads in (%c1, %c1, %c1)
  // expected-error @below {{expects a grid of 0 or more blocks in each dimension, but got -1}}
  gpu.launch_func @kernels::@nothing blocks in (%c1, %less, %c1) threads in (%c1, %c1, %c1)
  return
}
}

// -----

module attributes {gpu.container_module} {
gpu.module @kernels {
  gpu.func @workgroup() workgroup(%m: memref<4xf32, 3>) kernel {
    %c0 = arith.constant 0 : index
    // expected-error @below {{the simulator has no value of 'memref<4xf32, 3>'}}
    %v = memref.load %m[%c0] : memref<4xf32, 3>
    gpu.return
  }
}
func.func @launch() {
  %c1 = arith.constant 1 : index
  gpu.launch_func @kernels::@workgroup blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
  return
}
}

// -----

func.func @view_beyond_the_buffer(%m: memref<4xf32>) {
  // expected-error @below {{expects elements of a buffer of 4, but got one at 5}}
  %v = memref.reinterpret_cast %m to offset: [2], sizes: [4], strides: [1]
      : memref<4xf32> to memref<4xf32, strided<[1], offset: 2>>
  return
}

// -----

func.func @assertion() {
  %false = arith.constant false
  // expected-error @below {{expects the last dimension of cos to be contiguous}}
  cf.assert %false, "expects the last dimension of cos to be contiguous"
  return
}

// -----

memref.global @variable : memref<4xf32> = dense<0.0>
func.func @global_variable() {
  // expected-error @below {{the simulator expects a constant of numbers, but got @variable}}
  %0 = memref.get_global @variable : memref<4xf32>
  return
}
