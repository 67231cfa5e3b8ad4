/*
 * Disturbs the file operations of a program below one folder: LD_PRELOAD=… with
 *   FAULT_FOLDER  absolute path; operations on other files are left alone
 *   FAULT_AT      number of the operation that is disturbed, from 1; 0: none
 *   FAULT_KIND    kill: the process dies before it; tear: it dies after half of a write; fail: it fails once;
 *                 full: from it on nothing can be added (ENOSPC)
 *   FAULT_LOG     file that gets a line for every operation: its kind and path
 * Operations are those that change something: opening to write, writing, renaming, linking, removing, making folders,
 * truncating, flushing.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define MOST_FILES 65536
static char tracked[MOST_FILES];
static atomic_long count;

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static int is_ours(const char *path) {
  const char *folder = getenv("FAULT_FOLDER");
  char whole[8192];
  if (folder == NULL || path == NULL) return 0;
  if (path[0] != '/') {
    char here[4096];
    if (getcwd(here, sizeof here) == NULL) return 0;
    snprintf(whole, sizeof whole, "%s/%s", here, path);
    path = whole;
  }
  return strncmp(path, folder, strlen(folder)) == 0;
}

static void note(const char *what, const char *path) {
  const char *file = getenv("FAULT_LOG");
  if (file == NULL) return;
  int fd = REAL(open)(file, O_WRONLY | O_CREAT | O_APPEND, 0600);
  if (fd < 0) return;
  char line[8192];
  int length = snprintf(line, sizeof line, "%s %s\n", what, path == NULL ? "" : path);
  if (REAL(write)(fd, line, length) < 0) abort();
  REAL(close)(fd);
}

static int is_kind(const char *kind) {
  const char *given = getenv("FAULT_KIND");
  return given != NULL && strcmp(given, kind) == 0;
}

enum verdict { PASS, FAIL, TEAR };

/* adds: whether the operation needs room on the disk */
static enum verdict judge(const char *what, const char *path, int adds) {
  const char *at = getenv("FAULT_AT");
  long target = at == NULL ? 0 : atol(at);
  long number = atomic_fetch_add(&count, 1) + 1;
  note(what, path);
  if (target == 0 || number < target) return PASS;
  if (is_kind("full")) {
    errno = ENOSPC;
    return adds ? FAIL : PASS;
  }
  if (number != target) return PASS;
  if (is_kind("kill")) raise(SIGKILL);
  if (is_kind("tear")) return TEAR;
  errno = adds ? ENOSPC : EIO;
  return FAIL;
}

static enum verdict judge_path(const char *what, const char *path, int adds) {
  if (!is_ours(path)) return PASS;
  enum verdict verdict = judge(what, path, adds);
  if (verdict == TEAR) raise(SIGKILL);
  return verdict;
}

static int track(int fd) {
  if (fd >= 0 && fd < MOST_FILES) tracked[fd] = 1;
  return fd;
}

#define IS_TRACKED(fd) ((fd) >= 0 && (fd) < MOST_FILES && tracked[fd])

#define OPEN(name)                                                                     \
  int name(const char *path, int flags, ...) {                                         \
    va_list rest;                                                                      \
    va_start(rest, flags);                                                             \
    mode_t mode = (flags & O_CREAT) ? va_arg(rest, mode_t) : 0;                        \
    va_end(rest);                                                                      \
    int writes = (flags & O_ACCMODE) != O_RDONLY;                                      \
    if (writes && judge_path("open", path, (flags & O_CREAT) != 0) == FAIL) return -1; \
    int fd = REAL(name)(path, flags, mode);                                            \
    return writes && is_ours(path) ? track(fd) : fd;                                   \
  }
OPEN(open)
OPEN(open64)

int close(int fd) {
  if (IS_TRACKED(fd)) tracked[fd] = 0;
  return REAL(close)(fd);
}

#define WRITE(name, parameters, arguments, half)         \
  ssize_t name parameters {                              \
    if (!IS_TRACKED(fd)) return REAL(name) arguments;    \
    switch (judge("write", NULL, 1)) {                   \
      case FAIL: return -1;                              \
      case TEAR: (void)!REAL(name) half; raise(SIGKILL); \
      default: return REAL(name) arguments;              \
    }                                                    \
  }
WRITE(write, (int fd, const void *data, size_t size), (fd, data, size), (fd, data, size / 2))
WRITE(pwrite, (int fd, const void *data, size_t size, off_t at), (fd, data, size, at), (fd, data, size / 2, at))
WRITE(pwrite64, (int fd, const void *data, size_t size, off64_t at), (fd, data, size, at), (fd, data, size / 2, at))
WRITE(writev, (int fd, const struct iovec *parts, int n), (fd, parts, n), (fd, parts, n / 2))
WRITE(pwritev, (int fd, const struct iovec *parts, int n, off_t at), (fd, parts, n, at), (fd, parts, n / 2, at))
WRITE(pwritev64, (int fd, const struct iovec *parts, int n, off64_t at), (fd, parts, n, at), (fd, parts, n / 2, at))

#define ON_FILE(name, parameters, arguments)                                    \
  int name parameters {                                                         \
    if (IS_TRACKED(fd)) {                                                       \
      enum verdict verdict = judge(#name, NULL, 0);                             \
      if (verdict == TEAR) raise(SIGKILL);                                      \
      if (verdict == FAIL) return -1;                                           \
    }                                                                           \
    return REAL(name) arguments;                                                \
  }
ON_FILE(fsync, (int fd), (fd))
ON_FILE(fdatasync, (int fd), (fd))
ON_FILE(ftruncate, (int fd, off_t size), (fd, size))
ON_FILE(ftruncate64, (int fd, off64_t size), (fd, size))

#define ON_PATH(name, parameters, arguments, path, adds)            \
  int name parameters {                                             \
    if (judge_path(#name, path, adds) == FAIL) return -1;           \
    return REAL(name) arguments;                                    \
  }
ON_PATH(rename, (const char *from, const char *to), (from, to), to, 0)
ON_PATH(link, (const char *from, const char *to), (from, to), to, 1)
ON_PATH(unlink, (const char *path), (path), path, 0)
ON_PATH(remove, (const char *path), (path), path, 0)
ON_PATH(rmdir, (const char *path), (path), path, 0)
ON_PATH(mkdir, (const char *path, mode_t mode), (path, mode), path, 1)
