/*
 * A libnvidia-ml.so.1 that plays a scenario: the file "scenario" in the directory the library lies in. The format is
 * described in the documentation of the Java package dev.penstock.lab. What no line of the scenario is about is
 * answered with NOT_SUPPORTED.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "nvml.h"
#include "script.h"

#define MAX_LINES 4096
#define MAX_TEXT 2048
#define MAX_NAME 80
#define MAX_GPUS 16
#define NO_ARGUMENT -1
#define EVERY_GPU -2
#define SYSTEM -1

struct line {
  int gpu;
  char function[MAX_NAME];
  long argument;
  long from_call;
  double after_seconds;
  long from_frame;
  char answer[MAX_TEXT];
};

struct counter {
  int gpu;
  char function[MAX_NAME];
  long argument;
  long calls;
};

struct lab_device {
  int index;
};

static struct line lines[MAX_LINES];
static int line_count;
static struct counter counters[MAX_LINES];
static int counter_count;
static struct lab_device devices[MAX_GPUS];
static struct timespec start;
/* Of a fleet, whose libraries of video keep it; NULL without one. */
static struct state *shared;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void scenario_path(char *path, size_t size) {
  Dl_info info;
  dladdr((void *)scenario_path, &info);
  snprintf(path, size, "%s", info.dli_fname);
  char *slash = strrchr(path, '/');
  snprintf(slash ? slash + 1 : path, 16, "scenario");
}

static int scope(const char *word) {
  if (strcmp(word, "system") == 0) return SYSTEM;
  if (strcmp(word, "*") == 0) return EVERY_GPU;
  return atoi(word);
}

/* SCOPE FUNCTION[/ARGUMENT] [from CALL] [after SECONDS] [frame PICTURE] ANSWER */
static void add_line(char *text) {
  char where[16], what[MAX_NAME];
  int used = 0;
  if (text[0] == '#' || sscanf(text, " %15s %79s %n", where, what, &used) < 2 || line_count == MAX_LINES) return;
  struct line *line = &lines[line_count++];
  char *rest = text + used;
  line->gpu = scope(where);
  char *slash = strchr(what, '/');
  line->argument = slash ? atol(slash + 1) : NO_ARGUMENT;
  if (slash) *slash = 0;
  snprintf(line->function, sizeof line->function, "%s", what);
  used = 0;
  if (sscanf(rest, "from %ld %n", &line->from_call, &used) == 1) rest += used;
  used = 0;
  if (sscanf(rest, "after %lf %n", &line->after_seconds, &used) == 1) rest += used;
  used = 0;
  if (sscanf(rest, "frame %ld %n", &line->from_frame, &used) == 1) rest += used;
  snprintf(line->answer, sizeof line->answer, "%s", rest);
  line->answer[strcspn(line->answer, "\r\n")] = 0;
}

static void __attribute__((constructor)) load(void) {
  char path[4096], text[MAX_TEXT + MAX_NAME + 64];
  scenario_path(path, sizeof path);
  clock_gettime(CLOCK_MONOTONIC, &start);
  for (int i = 0; i < MAX_GPUS; i++) devices[i].index = i;
  FILE *file = fopen(path, "r");
  if (!file) return;
  while (fgets(text, sizeof text, file)) add_line(text);
  fclose(file);
  snprintf(strrchr(path, '/') + 1, 16, "state");
  if (access(path, F_OK) == 0) shared = state_open(path);
}

static double seconds(void) {
  if (shared) return state_seconds(shared);
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (now.tv_sec - start.tv_sec) + (now.tv_nsec - start.tv_nsec) / 1e9;
}

static long count_call(int gpu, const char *function, long argument) {
  pthread_mutex_lock(&lock);
  struct counter *counter = NULL;
  for (int i = 0; i < counter_count && !counter; i++) {
    if (counters[i].gpu == gpu && counters[i].argument == argument && strcmp(counters[i].function, function) == 0)
      counter = &counters[i];
  }
  if (!counter && counter_count < MAX_LINES) {
    counter = &counters[counter_count++];
    counter->gpu = gpu;
    counter->argument = argument;
    snprintf(counter->function, sizeof counter->function, "%s", function);
  }
  long calls = counter ? ++counter->calls : 1;
  pthread_mutex_unlock(&lock);
  return calls;
}

static int applies(const struct line *line, int gpu, const char *function, long argument, long call, double now) {
  return (line->gpu == gpu || (line->gpu == EVERY_GPU && gpu >= 0)) &&
         (strcmp(line->function, function) == 0 || strcmp(line->function, "*") == 0) &&
         (line->argument == NO_ARGUMENT || line->argument == argument) && call >= line->from_call &&
         now >= line->after_seconds &&
         (!line->from_frame || (shared && gpu >= 0 && (long)shared->gpus[gpu].frames >= line->from_frame));
}

/* What follows from the sessions that run, in the words of a scenario. The lock is held. */

static int engines_of(int gpu) {
  int used = 0;
  for (int i = 0; i < STATE_ENGINES; i++) used += shared->gpus[gpu].free_ns[i] != 0;
  return used ? used : 1;
}

static int busy_percent(int gpu) {
  int64_t percent = state_busy(shared, gpu) / (STATE_SLOTS * STATE_SLOT_NS / 100) / engines_of(gpu);
  return percent > 100 ? 100 : (int)percent;
}

static unsigned int fps(const struct state_session *session) {
  int64_t span = session->last_ns - session->first_ns;
  return span > 0 ? (unsigned int)((session->frames - 1) * 1e9 / span + 0.5) : 0;
}

static void live_sessions(int gpu, char *out, size_t size) {
  size_t used = 0;
  for (int i = 0; i < STATE_SESSIONS && used < size; i++) {
    const struct state_session *s = &shared->sessions[i];
    if (s->pid && s->width && s->gpu == gpu)
      used += (size_t)snprintf(out + used, size - used, "%s%u %d %d %d %d %u %lld", used ? "; " : "", s->id, s->pid,
                               s->codec, s->width, s->height, fps(s), (long long)(s->latency_ns / 1000));
  }
}

static void live_processes(int gpu, char *out, size_t size) {
  size_t used = 0;
  for (int i = 0; i < STATE_PROCESSES && used < size; i++) {
    const struct state_process *p = &shared->processes[i];
    if (p->pid && p->used[gpu] > 0)
      used += (size_t)snprintf(out + used, size - used, "%s%d %lld", used ? "; " : "", p->pid,
                               (long long)p->used[gpu]);
  }
}

static void live_memory(int gpu, const char *total, char *out, size_t size) {
  long long all = atoll(total), used = state_used(shared, gpu);
  snprintf(out, size, "%lld 0 %lld %lld", all, all - used, used);
}

/* "live", with the memory of the device behind it where that is asked for. */
static const char *live(int gpu, const char *function, const char *text) {
  static __thread char out[MAX_TEXT];
  snprintf(out, sizeof out, "-");
  if (!shared || gpu < 0 || gpu >= STATE_GPUS) return out;
  state_lock(shared);
  state_forget_the_dead(shared);
  if (strcmp(function, "nvmlDeviceGetEncoderUtilization") == 0)
    snprintf(out, sizeof out, "%d 1000000", busy_percent(gpu));
  else if (strcmp(function, "nvmlDeviceGetEncoderSessions") == 0) live_sessions(gpu, out, sizeof out);
  else if (strcmp(function, "nvmlDeviceGetComputeRunningProcesses_v3") == 0) live_processes(gpu, out, sizeof out);
  else if (strcmp(function, "nvmlDeviceGetMemoryInfo_v2") == 0) live_memory(gpu, text, out, sizeof out);
  state_unlock(shared);
  return out;
}

/* The last line that applies wins. Sets text to its answer when that is no return code. */
static nvmlReturn_t answer(int gpu, const char *function, long argument, const char **text) {
  long call = count_call(gpu, function, argument);
  double now = seconds();
  const struct line *found = NULL;
  for (int i = 0; i < line_count; i++) {
    if (applies(&lines[i], gpu, function, argument, call, now)) found = &lines[i];
  }
  if (!found) return NVML_ERROR_NOT_SUPPORTED;
  *text = found->answer;
  if (strcmp(*text, "hang") == 0) {
    for (;;) pause();
  }
  if (strncmp(*text, "live", 4) == 0) *text = live(gpu, function, *text + 4);
  return **text == '!' ? atoi(*text + 1) : NVML_SUCCESS;
}

static nvmlReturn_t numbers(int gpu, const char *function, long argument, unsigned long long *values, int count) {
  const char *text = "";
  nvmlReturn_t status = answer(gpu, function, argument, &text);
  char *end = (char *)text;
  for (int i = 0; status == NVML_SUCCESS && i < count; i++) values[i] = strtoull(end, &end, 0);
  return status;
}

static nvmlReturn_t words(int gpu, const char *function, char *out, unsigned int size) {
  const char *text = "";
  nvmlReturn_t status = answer(gpu, function, NO_ARGUMENT, &text);
  if (status != NVML_SUCCESS) return status;
  if (strlen(text) >= size) return NVML_ERROR_INSUFFICIENT_SIZE;
  memcpy(out, text, strlen(text) + 1);
  return status;
}

#define NUMBER(name)                                          \
  nvmlReturn_t name(nvmlDevice_t d, unsigned int *out) {      \
    unsigned long long v[1];                                  \
    nvmlReturn_t s = numbers(d->index, #name, NO_ARGUMENT, v, 1); \
    if (s == NVML_SUCCESS) *out = (unsigned int)v[0];         \
    return s;                                                 \
  }
#define LONG_NUMBER(name)                                       \
  nvmlReturn_t name(nvmlDevice_t d, unsigned long long *out) {  \
    unsigned long long v[1];                                    \
    nvmlReturn_t s = numbers(d->index, #name, NO_ARGUMENT, v, 1); \
    if (s == NVML_SUCCESS) *out = v[0];                         \
    return s;                                                   \
  }
#define NUMBER_OF(name)                                                    \
  nvmlReturn_t name(nvmlDevice_t d, int argument, unsigned int *out) {     \
    unsigned long long v[1];                                               \
    nvmlReturn_t s = numbers(d->index, #name, argument, v, 1);             \
    if (s == NVML_SUCCESS) *out = (unsigned int)v[0];                      \
    return s;                                                              \
  }
#define TWO_NUMBERS(name)                                                     \
  nvmlReturn_t name(nvmlDevice_t d, unsigned int *first, unsigned int *second) { \
    unsigned long long v[2];                                                  \
    nvmlReturn_t s = numbers(d->index, #name, NO_ARGUMENT, v, 2);             \
    if (s == NVML_SUCCESS) *first = (unsigned int)v[0], *second = (unsigned int)v[1]; \
    return s;                                                                 \
  }
#define TEXT(name)                                                      \
  nvmlReturn_t name(nvmlDevice_t d, char *out, unsigned int size) {     \
    return words(d->index, #name, out, size);                           \
  }

nvmlReturn_t nvmlInitWithFlags(unsigned int flags) {
  unsigned long long v[1] = {0};
  (void)flags;
  nvmlReturn_t s = numbers(SYSTEM, "nvmlInitWithFlags", NO_ARGUMENT, v, 1);
  return s == NVML_ERROR_NOT_SUPPORTED ? NVML_SUCCESS : s;
}

nvmlReturn_t nvmlShutdown(void) { return NVML_SUCCESS; }

nvmlReturn_t nvmlSystemGetDriverVersion(char *out, unsigned int size) {
  return words(SYSTEM, "nvmlSystemGetDriverVersion", out, size);
}

nvmlReturn_t nvmlSystemGetNVMLVersion(char *out, unsigned int size) {
  return words(SYSTEM, "nvmlSystemGetNVMLVersion", out, size);
}

nvmlReturn_t nvmlSystemGetCudaDriverVersion_v2(int *out) {
  unsigned long long v[1];
  nvmlReturn_t s = numbers(SYSTEM, "nvmlSystemGetCudaDriverVersion_v2", NO_ARGUMENT, v, 1);
  if (s == NVML_SUCCESS) *out = (int)v[0];
  return s;
}

nvmlReturn_t nvmlDeviceGetCount_v2(unsigned int *out) {
  unsigned long long v[1];
  nvmlReturn_t s = numbers(SYSTEM, "nvmlDeviceGetCount_v2", NO_ARGUMENT, v, 1);
  *out = s == NVML_SUCCESS ? (unsigned int)v[0] : 0;
  return s == NVML_ERROR_NOT_SUPPORTED ? NVML_SUCCESS : s;
}

nvmlReturn_t nvmlDeviceGetHandleByIndex_v2(unsigned int index, nvmlDevice_t *out) {
  const char *text = "";
  if (index >= MAX_GPUS) return NVML_ERROR_INVALID_ARGUMENT;
  nvmlReturn_t s = answer((int)index, "nvmlDeviceGetHandleByIndex_v2", NO_ARGUMENT, &text);
  *out = &devices[index];
  return s == NVML_ERROR_NOT_SUPPORTED ? NVML_SUCCESS : s;
}

TEXT(nvmlDeviceGetName)
TEXT(nvmlDeviceGetUUID)
TEXT(nvmlDeviceGetSerial)
TEXT(nvmlDeviceGetVbiosVersion)
TEXT(nvmlDeviceGetInforomImageVersion)
NUMBER(nvmlDeviceGetMinorNumber)
NUMBER(nvmlDeviceGetBrand)
NUMBER(nvmlDeviceGetArchitecture)
NUMBER(nvmlDeviceGetNumaNodeId)
TWO_NUMBERS(nvmlDeviceGetGspFirmwareMode)
NUMBER(nvmlDeviceGetMaxPcieLinkGeneration)
NUMBER(nvmlDeviceGetGpuMaxPcieLinkGeneration)
NUMBER(nvmlDeviceGetCurrPcieLinkGeneration)
NUMBER(nvmlDeviceGetMaxPcieLinkWidth)
NUMBER(nvmlDeviceGetCurrPcieLinkWidth)
NUMBER(nvmlDeviceGetPcieReplayCounter)
NUMBER_OF(nvmlDeviceGetPcieThroughput)
TWO_NUMBERS(nvmlDeviceGetEncoderUtilization)
TWO_NUMBERS(nvmlDeviceGetDecoderUtilization)
TWO_NUMBERS(nvmlDeviceGetJpgUtilization)
TWO_NUMBERS(nvmlDeviceGetOfaUtilization)
NUMBER_OF(nvmlDeviceGetTemperature)
NUMBER_OF(nvmlDeviceGetTemperatureThreshold)
NUMBER_OF(nvmlDeviceGetFanSpeed_v2)
NUMBER(nvmlDeviceGetPowerUsage)
NUMBER(nvmlDeviceGetEnforcedPowerLimit)
NUMBER(nvmlDeviceGetPowerManagementLimit)
NUMBER(nvmlDeviceGetPowerManagementDefaultLimit)
TWO_NUMBERS(nvmlDeviceGetPowerManagementLimitConstraints)
LONG_NUMBER(nvmlDeviceGetTotalEnergyConsumption)
NUMBER(nvmlDeviceGetPowerSource)
NUMBER_OF(nvmlDeviceGetClockInfo)
NUMBER_OF(nvmlDeviceGetMaxClockInfo)
NUMBER(nvmlDeviceGetPerformanceState)
LONG_NUMBER(nvmlDeviceGetCurrentClocksEventReasons)
LONG_NUMBER(nvmlDeviceGetCurrentClocksThrottleReasons)
TWO_NUMBERS(nvmlDeviceGetEccMode)
NUMBER(nvmlDeviceGetRetiredPagesPendingStatus)
TWO_NUMBERS(nvmlDeviceGetMigMode)
NUMBER(nvmlDeviceGetComputeMode)
NUMBER(nvmlDeviceGetPersistenceMode)
NUMBER(nvmlDeviceGetVirtualizationMode)

nvmlReturn_t nvmlDeviceGetGspFirmwareVersion(nvmlDevice_t d, char *out) {
  return words(d->index, "nvmlDeviceGetGspFirmwareVersion", out, 80);
}

nvmlReturn_t nvmlDeviceValidateInforom(nvmlDevice_t d) {
  const char *text = "";
  return answer(d->index, "nvmlDeviceValidateInforom", NO_ARGUMENT, &text);
}

/* Answer: DOMAIN BUS DEVICE DEVICE_ID SUBSYSTEM_ID, each with 0x where hexadecimal. */
nvmlReturn_t nvmlDeviceGetPciInfo_v3(nvmlDevice_t d, nvmlPciInfo_t *out) {
  unsigned long long v[5];
  nvmlReturn_t s = numbers(d->index, "nvmlDeviceGetPciInfo_v3", NO_ARGUMENT, v, 5);
  if (s != NVML_SUCCESS) return s;
  unsigned int domain = (unsigned int)v[0], bus = (unsigned int)v[1] & 0xff, device = (unsigned int)v[2] & 0x1f;
  *out = (nvmlPciInfo_t){.domain = domain, .bus = bus, .device = device};
  out->pciDeviceId = (unsigned int)v[3];
  out->pciSubSystemId = (unsigned int)v[4];
  snprintf(out->busIdLegacy, sizeof out->busIdLegacy, "%04X:%02X:%02X.0", domain & 0xffff, bus, device);
  snprintf(out->busId, sizeof out->busId, "%08X:%02X:%02X.0", domain, bus, device);
  return s;
}

/* Answer: TOTAL RESERVED FREE USED in bytes. */
nvmlReturn_t nvmlDeviceGetMemoryInfo_v2(nvmlDevice_t d, nvmlMemory_v2_t *out) {
  unsigned long long v[4];
  if (out->version != NVML_STRUCT_VERSION(nvmlMemory_v2_t, 2)) return NVML_ERROR_ARGUMENT_VERSION_MISMATCH;
  nvmlReturn_t s = numbers(d->index, "nvmlDeviceGetMemoryInfo_v2", NO_ARGUMENT, v, 4);
  if (s == NVML_SUCCESS) out->total = v[0], out->reserved = v[1], out->free = v[2], out->used = v[3];
  return s;
}

/* Answer: TOTAL FREE USED in bytes. */
nvmlReturn_t nvmlDeviceGetBAR1MemoryInfo(nvmlDevice_t d, nvmlBAR1Memory_t *out) {
  unsigned long long v[3];
  nvmlReturn_t s = numbers(d->index, "nvmlDeviceGetBAR1MemoryInfo", NO_ARGUMENT, v, 3);
  if (s == NVML_SUCCESS) *out = (nvmlBAR1Memory_t){v[0], v[1], v[2]};
  return s;
}

nvmlReturn_t nvmlDeviceGetUtilizationRates(nvmlDevice_t d, nvmlUtilization_t *out) {
  unsigned long long v[2];
  nvmlReturn_t s = numbers(d->index, "nvmlDeviceGetUtilizationRates", NO_ARGUMENT, v, 2);
  if (s == NVML_SUCCESS) *out = (nvmlUtilization_t){(unsigned int)v[0], (unsigned int)v[1]};
  return s;
}

nvmlReturn_t nvmlDeviceGetTemperatureV(nvmlDevice_t d, nvmlTemperature_t *out) {
  unsigned long long v[1];
  if (out->version != NVML_STRUCT_VERSION(nvmlTemperature_t, 1)) return NVML_ERROR_ARGUMENT_VERSION_MISMATCH;
  nvmlReturn_t s = numbers(d->index, "nvmlDeviceGetTemperatureV", out->sensorType, v, 1);
  if (s == NVML_SUCCESS) out->temperature = (int)v[0];
  return s;
}

nvmlReturn_t nvmlDeviceGetMarginTemperature(nvmlDevice_t d, nvmlMarginTemperature_t *out) {
  unsigned long long v[1];
  if (out->version != NVML_STRUCT_VERSION(nvmlMarginTemperature_t, 1)) return NVML_ERROR_ARGUMENT_VERSION_MISMATCH;
  nvmlReturn_t s = numbers(d->index, "nvmlDeviceGetMarginTemperature", NO_ARGUMENT, v, 1);
  if (s == NVML_SUCCESS) out->marginTemperature = (int)v[0];
  return s;
}

/* The argument of a line is 10 * (0 corrected, 1 uncorrected) + (0 since boot, 1 ever). */
nvmlReturn_t nvmlDeviceGetTotalEccErrors(nvmlDevice_t d, int type, int counter, unsigned long long *out) {
  unsigned long long v[1];
  nvmlReturn_t s = numbers(d->index, "nvmlDeviceGetTotalEccErrors", 10 * type + counter, v, 1);
  if (s == NVML_SUCCESS) *out = v[0];
  return s;
}

/* Answer: 1 where the threshold is exceeded, else 0. */
nvmlReturn_t nvmlDeviceGetSramEccErrorStatus(nvmlDevice_t d, nvmlEccSramErrorStatus_t *out) {
  unsigned long long v[1];
  if (out->version != NVML_STRUCT_VERSION(nvmlEccSramErrorStatus_t, 1)) return NVML_ERROR_ARGUMENT_VERSION_MISMATCH;
  nvmlReturn_t s = numbers(d->index, "nvmlDeviceGetSramEccErrorStatus", NO_ARGUMENT, v, 1);
  if (s == NVML_SUCCESS) out->bThresholdExceeded = (unsigned int)v[0];
  return s;
}

/* Answer: how many pages; their addresses are made up. */
nvmlReturn_t nvmlDeviceGetRetiredPages_v2(nvmlDevice_t d, int cause, unsigned int *count, unsigned long long *addresses,
                                          unsigned long long *times) {
  unsigned long long v[1];
  nvmlReturn_t s = numbers(d->index, "nvmlDeviceGetRetiredPages_v2", cause, v, 1);
  if (s != NVML_SUCCESS) return s;
  unsigned int room = *count;
  *count = (unsigned int)v[0];
  if (room < *count) return NVML_ERROR_INSUFFICIENT_SIZE;
  for (unsigned int i = 0; i < *count && addresses && times; i++) addresses[i] = 0x1000 * i, times[i] = 0;
  return s;
}

/* Answer: CORRECTED UNCORRECTED PENDING FAILURE. */
nvmlReturn_t nvmlDeviceGetRemappedRows(nvmlDevice_t d, unsigned int *corrected, unsigned int *uncorrected,
                                       unsigned int *pending, unsigned int *failure) {
  unsigned long long v[4];
  nvmlReturn_t s = numbers(d->index, "nvmlDeviceGetRemappedRows", NO_ARGUMENT, v, 4);
  if (s != NVML_SUCCESS) return s;
  *corrected = (unsigned int)v[0];
  *uncorrected = (unsigned int)v[1];
  *pending = (unsigned int)v[2];
  *failure = (unsigned int)v[3];
  return s;
}

/* Answer: MAX HIGH PARTIAL LOW NONE. */
nvmlReturn_t nvmlDeviceGetRowRemapperHistogram(nvmlDevice_t d, nvmlRowRemapperHistogramValues_t *out) {
  unsigned long long v[5];
  nvmlReturn_t s = numbers(d->index, "nvmlDeviceGetRowRemapperHistogram", NO_ARGUMENT, v, 5);
  if (s != NVML_SUCCESS) return s;
  *out = (nvmlRowRemapperHistogramValues_t){(unsigned int)v[0], (unsigned int)v[1], (unsigned int)v[2],
                                            (unsigned int)v[3], (unsigned int)v[4]};
  return s;
}

/* Answer: ENABLED LICENSED PRODUCT NAME. */
nvmlReturn_t nvmlDeviceGetGridLicensableFeatures_v4(nvmlDevice_t d, nvmlGridLicensableFeatures_t *out) {
  const char *text = "";
  nvmlReturn_t s = answer(d->index, "nvmlDeviceGetGridLicensableFeatures_v4", NO_ARGUMENT, &text);
  if (s != NVML_SUCCESS) return s;
  memset(out, 0, sizeof *out);
  nvmlGridLicensableFeature_t *feature = &out->gridLicensableFeatures[0];
  out->isGridLicenseSupported = 1;
  out->licensableFeaturesCount = 1;
  sscanf(text, "%u %u %127[^\n]", &feature->featureEnabled, &feature->featureState, feature->productName);
  return s;
}

/* The argument of a line is the field's number. Answer: the value, with "double" or "int" before it where it is no
 * unsigned long long. */
static void field(int gpu, nvmlFieldValue_t *out) {
  const char *text = "";
  out->nvmlReturn = answer(gpu, "nvmlDeviceGetFieldValues", (long)out->fieldId, &text);
  if (out->nvmlReturn != NVML_SUCCESS) return;
  out->value.ullVal = 0;
  if (strncmp(text, "double ", 7) == 0) {
    out->valueType = 0;
    out->value.dVal = atof(text + 7);
  } else if (strncmp(text, "int ", 4) == 0) {
    out->valueType = 5;
    out->value.siVal = atoi(text + 4);
  } else {
    out->valueType = 3;
    out->value.ullVal = strtoull(text, NULL, 0);
  }
}

nvmlReturn_t nvmlDeviceGetFieldValues(nvmlDevice_t d, int count, nvmlFieldValue_t *values) {
  for (int i = 0; i < count; i++) field(d->index, &values[i]);
  return NVML_SUCCESS;
}

static unsigned int items(const char *text) {
  unsigned int count = text[strspn(text, " -")] != 0;
  for (; *text; text++) count += *text == ';';
  return count;
}

static const char *next_item(const char *text) {
  const char *semicolon = strchr(text, ';');
  return semicolon ? semicolon + 1 : text + strlen(text);
}

/* What a call with room for fewer than there are answers. */
static nvmlReturn_t list(int gpu, const char *function, unsigned int *count, const char **text) {
  nvmlReturn_t s = answer(gpu, function, NO_ARGUMENT, text);
  if (s != NVML_SUCCESS) return s;
  unsigned int room = *count;
  *count = items(*text);
  return room < *count ? NVML_ERROR_INSUFFICIENT_SIZE : NVML_SUCCESS;
}

/* Answer: SESSION PID CODEC WIDTH HEIGHT FPS LATENCY_US, with semicolons between sessions; "-" for none. */
nvmlReturn_t nvmlDeviceGetEncoderSessions(nvmlDevice_t d, unsigned int *count, nvmlEncoderSessionInfo_t *out) {
  const char *text = "";
  unsigned int room = *count;
  nvmlReturn_t s = list(d->index, "nvmlDeviceGetEncoderSessions", count, &text);
  /* Without room the real one says how many there are, and that it went well. */
  if (room == 0 && s == NVML_ERROR_INSUFFICIENT_SIZE) return NVML_SUCCESS;
  for (unsigned int i = 0; s == NVML_SUCCESS && i < *count; i++, text = next_item(text)) {
    out[i].vgpuInstance = 0;
    sscanf(text, "%u %u %d %u %u %u %u", &out[i].sessionId, &out[i].pid, &out[i].codecType, &out[i].hResolution,
           &out[i].vResolution, &out[i].averageFps, &out[i].averageLatency);
  }
  return s;
}

/* Answer: PID BYTES, with semicolons between processes; "-" for none. */
static nvmlReturn_t processes(int gpu, const char *function, unsigned int *count, nvmlProcessInfo_t *out) {
  const char *text = "";
  nvmlReturn_t s = list(gpu, function, count, &text);
  for (unsigned int i = 0; s == NVML_SUCCESS && i < *count; i++, text = next_item(text)) {
    long long bytes = 0;
    sscanf(text, "%u %lld", &out[i].pid, &bytes);
    out[i].usedGpuMemory = (unsigned long long)bytes;
    out[i].gpuInstanceId = out[i].computeInstanceId = 0xffffffff;
  }
  return s;
}

nvmlReturn_t nvmlDeviceGetComputeRunningProcesses_v3(nvmlDevice_t d, unsigned int *count, nvmlProcessInfo_t *out) {
  return processes(d->index, "nvmlDeviceGetComputeRunningProcesses_v3", count, out);
}

nvmlReturn_t nvmlDeviceGetGraphicsRunningProcesses_v3(nvmlDevice_t d, unsigned int *count, nvmlProcessInfo_t *out) {
  return processes(d->index, "nvmlDeviceGetGraphicsRunningProcesses_v3", count, out);
}

/* Answer: PID TIME_US SM MEMORY ENCODER DECODER, with semicolons between processes; "-" for none. */
nvmlReturn_t nvmlDeviceGetProcessUtilization(nvmlDevice_t d, nvmlProcessUtilizationSample_t *out, unsigned int *count,
                                             unsigned long long since) {
  const char *text = "";
  nvmlReturn_t s = list(d->index, "nvmlDeviceGetProcessUtilization", count, &text);
  if (s == NVML_SUCCESS && *count == 0) return NVML_ERROR_NOT_FOUND;
  (void)since;
  for (unsigned int i = 0; s == NVML_SUCCESS && i < *count; i++, text = next_item(text)) {
    sscanf(text, "%u %llu %u %u %u %u", &out[i].pid, &out[i].timeStamp, &out[i].smUtil, &out[i].memUtil,
           &out[i].encUtil, &out[i].decUtil);
  }
  return s;
}
