// Which functions get a stream and a status, and how they pass them on.
//
// RUN: cca-opt %s --convert-hopper-to-runtime | FileCheck %s

module attributes {gpu.container_module} {
gpu.binary @kernels [#gpu.object<#nvvm.target<chip = "sm_90a">, bin = "CUBIN">]

// CHECK-DAG: @[[OF_NONE:tensor_name.*]]("a tensor of @views\00")
// CHECK-DAG: @[[OF_ARGUMENT:tensor_name.*]]("argument #2 of @views\00")

// A cubin has its end in itself.
// CHECK: @kernels_image("CUBIN")

// CHECK-LABEL: func.func private @launch(%arg0: index, %arg1: !llvm.ptr) -> i32
// CHECK-NOT: emit_c_interface
func.func private @launch(%n: index) {
  gpu.launch_func @kernels::@empty blocks in (%n, %n, %n) threads in (%n, %n, %n)
  return
}

// CHECK-LABEL: func.func @calls(
// CHECK-SAME:    %[[N:.*]]: index {llvm.noundef}, %[[STREAM:.*]]: !llvm.ptr) -> i32
// CHECK:         %[[STATUS:.*]] = call @launch(%[[N]], %[[STREAM]]) : (index, !llvm.ptr) -> i32
// CHECK:         cf.cond_br %{{.*}}, ^bb[[EXIT:.*]](%[[STATUS]] : i32), ^bb
// CHECK:         %[[STATUS:.*]] = call @launch(%[[N]], %[[STREAM]]) : (index, !llvm.ptr) -> i32
// CHECK:         cf.cond_br %{{.*}}, ^bb[[EXIT]](%[[STATUS]] : i32), ^bb
func.func @calls(%n: index {llvm.noundef}) {
  func.call @launch(%n) : (index) -> ()
  func.call @launch(%n) : (index) -> ()
  return
}

// Callers see one interface, whether there is anything to launch or not.
// CHECK-LABEL: func.func @empty(%arg0: i32, %arg1: !llvm.ptr) -> i32 attributes {llvm.emit_c_interface}
// CHECK-NEXT:    %[[SUCCESS:.*]] = arith.constant 0 : i32
// CHECK-NEXT:    return %[[SUCCESS]] : i32
func.func @empty(%n: i32) {
  return
}

// CHECK-LABEL: func.func private @helper(%arg0: index) -> index {
func.func private @helper(%n: index) -> index {
  return %n : index
}

// The stack does not grow with the steps of a loop.
// CHECK-LABEL: func.func @loop(
// CHECK-COUNT-3: llvm.alloca
// CHECK:         cf.br
// CHECK-NOT:     llvm.alloca
// CHECK-LABEL: func.func @programmatic(
func.func @loop(%n: index, %more: i1) {
  cf.br ^step
^step:
  gpu.launch_func @kernels::@empty blocks in (%n, %n, %n) threads in (%n, %n, %n)
  cf.cond_br %more, ^step, ^end
^end:
  return
}

// Flags are field 4, clusters field 2.
// CHECK:         %[[ZERO:.*]] = arith.constant 0 : i64
// CHECK:         %[[FLAG:.*]] = arith.constant 1 : i64
// CHECK-NEXT:    %[[AT:.*]] = llvm.getelementptr %[[LAUNCH:.*]][0, 4]
// CHECK-NEXT:    llvm.store %[[FLAG]], %[[AT]]
// CHECK:         %[[SIZE:.*]] = arith.index_cast %arg1 : index to i64
// CHECK-NEXT:    %[[AT:.*]] = llvm.getelementptr %{{.*}}[0, 2, 0]
// CHECK-NEXT:    llvm.store %[[SIZE]], %[[AT]]
func.func @programmatic(%n: index, %cluster: index) {
  gpu.launch_func @kernels::@empty blocks in (%n, %n, %n) threads in (%n, %n, %n) {hopper.programmatic_launch}
  gpu.launch_func @kernels::@empty clusters in (%cluster, %n, %n) blocks in (%n, %n, %n) threads in (%n, %n, %n)
  return
}

// Integers and floats stay what they are, an index has 64 bits.
// CHECK-LABEL: func.func @scalars(
// CHECK: !llvm.struct<(i1, i64, f16, f64)>
func.func @scalars(%n: index, %a: i1, %b: f16, %c: f64) {
  gpu.launch_func @kernels::@scalars blocks in (%n, %n, %n) threads in (%n, %n, %n)
      args(%a : i1, %n : index, %b : f16, %c : f64)
  return
}

// Views of an argument are called by the argument's name in errors.
// CHECK-LABEL: func.func @views(
// CHECK: llvm.mlir.addressof @[[OF_ARGUMENT]] :
// CHECK: llvm.mlir.addressof @[[OF_NONE]] :
func.func @views(%a: memref<64xf16>, %b: memref<64x64xf16>, %c: memref<64x64xf16>, %n: index, %which: i1) {
  %view = memref.subview %b[%n, 0] [8, 64] [1, 1] : memref<64x64xf16> to memref<8x64xf16, strided<[64, 1], offset: ?>>
  %first = hopper.make_tensor_map %view : memref<8x64xf16, strided<[64, 1], offset: ?>> -> !hopper.tensor_map<8x64xf16, swizzle = 128>
  %one = arith.select %which, %b, %c : memref<64x64xf16>
  %second = hopper.make_tensor_map %one : memref<64x64xf16> -> !hopper.tensor_map<8x64xf16, swizzle = 128>
  gpu.launch_func @kernels::@views blocks in (%n, %n, %n) threads in (%n, %n, %n)
      args(%first : !hopper.tensor_map<8x64xf16, swizzle = 128>, %second : !hopper.tensor_map<8x64xf16, swizzle = 128>)
  return
}

// A workspace is checked before anything is launched.
// CHECK-LABEL: func.func @workspace(
// CHECK-DAG:     %[[NAME:.*]] = llvm.mlir.addressof @workspace_name
// CHECK-DAG:     %[[ADDRESS:.*]] = llvm.inttoptr
// CHECK:         %[[STATUS:.*]] = llvm.call @cca_check_workspace(%[[NAME]], %[[ADDRESS]], %{{.*}}, %{{.*}}) : (!llvm.ptr, !llvm.ptr, i64, i64) -> i32
// CHECK:         cf.cond_br
func.func @workspace(%workspace: memref<?xi8>, %bytes: index) {
  hopper.check_workspace %workspace, %bytes : memref<?xi8>
  return
}

// What says how large one is needs no stream.
// CHECK-LABEL: func.func @workspace_workspace_size(%arg0: index) -> i64
// CHECK-SAME:    attributes {hopper.workspace_size, llvm.emit_c_interface}
func.func @workspace_workspace_size(%bytes: index) -> i64 attributes {hopper.workspace_size} {
  %size = arith.index_cast %bytes : index to i64
  return %size : i64
}
}
