// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The parent's side: starts a child, reads its messages, turns its failures into messages for the
// user.
#include "compiler/Frontend/KerasFile/Hdf5Process.h"

#include "compiler/Support/Diagnostic.h"

#include <cerrno>
#include <csignal>
#include <cstring>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace keratin {

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

Hdf5Process::Hdf5Process(const std::string &path, const char *failure,
                         const std::function<void(int)> &work)
    : path(path), failure(failure) {
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

Hdf5Process::~Hdf5Process() {
  close(descriptor);
  if (pid > 0) {
    kill(pid, SIGKILL);
    wait();
  }
}

Hdf5MessageHeader Hdf5Process::header() {
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

void Hdf5Process::readExactly(void *target, uint64_t bytes) {
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

int Hdf5Process::wait() {
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
    ;
  pid = 0;
  return status;
}

void Hdf5Process::failSystem(const char *call) {
  throw UserError({path}, std::string("cannot start a process for HDF5: ") + call + ": " +
                              std::strerror(errno));
}

void Hdf5Process::failChild() {
  int status = wait();
  std::string cause = WIFSIGNALED(status)
                          ? "ended by signal " + std::to_string(WTERMSIG(status))
                          : "ended with status " + std::to_string(WEXITSTATUS(status));
  throw UserError({path}, std::string(failure) + " (" + cause + ")");
}

} // namespace keratin
