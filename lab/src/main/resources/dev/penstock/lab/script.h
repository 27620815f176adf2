/*
 * What a scenario says, and what the processes of a machine share: the sessions, the memory, the pictures and the calls
 * of each GPU, in the file "state" beside the libraries. Included by the libraries of NVML and of video alike.
 */
#ifndef PENSTOCK_LAB_SCRIPT_H
#define PENSTOCK_LAB_SCRIPT_H

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define STATE_GPUS 16
#define STATE_SESSIONS 256
#define STATE_PROCESSES 256
#define STATE_COUNTERS 256
#define STATE_SLOTS 10
#define STATE_SLOT_NS 100000000LL
#define STATE_ENGINES 8

struct state_session {
  int pid, gpu, codec, width, height, limited;
  uint32_t id;
  uint64_t frames;
  int64_t first_ns, last_ns, latency_ns;
};

struct state_process {
  int pid;
  int64_t used[STATE_GPUS];
};

struct state_gpu {
  uint64_t frames;
  int64_t free_ns[STATE_ENGINES];
  int64_t slot_busy[STATE_SLOTS], slot_number[STATE_SLOTS];
};

struct state_counter {
  int gpu;
  char function[60];
  long calls;
};

struct state {
  int ready;
  pthread_mutex_t lock;
  int64_t start_ns;
  uint32_t next_session, kernel_sequence;
  struct state_gpu gpus[STATE_GPUS];
  struct state_session sessions[STATE_SESSIONS];
  struct state_process processes[STATE_PROCESSES];
  struct state_counter counters[STATE_COUNTERS];
  /* Which lines of the kernel's log were written, by the number of the line in the scenario. */
  uint8_t told[4096];
  /* Of which devices a line made a call fail, a bit for each. */
  uint32_t felt[4096];
};

static inline int64_t now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000000LL + now.tv_nsec;
}

/* Its own when the file cannot be made: then nothing is shared. */
static inline struct state *state_open(const char *path) {
  int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  void *at = MAP_FAILED;
  if (file >= 0) flock(file, LOCK_EX);
  if (file >= 0 && ftruncate(file, sizeof(struct state)) == 0)
    at = mmap(NULL, sizeof(struct state), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (at == MAP_FAILED)
    at = mmap(NULL, sizeof(struct state), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (at == MAP_FAILED) abort();
  struct state *state = at;
  if (!state->ready) {
    pthread_mutexattr_t shared;
    pthread_mutexattr_init(&shared);
    pthread_mutexattr_setpshared(&shared, PTHREAD_PROCESS_SHARED);
    pthread_mutexattr_setrobust(&shared, PTHREAD_MUTEX_ROBUST);
    pthread_mutex_init(&state->lock, &shared);
    state->start_ns = now_ns();
    state->ready = 1;
  }
  /* The mapping keeps the file open, and with it the lock. */
  if (file >= 0) flock(file, LOCK_UN);
  if (file >= 0) close(file);
  return state;
}

static inline void state_lock(struct state *state) {
  if (pthread_mutex_lock(&state->lock) == EOWNERDEAD) pthread_mutex_consistent(&state->lock);
}

static inline void state_unlock(struct state *state) {
  pthread_mutex_unlock(&state->lock);
}

static inline double state_seconds(const struct state *state) {
  return (now_ns() - state->start_ns) / 1e9;
}

static inline int gone(int pid) {
  return pid && kill(pid, 0) != 0 && errno == ESRCH;
}

/* What processes that ended have left behind. The lock is held. */
static inline void state_forget_the_dead(struct state *state) {
  for (int i = 0; i < STATE_SESSIONS; i++)
    if (gone(state->sessions[i].pid)) memset(&state->sessions[i], 0, sizeof state->sessions[i]);
  for (int i = 0; i < STATE_PROCESSES; i++)
    if (gone(state->processes[i].pid)) memset(&state->processes[i], 0, sizeof state->processes[i]);
}

/* The lock is held. */
static inline int64_t state_used(const struct state *state, int gpu) {
  int64_t used = 0;
  for (int i = 0; i < STATE_PROCESSES; i++) used += state->processes[i].pid ? state->processes[i].used[gpu] : 0;
  return used;
}

/* The lock is held. Nanoseconds in which an engine of the GPU worked, of the last whole second. */
static inline int64_t state_busy(const struct state *state, int gpu) {
  int64_t busy = 0, slot = now_ns() / STATE_SLOT_NS;
  for (int i = 0; i < STATE_SLOTS; i++)
    if (slot - state->gpus[gpu].slot_number[i] <= STATE_SLOTS) busy += state->gpus[gpu].slot_busy[i];
  return busy;
}

#define SCRIPT_WORD 96

struct script_line {
  char scope[16], key[SCRIPT_WORD], answer[512];
  long from_call, from_frame;
  double after_seconds;
};

/* SCOPE KEY [from CALL] [after SECONDS] [frame PICTURE] ANSWER; 0 where there is nothing in the line. */
static inline int script_parse(struct script_line *line, char *text) {
  int used = 0, more = 1;
  memset(line, 0, sizeof *line);
  text[strcspn(text, "\r\n")] = 0;
  if (text[0] == '#' || sscanf(text, " %15s %95s%n", line->scope, line->key, &used) != 2) return 0;
  text += used;
  while (more) {
    used = 0;
    sscanf(text, " from %ld%n", &line->from_call, &used);
    if (!used) sscanf(text, " after %lf%n", &line->after_seconds, &used);
    if (!used) sscanf(text, " frame %ld%n", &line->from_frame, &used);
    text += used;
    more = used;
  }
  snprintf(line->answer, sizeof line->answer, "%s", text + strspn(text, " \t"));
  return 1;
}

#endif
