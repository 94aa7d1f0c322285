"""How lit runs the tests in this folder. lit.site.cfg.py, which CMake writes, comes first."""

import os
import shutil
import subprocess

import lit.formats
from lit.llvm import llvm_config

# ruff: noqa: F821 (lit defines config and lit_config)

config.name = "CCA"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir", ".test"]
config.excludes = ["Inputs", "CMakeLists.txt"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = os.path.join(config.cca_obj_root, "test")

# ccache and CMake, which the test of `find_package(CCA)` runs, look at these.
llvm_config.with_system_environment(["HOME", "CCACHE_DIR", "TMPDIR"])
llvm_config.with_environment("PYTHONPATH", os.path.join(config.cca_src_root, "python"))

llvm_config.use_default_substitutions()
llvm_config.add_tool_substitutions(
    [
        "cca-compile",
        "cca-opt",
        "cca-run",
        "cca-lsp-server",
        "mlir-opt",
        "mlir-translate",
        "split-file",
    ],
    [config.cca_tools_dir, config.llvm_tools_dir],
)
config.substitutions += [
    ("%cca_src_root", config.cca_src_root),
    ("%cca_obj_root", config.cca_obj_root),
    ("%cmake", config.cmake_command),
    ("%cxx_launcher", config.cxx_compiler_launcher),
    ("%cxx", config.cxx_compiler),
    ("%cc", config.c_compiler),
    # A libcuda.so.1 that needs no GPU.
    ("%fake_driver", os.path.join(config.test_exec_root, "FakeDriver")),
]


def succeeds(*command):
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


if succeeds(config.python_executable, "-c", "import numpy"):
    config.available_features.add("numpy")

# An assembler that is too old for Hopper does not count.
ptxas = shutil.which("ptxas") or "/usr/local/cuda/bin/ptxas"
if os.path.exists(ptxas) and "sm_90a" in subprocess.getoutput(f"{ptxas} --help"):
    config.available_features.add("ptxas")
    config.substitutions.append(("%ptxas", ptxas))

compute_capability = "nvidia-smi --query-gpu=compute_cap --format=csv,noheader"
if shutil.which("nvidia-smi") and "9.0" in subprocess.getoutput(compute_capability):
    config.available_features.add("cuda-sm90")
