// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Whole files in and out: reading with a reason on failure, writing beside and renaming.
#pragma once

#include <string>
#include <string_view>

namespace keratin::rt {

/// The file's bytes. Throws Error naming the file and the system's reason.
std::string readFile(const std::string &path);

/// Makes `path` hold `bytes`, or leaves it as it was: writes a temporary file in the same folder,
/// flushes it to disk (so that a full disk is noticed) and renames it. A path that is no regular
/// file (/dev/stdout, a pipe) is written directly. Throws Error.
void writeFile(const std::string &path, std::string_view bytes);

/// Throws Error if writeFile would have no folder to write to: so that it is known before hours of
/// work.
void checkWritable(const std::string &path);

/// The extension of the last component, lower case, with its dot: ".npz"; or "".
std::string extension(std::string_view path);

} // namespace keratin::rt
