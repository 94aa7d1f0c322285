"""Runs the GoogleTest programs of unittests/ as part of check-cca."""

import os

import lit.formats

# ruff: noqa: F821 (lit defines config)

config.name = "CCA-Unit"
config.suffixes = []
config.test_source_root = os.path.join(config.cca_obj_root, "unittests")
config.test_exec_root = config.test_source_root
config.test_format = lit.formats.GoogleTest(".", "Tests")
