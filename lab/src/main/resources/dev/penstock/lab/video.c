/*
 * libcuda, libnvidia-encode and libnvcuvid in one, playing the file "video" in the directory the library lies in. The
 * format is described in the documentation of the Java package dev.penstock.lab.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "video.h"

#define MAX_LINES 1024
#define MAX_WORD 96
#define INVALID_VALUE 1
#define INVALID_CONTEXT 201
#define NVENC_INVALID_PARAM 8
#define NVENC_INVALID_VERSION 15

struct line {
  char words[2][MAX_WORD];
  char rest[MAX_WORD * 2];
};

static struct line lines[MAX_LINES];
static int line_count;
static int current = -1;

static void __attribute__((constructor)) load(void) {
  Dl_info info;
  char path[4096], text[1024];
  dladdr((void *)load, &info);
  snprintf(path, sizeof path - 8, "%s", info.dli_fname);
  char *slash = strrchr(path, '/');
  strcpy(slash ? slash + 1 : path, "video");
  FILE *file = fopen(path, "r");
  while (file && fgets(text, sizeof text, file) && line_count < MAX_LINES) {
    struct line *line = &lines[line_count];
    text[strcspn(text, "\r\n")] = 0;
    int used = 0;
    if (text[0] != '#' && sscanf(text, " %95s %95s%n", line->words[0], line->words[1], &used) == 2) {
      snprintf(line->rest, sizeof line->rest, "%s", text + used + strspn(text + used, " "));
      line_count++;
    }
  }
  if (file) fclose(file);
}

/* The last line that begins with these words; what follows them. */
static const char *find(const char *scope, const char *key) {
  const char *found = NULL;
  for (int i = 0; i < line_count; i++)
    if (strcmp(lines[i].words[0], scope) == 0 && strcmp(lines[i].words[1], key) == 0) found = lines[i].rest;
  if (found && strcmp(found, "hang") == 0) for (;;) pause();
  if (found && strcmp(found, "abort") == 0) abort();
  return found;
}

static const char *of_device(int device, const char *key) {
  char scope[16];
  snprintf(scope, sizeof scope, "%d", device);
  return find(scope, key);
}

static int code(const char *function) {
  const char *found = find("system", function);
  return found ? atoi(found) : 0;
}

static int device_code(int device, const char *function) {
  const char *found = of_device(device, function);
  return found ? atoi(found) : 0;
}

int cuInit(unsigned flags) {
  return flags ? INVALID_VALUE : code("cuInit");
}

int cuDriverGetVersion(int *version) {
  const char *found = find("system", "cuda");
  *version = found ? atoi(found) : 12080;
  return code("cuDriverGetVersion");
}

int cuDeviceGetCount(int *count) {
  *count = 0;
  while (of_device(*count, "name")) (*count)++;
  return 0;
}

int cuDeviceGet(int *device, int ordinal) {
  *device = ordinal;
  return of_device(ordinal, "name") ? 0 : 101;
}

static int text(char *out, int size, const char *found) {
  if (!found) return INVALID_VALUE;
  snprintf(out, size, "%s", found);
  return 0;
}

int cuDeviceGetName(char *name, int size, int device) {
  return text(name, size, of_device(device, "name"));
}

int cuDeviceGetPCIBusId(char *address, int size, int device) {
  return text(address, size, of_device(device, "pci"));
}

int cuDeviceGetUuid_v2(unsigned char *uuid, int device) {
  const char *found = of_device(device, "uuid");
  if (!found) return INVALID_VALUE;
  for (int i = 0; i < 16; i++) {
    unsigned byte = 0;
    sscanf(found + 2 * i, "%2x", &byte);
    uuid[i] = byte;
  }
  return 0;
}

int cuDeviceGetAttribute(int *value, int attribute, int device) {
  const char *found = of_device(device, "compute");
  int major = 0, minor = 0;
  if (!found || (attribute != 75 && attribute != 76)) return INVALID_VALUE;
  sscanf(found, "%d.%d", &major, &minor);
  *value = attribute == 75 ? major : minor;
  return 0;
}

int cuDeviceTotalMem_v2(size_t *bytes, int device) {
  const char *found = of_device(device, "memory");
  *bytes = found ? strtoull(found, NULL, 10) : 0;
  return found ? 0 : INVALID_VALUE;
}

int cuCtxCreate_v2(void **context, unsigned flags, int device) {
  if (flags) return INVALID_VALUE;
  int failed = device_code(device, "cuCtxCreate");
  if (failed) return failed;
  current = device;
  *context = (void *)(intptr_t)(device + 1);
  return 0;
}

int cuCtxDestroy_v2(void *context) {
  if ((intptr_t)context != current + 1) return INVALID_CONTEXT;
  current = -1;
  return 0;
}

/* NVENC: DEVICE encode CODEC-GUID, and DEVICE CODEC/NUMBER VALUE; an encoder is the device's number plus one. */

static int device_of(void *encoder) {
  return (int)(intptr_t)encoder - 1;
}

static void guid_text(GUID guid, char *out) {
  sprintf(out, "%08x-%04x-%04x-%02x%02x-%02x%02x%02x%02x%02x%02x", guid.Data1, guid.Data2, guid.Data3, guid.Data4[0],
          guid.Data4[1], guid.Data4[2], guid.Data4[3], guid.Data4[4], guid.Data4[5], guid.Data4[6], guid.Data4[7]);
}

static GUID guid_parsed(const char *words) {
  GUID guid;
  unsigned a, b, c, d[8];
  memset(&guid, 0, sizeof guid);
  if (sscanf(words, "%8x-%4x-%4x-%2x%2x-%2x%2x%2x%2x%2x%2x", &a, &b, &c, &d[0], &d[1], &d[2], &d[3], &d[4], &d[5],
             &d[6], &d[7]) == 11) {
    guid.Data1 = a;
    guid.Data2 = b;
    guid.Data3 = c;
    for (int i = 0; i < 8; i++) guid.Data4[i] = d[i];
  }
  return guid;
}

static int guids(int device, const char *key, GUID *out, uint32_t room, uint32_t *count) {
  char scope[16];
  uint32_t found = 0;
  snprintf(scope, sizeof scope, "%d", device);
  for (int i = 0; i < line_count; i++) {
    if (strcmp(lines[i].words[0], scope) == 0 && strcmp(lines[i].words[1], key) == 0) {
      if (out && found < room) out[found] = guid_parsed(lines[i].rest);
      found++;
    }
  }
  *count = found;
  return 0;
}

static int codec_count(void *encoder, uint32_t *count) {
  return guids(device_of(encoder), "encode", NULL, 0, count);
}

static int codec_guids(void *encoder, GUID *out, uint32_t room, uint32_t *count) {
  return guids(device_of(encoder), "encode", out, room, count);
}

static int profile_guids(void *encoder, GUID codec, GUID *out, uint32_t room, uint32_t *count) {
  char key[MAX_WORD];
  guid_text(codec, key);
  strcat(key, "/profile");
  return guids(device_of(encoder), key, out, room, count);
}

static int profile_count(void *encoder, GUID codec, uint32_t *count) {
  return profile_guids(encoder, codec, NULL, 0, count);
}

static uint32_t newest(void) {
  const char *found = find("system", "nvenc");
  int major = 13, minor = 0;
  if (found) sscanf(found, "%d.%d", &major, &minor);
  return (uint32_t)major << 4 | minor;
}

static int knows(uint32_t word, int number) {
  uint32_t api = word & 0xff00ffff;
  api &= 0x0fffffff;
  uint32_t version = (api & 0xff) << 4 | (api >> 24);
  return version <= newest() && word == NVENC_VERSION_WORD(api, number);
}

static int caps(void *encoder, GUID codec, NV_ENC_CAPS_PARAM *asked, int *value) {
  char key[MAX_WORD + 16];
  if (!knows(asked->version, 1)) return NVENC_INVALID_VERSION;
  guid_text(codec, key);
  sprintf(key + strlen(key), "/%u", asked->capsToQuery);
  const char *found = of_device(device_of(encoder), key);
  if (!found) return NVENC_INVALID_PARAM;
  *value = atoi(found);
  return 0;
}

static int destroy(void *encoder) {
  return encoder ? 0 : NVENC_INVALID_PARAM;
}

static int open_session(NV_ENC_OPEN_ENCODE_SESSION_EX_PARAMS *parameters, void **encoder) {
  if (!knows(parameters->version, 1)) return NVENC_INVALID_VERSION;
  if (parameters->deviceType != 1 || (intptr_t)parameters->device != current + 1) return NVENC_INVALID_PARAM;
  int failed = device_code(current, "nvEncOpenEncodeSessionEx");
  if (failed) return failed;
  *encoder = parameters->device;
  return 0;
}

int NvEncodeAPIGetMaxSupportedVersion(uint32_t *version) {
  *version = newest();
  return code("NvEncodeAPIGetMaxSupportedVersion");
}

int NvEncodeAPICreateInstance(NV_ENCODE_API_FUNCTION_LIST *list) {
  if (!knows(list->version, 2)) return NVENC_INVALID_VERSION;
  list->nvEncGetEncodeGUIDCount = codec_count;
  list->nvEncGetEncodeGUIDs = codec_guids;
  list->nvEncGetEncodeProfileGUIDCount = profile_count;
  list->nvEncGetEncodeProfileGUIDs = profile_guids;
  list->nvEncGetEncodeCaps = caps;
  list->nvEncDestroyEncoder = destroy;
  list->nvEncOpenEncodeSessionEx = open_session;
  return 0;
}

/* NVDEC: DEVICE decode/CODEC/CHROMA/BITS ENGINES MINWIDTH MINHEIGHT MAXWIDTH MAXHEIGHT MACROBLOCKS. */
int cuvidGetDecoderCaps(CUVIDDECODECAPS *asked) {
  char key[MAX_WORD];
  unsigned engines, min_width, min_height, max_width, max_height, macroblocks;
  if (current < 0) return INVALID_CONTEXT;
  int failed = device_code(current, "cuvidGetDecoderCaps");
  if (failed) return failed;
  snprintf(key, sizeof key, "decode/%u/%u/%u", asked->eCodecType, asked->eChromaFormat, asked->nBitDepthMinus8 + 8);
  const char *found = of_device(current, key);
  if (found && sscanf(found, "%u %u %u %u %u %u", &engines, &min_width, &min_height, &max_width, &max_height,
                      &macroblocks) == 6) {
    asked->bIsSupported = 1;
    asked->nNumNVDECs = engines;
    asked->nMinWidth = min_width;
    asked->nMinHeight = min_height;
    asked->nMaxWidth = max_width;
    asked->nMaxHeight = max_height;
    asked->nMaxMBCount = macroblocks;
  }
  return 0;
}
