/* Reads the file "video" in the directory the library lies in, and answers what its lines say at this moment. */
#include "lab.h"

#include <dlfcn.h>
#include <stdarg.h>

#define MAX_LINES 4096

static struct script_line *lines;
static int line_count;
static struct state *shared;
static char folder[4000];

static void read_lines(const char *path) {
  char text[1024];
  FILE *file = fopen(path, "re");
  line_count = 0;
  while (file && fgets(text, sizeof text, file) && line_count < MAX_LINES)
    line_count += script_parse(&lines[line_count], text);
  if (file) fclose(file);
}

static void play(const char *from) {
  char path[4096];
  snprintf(folder, sizeof folder, "%s", from);
  snprintf(path, sizeof path, "%s/video", folder);
  read_lines(path);
  snprintf(path, sizeof path, "%s/state", folder);
  shared = state_open(path);
}

/*
 * Plays what lies in this folder from now on. For a process that has no session, no context and no memory. Its libdrm may
 * be the system's, which knows no node of the lab: libva is told the name of the driver, one of several for the same.
 */
void lab_play(const char *from) {
  play(from);
  setenv("LIBVA_DRIVERS_PATH", from, 1);
  setenv("LIBVA_DRIVER_NAME", "iHD", 1);
}

static void __attribute__((constructor)) load(void) {
  Dl_info info;
  char from[4000];
  dladdr((void *)load, &info);
  snprintf(from, sizeof from, "%s", info.dli_fname);
  char *slash = strrchr(from, '/');
  if (slash) *slash = 0;
  else strcpy(from, ".");
  lines = calloc(MAX_LINES, sizeof *lines);
  play(from);
  /* A driver stays loaded: contexts and memory outlive who opened it last. */
  dlopen(info.dli_fname, RTLD_NOW | RTLD_NOLOAD | RTLD_NODELETE);
}

struct state *state(void) {
  return shared;
}

void path_in_folder(char *out, size_t size, const char *name) {
  if (name[0] == '/') snprintf(out, size, "%s", name);
  else snprintf(out, size, "%s/%s", folder, name);
}

static int is_about(const struct script_line *line, int device, const char *key) {
  if (strcmp(line->key, key) != 0) return 0;
  if (device == SYSTEM) return strcmp(line->scope, "system") == 0;
  return strcmp(line->scope, "*") == 0 ||
         (line->scope[0] >= '0' && line->scope[0] <= '9' && atoi(line->scope) == device);
}

static int holds(const struct script_line *line, int device, long call) {
  if (call < line->from_call) return 0;
  if (line->after_seconds > 0 && state_seconds(shared) < line->after_seconds) return 0;
  if (line->from_frame > 0 && (device < 0 || (long)shared->gpus[device].frames < line->from_frame)) return 0;
  return 1;
}

void tell(int device, const char *format, ...) {
  char path[4096], text[512];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  path_in_folder(path, sizeof path, "story");
  FILE *file = fopen(path, "ae");
  if (!file) return;
  fprintf(file, "%.3f %d %s\n", state_seconds(shared), device, text);
  fclose(file);
}

/* The first time that a line is felt on a device. */
static int is_news(const struct script_line *line, int device) {
  uint32_t bit = 1u << (device < 0 ? 31 : device % 31);
  uint32_t *felt = &shared->felt[line - lines];
  return !(__atomic_fetch_or(felt, bit, __ATOMIC_RELAXED) & bit);
}

static const struct script_line *line_that_holds(int device, const char *key, long call) {
  const struct script_line *found = NULL;
  for (int i = 0; i < line_count; i++)
    if (is_about(&lines[i], device, key) && holds(&lines[i], device, call)) found = &lines[i];
  if (found && strcmp(found->answer, "hang") == 0) {
    if (is_news(found, device)) tell(device, "%s hangs", key);
    for (;;) pause();
  }
  if (found && strcmp(found->answer, "abort") == 0) {
    if (is_news(found, device)) tell(device, "%s aborts the process", key);
    abort();
  }
  return found;
}

static const char *answer(int device, const char *key, long call) {
  const struct script_line *found = line_that_holds(device, key, call);
  return found ? found->answer : NULL;
}

const char *said(int device, const char *key) {
  return answer(device, key, 0);
}

double number_said(int device, const char *key, double otherwise) {
  const struct script_line *found = line_that_holds(device, key, 0);
  if (found && strcmp(key, "slow") == 0 && is_news(found, device)) tell(device, "slows down to %s of its pace", found->answer);
  return found ? strtod(found->answer, NULL) : otherwise;
}

int each_said(int device, const char *key, void (*take)(void *to, int index, const char *answer), void *to) {
  int count = 0;
  for (int i = 0; i < line_count; i++)
    if (is_about(&lines[i], device, key)) take(to, count++, lines[i].answer);
  return count;
}

/* Counted for all processes, and only where a line waits for a call. */
static long count_call(int device, const char *function) {
  int waited_for = 0;
  for (int i = 0; i < line_count; i++) waited_for |= is_about(&lines[i], device, function) && lines[i].from_call > 0;
  if (!waited_for) return 0;
  state_lock(shared);
  struct state_counter *counter = NULL;
  for (int i = 0; i < STATE_COUNTERS && !counter; i++) {
    struct state_counter *each = &shared->counters[i];
    if (!each->function[0]) {
      snprintf(each->function, sizeof each->function, "%s", function);
      each->gpu = device;
    }
    if (each->gpu == device && strcmp(each->function, function) == 0) counter = each;
  }
  long calls = counter ? ++counter->calls : 0;
  state_unlock(shared);
  return calls;
}

/* DEVICE kmsg TEXT, in the format of /dev/kmsg, into the file "kmsg": once, by whoever comes by first. */
static void tell_kernel_log(void) {
  for (int i = 0; i < line_count; i++) {
    const struct script_line *line = &lines[i];
    int device = strcmp(line->scope, "system") == 0 ? SYSTEM : atoi(line->scope);
    if (strcmp(line->key, "kmsg") != 0 || shared->told[i] || !holds(line, device, 0)) continue;
    state_lock(shared);
    if (!shared->told[i]) {
      char path[4096];
      path_in_folder(path, sizeof path, "kmsg");
      FILE *file = fopen(path, "ae");
      if (file) {
        fprintf(file, "4,%u,%lld,-;%s\n", shared->kernel_sequence++, (long long)(now_ns() / 1000), line->answer);
        fclose(file);
      }
      shared->told[i] = 1;
    }
    state_unlock(shared);
  }
}

int code_of(int device, const char *function) {
  tell_kernel_log();
  const struct script_line *found = line_that_holds(device, function, count_call(device, function));
  int code = found ? atoi(found->answer) : 0;
  if (code && is_news(found, device)) tell(device, "%s fails with %d", function, code);
  return code;
}

int is_lost(int device, int nvenc) {
  const struct script_line *found = device < 0 ? NULL : line_that_holds(device, "lost", 0);
  int codes[2] = {999, 5};
  if (!found || strcmp(found->answer, "no") == 0) return 0;
  sscanf(found->answer, "%d %d", &codes[0], &codes[1]);
  if (is_news(found, device)) tell(device, "is lost: CUDA fails with %d, NVENC with %d", codes[0], codes[1]);
  return codes[nvenc];
}
