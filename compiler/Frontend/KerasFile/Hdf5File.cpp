// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The parent's side: starts a child, reads its messages, turns its failures into messages for the
// user.
#include "compiler/Frontend/KerasFile/Hdf5File.h"

#include "compiler/Frontend/KerasFile/Hdf5Child.h"
#include "compiler/Support/Diagnostic.h"

#include <nlohmann/json.hpp>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <functional>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace keratin {

namespace {

/// A child that runs `work`, writing to a pipe that we read.
class Child {
public:
  Child(const std::string &path, const std::function<void(int descriptor)> &work) : path(path) {
    int ends[2];
    if (pipe(ends) != 0)
      failSystem("pipe");
    pid = fork();
    if (pid < 0) {
      close(ends[0]);
      close(ends[1]);
      failSystem("fork");
    }
    if (pid == 0) {
      close(ends[0]);
      limit();
      work(ends[1]);
      _exit(0);
    }
    close(ends[1]);
    descriptor = ends[0];
  }

  ~Child() {
    close(descriptor);
    if (pid > 0) {
      kill(pid, SIGKILL);
      wait();
    }
  }

  /// The next message's kind and size.
  Hdf5MessageHeader header() {
    Hdf5MessageHeader header;
    readExactly(&header, sizeof header);
    if (header.kind == Hdf5MessageKind::Error) {
      if (header.bytes > 4096)
        failChild();
      std::string message(header.bytes, '\0');
      readExactly(message.data(), message.size());
      throw UserError({path}, message);
    }
    return header;
  }

  void readExactly(void *target, uint64_t bytes) {
    char *position = static_cast<char *>(target);
    while (bytes > 0) {
      ssize_t count = ::read(descriptor, position, bytes);
      if (count < 0 && errno == EINTR)
        continue;
      if (count <= 0)
        failChild();
      position += count;
      bytes -= static_cast<uint64_t>(count);
    }
  }

private:
  /// Of the child: no core file, no endless loop, no last words on the terminal, and crashes end it
  /// whatever the parent does with signals.
  static void limit() {
    int silence = open("/dev/null", O_WRONLY);
    if (silence >= 0)
      dup2(silence, STDERR_FILENO);
    rlimit noCore = {0, 0}, seconds = {120, 120};
    setrlimit(RLIMIT_CORE, &noCore);
    setrlimit(RLIMIT_CPU, &seconds);
    for (int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGPIPE, SIGINT, SIGTERM})
      std::signal(signal, SIG_DFL);
  }

  int wait() {
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
      ;
    pid = 0;
    return status;
  }

  [[noreturn]] void failSystem(const char *call) {
    throw UserError({path}, std::string("cannot start a reader process: ") + call + ": " +
                                std::strerror(errno));
  }
  [[noreturn]] void failChild() {
    int status = wait();
    std::string cause = WIFSIGNALED(status)
                            ? "ended by signal " + std::to_string(WTERMSIG(status))
                            : "ended with status " + std::to_string(WEXITSTATUS(status));
    throw UserError({path}, "damaged HDF5 file: the HDF5 library failed on it (" + cause + ")");
  }

  const std::string &path;
  pid_t pid = 0;
  int descriptor = -1;
};

} // namespace

static Hdf5Object objectFromJson(const nlohmann::json &json) {
  Hdf5Object object;
  object.isDataset = json.at("dataset").get<bool>();
  object.isInteger = json.at("integer").get<bool>();
  object.shape = json.at("shape").get<std::vector<int64_t>>();
  for (const auto &[name, values] : json.at("attributes").items())
    object.attributes[name] = values.get<std::vector<std::string>>();
  return object;
}

Hdf5File::Hdf5File(std::string filePath, std::optional<std::string> fileImage)
    : path(std::move(filePath)), image(std::move(fileImage)) {
  Child child(path, [&](int descriptor) { listHdf5(path, image ? &*image : nullptr, descriptor); });
  Hdf5MessageHeader header = child.header();
  std::vector<uint8_t> listing(header.bytes);
  child.readExactly(listing.data(), listing.size());
  nlohmann::json contents = nlohmann::json::from_cbor(listing);
  for (const auto &[name, object] : contents.items())
    objects[name] = objectFromJson(object);
}

const Hdf5Object *Hdf5File::find(const std::string &objectPath) const {
  auto found = objects.find(objectPath);
  return found == objects.end() ? nullptr : &found->second;
}

std::optional<std::vector<std::string>> Hdf5File::attribute(const std::string &objectPath,
                                                            const std::string &name) const {
  const Hdf5Object *object = find(objectPath);
  if (!object)
    return std::nullopt;
  auto whole = object->attributes.find(name);
  if (whole != object->attributes.end())
    return whole->second;
  std::vector<std::string> joined;
  int part = 0;
  for (;; ++part) {
    auto found = object->attributes.find(name + std::to_string(part));
    if (found == object->attributes.end())
      break;
    joined.insert(joined.end(), found->second.begin(), found->second.end());
  }
  if (part == 0)
    return std::nullopt;
  return joined;
}

std::vector<rt::Array> Hdf5File::read(const std::vector<std::string> &objectPaths) const {
  std::vector<rt::Array> arrays;
  if (objectPaths.empty())
    return arrays;
  Child child(path, [&](int descriptor) {
    readHdf5(path, image ? &*image : nullptr, objectPaths, descriptor);
  });
  for (const std::string &objectPath : objectPaths) {
    const Hdf5Object &object = objects.at(objectPath);
    rt::Array array(object.isInteger ? rt::DType::Int64 : rt::DType::Float32, object.shape);
    if (child.header().bytes != array.bytes.size())
      throw UserError({path},
                      "damaged HDF5 file: dataset " + objectPath + " changed while it was read");
    child.readExactly(array.bytes.data(), array.bytes.size());
    arrays.push_back(std::move(array));
  }
  return arrays;
}

} // namespace keratin
