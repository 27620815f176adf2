/* Sessions of encoders, of all processes together, and the time that their pictures take. */
#include "lab.h"

#define PICTURE_1080P (1920.0 * 1080)

int session_begin(int device, int limit, int *slot, uint32_t *id) {
  struct state *s = state();
  int used = 0, free = -1;
  state_lock(s);
  state_forget_the_dead(s);
  for (int i = 0; i < STATE_SESSIONS; i++) {
    if (s->sessions[i].pid) used++;
    else if (free < 0) free = i;
  }
  int taken = free >= 0 && (limit < 0 || used < limit);
  if (taken) {
    *slot = free;
    *id = ++s->next_session;
    s->sessions[free] = (struct state_session){.pid = getpid(), .gpu = device, .id = *id};
  }
  state_unlock(s);
  return taken;
}

void session_end(int slot, uint32_t id) {
  struct state *s = state();
  state_lock(s);
  if (s->sessions[slot].id == id) memset(&s->sessions[slot], 0, sizeof s->sessions[slot]);
  state_unlock(s);
}

void session_shape(int slot, int codec, int width, int height) {
  struct state *s = state();
  state_lock(s);
  s->sessions[slot].codec = codec;
  s->sessions[slot].width = width;
  s->sessions[slot].height = height;
  state_unlock(s);
}

/* "DEVICE encoder RATE" is how many pictures of 1080p an engine encodes in a second, and "DEVICE slow FACTOR" how much of
 * that is left. Sessions share the engines; without a rate an encoder takes the time that it takes. Small pictures take
 * x264 longer than the engine: a slow one takes that much longer than either. */
static int64_t cost_ns(int device, const struct state_session *of, int64_t spent) {
  double rate = number_said(device, "encoder", 0), left = number_said(device, "slow", 1);
  double picture = (double)of->width * of->height / PICTURE_1080P;
  double cost = rate > 0 ? 1e9 * picture / rate : (double)spent;
  if (left <= 0 || left >= 1) return (int64_t)cost;
  return (int64_t)((cost > spent ? cost : (double)spent) / left);
}

int64_t session_picture(int device, int slot, int engines, int64_t sent) {
  struct state *shared = state();
  struct state_gpu *gpu = &shared->gpus[device];
  struct state_session *mine = &shared->sessions[slot];
  int64_t cost = cost_ns(device, mine, now_ns() - sent), number = now_ns() / STATE_SLOT_NS;
  int best = 0;
  state_lock(shared);
  for (int i = 1; i < engines && i < STATE_ENGINES; i++)
    if (gpu->free_ns[i] < gpu->free_ns[best]) best = i;
  int64_t from = gpu->free_ns[best] > sent ? gpu->free_ns[best] : sent;
  gpu->free_ns[best] = from + cost;
  if (gpu->slot_number[number % STATE_SLOTS] != number) {
    gpu->slot_number[number % STATE_SLOTS] = number;
    gpu->slot_busy[number % STATE_SLOTS] = 0;
  }
  gpu->slot_busy[number % STATE_SLOTS] += cost;
  gpu->frames++;
  if (!mine->frames++) mine->first_ns = sent;
  mine->last_ns = sent;
  mine->latency_ns = from + cost - sent;
  state_unlock(shared);
  return from + cost;
}

void wait_until(int64_t then) {
  struct timespec at = {then / 1000000000LL, then % 1000000000LL};
  if (then > now_ns())
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL) == EINTR) continue;
}
