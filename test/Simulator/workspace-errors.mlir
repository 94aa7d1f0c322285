// What is wrong with workspaces, shapes of the same memory, and kernels that begin early.
//
// RUN: cca-opt %s --hopper-simulate --split-input-file --verify-diagnostics

func.func @small(%n: memref<4xi8>, %workspace: memref<?xi8> {hopper.workspace}) {
  %c9 = arith.constant 9 : index
  // expected-error @below {{expects a workspace of at least 9 bytes, but got 8}}
  hopper.check_workspace %workspace, %c9 : memref<?xi8>
  return
}
func.func @small_workspace_size(%n: index {hopper.size_of = array<i64: 0, 0>}) -> i64 attributes {hopper.workspace_size} {
  %two = arith.constant 2 : index
  %bytes = arith.muli %n, %two : index
  %result = arith.index_cast %bytes : index to i64
  return %result : i64
}

// -----

// expected-error @below {{expects a function @alone_workspace_size that says how large the workspace is}}
func.func @alone(%workspace: memref<?xi8> {hopper.workspace}) {
  return
}

// -----

func.func @f(%n: memref<4xi8>, %workspace: memref<?xi8> {hopper.workspace}) {
  return
}
// expected-error @below {{expects argument #1 to be a size of an argument of @f}}
func.func @f_workspace_size(%n: index {hopper.size_of = array<i64: 0, 1>}) -> i64 attributes {hopper.workspace_size} {
  %bytes = arith.constant 4 : i64
  return %bytes : i64
}

// -----

func.func @f(%workspace: memref<?xi8> {hopper.workspace}) {
  return
}
// expected-error @below {{expects to return a number of bytes}}
func.func @f_workspace_size() attributes {hopper.workspace_size} {
  return
}

// -----

func.func @view(%m: memref<64xi8>) {
  %c4 = arith.constant 4 : index
  %ok = memref.view %m[%c4][] : memref<64xi8> to memref<3x5xf32>
  // expected-error @below {{expects 'memref<4x4xf32>' at a multiple of 4 bytes inside of 64, but got 64 bytes from 4 on}}
  %no = memref.view %m[%c4][] : memref<64xi8> to memref<4x4xf32>
  return
}

// -----

func.func @collapse(%m: memref<4x4xf32>) {
  %s = memref.subview %m[0, 0] [4, 2] [1, 1] : memref<4x4xf32> to memref<4x2xf32, strided<[4, 1]>>
  %d = memref.cast %s : memref<4x2xf32, strided<[4, 1]>> to memref<4x2xf32, strided<[?, ?]>>
  // expected-error @below {{expects dimensions that lie one inside of the other, but got sizes 4, 2 and strides 4, 1}}
  %c = memref.collapse_shape %d [[0, 1]] : memref<4x2xf32, strided<[?, ?]>> into memref<8xf32, strided<[?]>>
  return
}

// -----

func.func @expand(%m: memref<?xf32>) {
  %c3 = arith.constant 3 : index
  // expected-error @below {{expects sizes that make 256 elements, but got 3, 4}}
  %c = memref.expand_shape %m [[0, 1]] output_shape [%c3, 4] : memref<?xf32> into memref<?x4xf32>
  return
}

// -----

func.func @copy(%m: memref<4xf32>) {
  %c3 = arith.constant 3 : index
  %n = memref.alloc(%c3) : memref<?xf32>
  %c = memref.cast %m : memref<4xf32> to memref<?xf32>
  // expected-error @below {{expects buffers of the same sizes, but got 4 and 3}}
  memref.copy %c, %n : memref<?xf32> to memref<?xf32>
  return
}

// -----

module attributes {gpu.container_module} {
gpu.module @kernels {
  gpu.func @ahead(%m: memref<f32>) kernel {
    %x = arith.constant 1.0 : f32
    memref.store %x, %m[] : memref<f32>
    gpu.return
  }
  gpu.func @early(%given: memref<f32>, %m: memref<f32>) kernel {
    // What no kernel has written was there before.
    %y = memref.load %given[] : memref<f32>
    // expected-error @below {{the kernel ahead may still be running: expects nvvm.griddepcontrol wait before device memory is used that kernels write}}
    %x = memref.load %m[] : memref<f32>
    gpu.return
  }
}
func.func @launches(%given: memref<f32>, %m: memref<f32>) {
  %c1 = arith.constant 1 : index
  gpu.launch_func @kernels::@ahead blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1) args(%m : memref<f32>)
  gpu.launch_func @kernels::@early blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
      args(%given : memref<f32>, %m : memref<f32>) {hopper.programmatic_launch}
  return
}
}

// -----

module attributes {gpu.container_module} {
gpu.module @kernels {
  gpu.func @early(%m: memref<f32>) kernel {
    %x = arith.constant 1.0 : f32
    // expected-error @below {{the kernel ahead may still be running: expects nvvm.griddepcontrol wait before device memory is used that kernels write}}
    memref.store %x, %m[] : memref<f32>
    gpu.return
  }
}
func.func @launches(%m: memref<f32>) {
  %c1 = arith.constant 1 : index
  gpu.launch_func @kernels::@early blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1) args(%m : memref<f32>)
      {hopper.programmatic_launch}
  return
}
}
