// RUN: cca-opt %s --convert-hopper-to-runtime --split-input-file --verify-diagnostics

// expected-error @below {{expects a name that the runtime does not have, but got @cca_launch_kernel}}
func.func @cca_launch_kernel() {
  return
}

// -----

// expected-error @below {{expects results to be arguments, as the status is what host functions return, but got 1 results}}
func.func @result(%n: index) -> index {
  return %n : index
}

// -----

func.func @load(%a: memref<4xf32>, %i: index) {
  // expected-error @below {{expects the host to leave buffers to kernels}}
  %0 = memref.load %a[%i] : memref<4xf32>
  return
}

// -----

memref.global @variable : memref<4xf32> = dense<0.0>
func.func @global() {
  // expected-error @below {{expects a constant whose elements are known and of whole bytes, but got @variable}}
  %0 = memref.get_global @variable : memref<4xf32>
  return
}

// -----

memref.global constant @absent : memref<4xf32> = dense_resource<absent>
func.func @no_data() {
  // expected-error @below {{expects a constant whose elements are known and of whole bytes, but got @absent}}
  %0 = memref.get_global @absent : memref<4xf32>
  return
}

// -----

memref.global constant @bits : memref<4xi1> = dense<true>
func.func @no_bytes() {
  // expected-error @below {{expects a constant whose elements are known and of whole bytes, but got @bits}}
  %0 = memref.get_global @bits : memref<4xi1>
  return
}

// -----

memref.global constant @zeros : memref<4xf32> = dense<0.0>
func.func @load_of_global(%i: index) {
  %0 = memref.get_global @zeros : memref<4xf32>
  // expected-error @below {{expects the host to leave buffers to kernels}}
  %1 = memref.load %0[%i] : memref<4xf32>
  return
}

// -----

module attributes {gpu.container_module} {
  gpu.binary @kernels [#gpu.object<#nvvm.target, bin = "CUBIN">]
  func.func @region(%n: index, %if: i1) {
    scf.if %if {
      // expected-error @below {{expects to be in the body of a function, but got scf.if around it}}
      gpu.launch_func @kernels::@k blocks in (%n, %n, %n) threads in (%n, %n, %n)
    }
    return
  }
}

// -----

module attributes {gpu.container_module} {
  gpu.module @kernels {
    gpu.func @k() kernel {
      gpu.return
    }
  }
  func.func @no_binary(%n: index) {
    // expected-error @below {{expects a kernel of a gpu.binary, but got @kernels::@k}}
    gpu.launch_func @kernels::@k blocks in (%n, %n, %n) threads in (%n, %n, %n)
    return
  }
}

// -----

// expected-error @below {{expects PTX, a cubin or a fat binary, but got only objects in offloading format}}
gpu.binary @kernels [#gpu.object<#nvvm.target, offload = "BC">]

// -----

module attributes {gpu.container_module} {
  gpu.binary @kernels [#gpu.object<#nvvm.target, bin = "CUBIN">]
  func.func @async(%n: index) {
    // expected-error @below {{expects the order of launches to be that of the stream, but got async dependencies}}
    %0 = gpu.launch_func async @kernels::@k blocks in (%n, %n, %n) threads in (%n, %n, %n)
    return
  }
}

// -----

module attributes {gpu.container_module} {
  gpu.binary @kernels [#gpu.object<#nvvm.target, bin = "CUBIN">]
  func.func @tensor(%n: index, %t: tensor<4xf32>) {
    // expected-error @below {{expects argument #2 to be an integer, a float, a ranked memref or a tensor map, but got 'tensor<4xf32>'}}
    gpu.launch_func @kernels::@k blocks in (%n, %n, %n) threads in (%n, %n, %n) args(%n : index, %t : tensor<4xf32>)
    return
  }
}

// -----

module attributes {gpu.container_module} {
  gpu.binary @kernels [#gpu.object<#nvvm.target, bin = "CUBIN">]
  func.func @foreign_map(%n: index, %map: !hopper.tensor_map<8x64xf16, swizzle = 128>) {
    // expected-error @below {{expects argument #1 to be made by hopper.make_tensor_map in this function}}
    gpu.launch_func @kernels::@k blocks in (%n, %n, %n) threads in (%n, %n, %n) args(%map : !hopper.tensor_map<8x64xf16, swizzle = 128>)
    return
  }
}

// -----

func.func private @take(!hopper.tensor_map<8x64xf16, swizzle = 128>)
func.func @given_away(%a: memref<64x64xf16>) {
  // expected-error @below {{expects a tensor map to be an argument of launches, but got a use by func.call}}
  %map = hopper.make_tensor_map %a : memref<64x64xf16> -> !hopper.tensor_map<8x64xf16, swizzle = 128>
  func.call @take(%map) : (!hopper.tensor_map<8x64xf16, swizzle = 128>) -> ()
  return
}

// -----

func.func @element(%a: memref<64x128xi8>) {
  // expected-error @below {{expects elements of f16, bf16 or f32, but got 'i8'}}
  %map = hopper.make_tensor_map %a : memref<64x128xi8> -> !hopper.tensor_map<8x128xi8, swizzle = 128>
  return
}

// -----

func.func @part_of_a_panel(%a: memref<64x160xf16>) {
  // expected-error @below {{expects the innermost size of the buffer to be a multiple of 64, the elements of a panel, but got 'memref<64x160xf16>'}}
  %map = hopper.make_tensor_map %a : memref<64x160xf16> -> !hopper.tensor_map<8x128xf16, swizzle = 128>
  return
}

// -----

func.func @unknown_panels(%a: memref<64x?xf16>) {
  // expected-error @below {{expects the innermost size of the buffer to be a multiple of 64, the elements of a panel, but got 'memref<64x?xf16>'}}
  %map = hopper.make_tensor_map %a : memref<64x?xf16> -> !hopper.tensor_map<8x128xf16, swizzle = 128>
  return
}
