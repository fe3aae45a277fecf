# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# lit's configuration for every test but those of unit/ and integration/, which refine it.
#
# With KERATIN_CHECK_ROUNDTRIP=1 in the environment every keratin-opt run also verifies after each pass and
# prints, parses and prints its input again (--verify-each, --verify-roundtrip).
import os

import lit.formats

config.name = "Keratin"
config.test_format = lit.formats.ShTest(execute_external=False)
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = os.path.join(config.keratin_build, "test")
config.suffixes = [".mlir", ".test"]
config.excludes = ["Inputs", "__pycache__"]

config.environment["PATH"] = os.pathsep.join(
    [os.path.join(config.keratin_build, "bin"), config.llvm_tools, config.environment["PATH"]])
for name in ["KERAS_HOME", "KERATIN_CACHE", "OMP_NUM_THREADS", "NO_COLOR"]:
    config.environment.pop(name, None)
# No test reads the user's own data sets, and none waits for a network: every connection is refused at once.
config.environment["HOME"] = os.path.join(config.test_exec_root, "home")
os.makedirs(config.environment["HOME"], exist_ok=True)
for name in ["http_proxy", "https_proxy", "all_proxy"]:
    config.environment[name] = "http://127.0.0.1:9"
for name in ["ASAN_OPTIONS", "UBSAN_OPTIONS"]:
    if name in os.environ:
        config.environment[name] = os.environ[name]
config.environment["KERATIN_LIBRARIES"] = os.path.join(config.keratin_build, "lib")
config.environment["KERATIN_CLANGXX"] = config.cxx

opt = "keratin-opt --verify-each"
if os.environ.get("KERATIN_CHECK_ROUNDTRIP"):
    opt += " --verify-roundtrip"
config.substitutions += [
    (r"(?<![\w./-])keratin-opt(?![\w./-])", opt),
    (r"%keratin_root", config.keratin_source),
    (r"%keratin_build", config.keratin_build),
    (r"%golden", os.path.join(config.test_source_root, "golden")),
    (r"%examples", os.path.join(config.keratin_source, "examples")),
    (r"%python", config.python),
    (r"%clangxx", config.cxx),
]
if config.sanitized:
    # LLVM's libraries are not instrumented: what their allocators hand out stays poisoned by headers that are.
    config.environment["ASAN_OPTIONS"] = "allow_user_poisoning=0"
for feature, present in [("sanitized", config.sanitized), ("root", os.geteuid() == 0)]:
    if present:
        config.available_features.add(feature)
