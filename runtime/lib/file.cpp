// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Whole files in and out.
#include "keratin/file.hpp"
#include "keratin/error.hpp"

#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace keratin::rt {

namespace {

/// A descriptor that is closed at the end of the scope.
struct Descriptor {
  int fd;
  ~Descriptor() {
    if (fd >= 0)
      ::close(fd);
  }
};

[[noreturn]] void fail(const char *doing, const std::string &path, int code) {
  std::string hint =
      code == ENOSPC || code == EDQUOT ? "make room on the disk, or write elsewhere" : "";
  throw Error(std::string("cannot ") + doing + ": " + std::strerror(code), hint).at(path);
}

/// Returns 0 or the errno of the first failure.
int writeAll(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return errno;
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  return 0;
}

/// Where the file really is: symbolic links are followed, so that renaming replaces the file and
/// not the link.
std::string resolve(const std::string &path) {
  char buffer[PATH_MAX];
  return ::realpath(path.c_str(), buffer) ? std::string(buffer) : path;
}

} // namespace

std::string readFile(const std::string &path) {
  Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  struct stat status;
  if (file.fd < 0 || ::fstat(file.fd, &status) != 0)
    fail("read", path, errno);
  if (S_ISDIR(status.st_mode))
    fail("read", path, EISDIR);
  std::string bytes;
  // The size is a first guess only: pipes have none.
  size_t used = 0;
  bytes.resize(status.st_size > 0 ? static_cast<size_t>(status.st_size) + 1 : 1 << 16);
  for (;;) {
    if (used == bytes.size())
      bytes.resize(bytes.size() * 2);
    ssize_t n = ::read(file.fd, bytes.data() + used, bytes.size() - used);
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      fail("read", path, errno);
    if (n == 0)
      break;
    used += static_cast<size_t>(n);
  }
  bytes.resize(used);
  return bytes;
}

void writeFile(const std::string &path, std::string_view bytes) {
  std::string target = resolve(path);
  struct stat status;
  bool exists = ::stat(target.c_str(), &status) == 0;
  if (exists && S_ISDIR(status.st_mode))
    fail("write", path, EISDIR);
  if (exists && !S_ISREG(status.st_mode)) {
    Descriptor file{::open(target.c_str(), O_WRONLY | O_CLOEXEC)};
    int code = file.fd < 0 ? errno : writeAll(file.fd, bytes);
    if (code != 0)
      fail("write", path, code);
    return;
  }
  std::string temporary = target + ".tmp-" + std::to_string(::getpid());
  int code = 0;
  {
    Descriptor file{::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)};
    if (file.fd < 0)
      fail("write", path, errno);
    if (exists)
      ::fchmod(file.fd, status.st_mode & 07777);
    code = writeAll(file.fd, bytes);
    if (code == 0 && ::fsync(file.fd) != 0 && errno != EINVAL)
      code = errno;
  }
  if (code == 0 && ::rename(temporary.c_str(), target.c_str()) != 0)
    code = errno;
  if (code != 0) {
    ::unlink(temporary.c_str());
    fail("write", path, code);
  }
}

void checkWritable(const std::string &path) {
  struct stat status;
  if (::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode))
    fail("write", path, EISDIR);
  size_t slash = path.rfind('/');
  std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  if (::access(folder.c_str(), W_OK) != 0)
    fail("write", path, errno);
}

std::string extension(std::string_view path) {
  size_t slash = path.rfind('/');
  std::string_view name = slash == std::string_view::npos ? path : path.substr(slash + 1);
  size_t dot = name.rfind('.');
  if (dot == std::string_view::npos || dot == 0)
    return "";
  std::string result(name.substr(dot));
  for (char &c : result)
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return result;
}

} // namespace keratin::rt
