/*
 * libva and libva-drm in one, playing the file "va" in the directory the library lies in:
 *
 *   vendor TEXT
 *   fails STATUS                              of vaInitialize
 *   config PROFILE ENTRYPOINT [ATTRIBUTE=VALUE]...   by the numbers of va.h
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_CONFIGS 128
#define NOT_SUPPORTED 0x80000000u

struct config {
  int profile;
  int entrypoint;
  char attributes[256];
};

static struct config configs[MAX_CONFIGS];
static int config_count;
static char vendor[256];
static int failure;
static int open_descriptor = -1;

static void __attribute__((constructor)) load(void) {
  Dl_info info;
  char path[4096], text[1024];
  dladdr((void *)load, &info);
  snprintf(path, sizeof path - 4, "%s", info.dli_fname);
  char *slash = strrchr(path, '/');
  strcpy(slash ? slash + 1 : path, "va");
  FILE *file = fopen(path, "r");
  while (file && fgets(text, sizeof text, file)) {
    struct config *config = &configs[config_count];
    text[strcspn(text, "\r\n")] = 0;
    sscanf(text, "vendor %255[^\n]", vendor);
    sscanf(text, "fails %d", &failure);
    if (config_count < MAX_CONFIGS &&
        sscanf(text, "config %d %d %255[^\n]", &config->profile, &config->entrypoint, config->attributes) >= 2)
      config_count++;
  }
  if (file) fclose(file);
}

void *vaGetDisplayDRM(int descriptor) {
  open_descriptor = descriptor;
  return descriptor < 0 ? NULL : &open_descriptor;
}

int vaInitialize(void *display, int *major, int *minor) {
  *major = 1;
  *minor = 22;
  return display == &open_descriptor ? failure : 3;
}

int vaTerminate(void *display) {
  return display == &open_descriptor ? 0 : 3;
}

const char *vaErrorStr(int status) {
  return status == -1 ? "unknown libva error" : "invalid VADisplay";
}

const char *vaQueryVendorString(void *display) {
  return display == &open_descriptor ? vendor : NULL;
}

int vaMaxNumProfiles(void *display) {
  return display == &open_descriptor ? MAX_CONFIGS : 0;
}

int vaMaxNumEntrypoints(void *display) {
  return display == &open_descriptor ? MAX_CONFIGS : 0;
}

int vaQueryConfigProfiles(void *display, int *profiles, int *count) {
  *count = 0;
  if (display != &open_descriptor) return 3;
  for (int i = 0; i < config_count; i++) {
    int known = 0;
    for (int j = 0; j < *count; j++) known |= profiles[j] == configs[i].profile;
    if (!known) profiles[(*count)++] = configs[i].profile;
  }
  return 0;
}

int vaQueryConfigEntrypoints(void *display, int profile, int *entrypoints, int *count) {
  *count = 0;
  if (display != &open_descriptor) return 3;
  for (int i = 0; i < config_count; i++)
    if (configs[i].profile == profile) entrypoints[(*count)++] = configs[i].entrypoint;
  return 0;
}

struct attribute {
  int type;
  unsigned value;
};

int vaGetConfigAttributes(void *display, int profile, int entrypoint, struct attribute *list, int count) {
  if (display != &open_descriptor) return 3;
  for (int a = 0; a < count; a++) {
    char key[16];
    snprintf(key, sizeof key, " %d=", list[a].type);
    list[a].value = NOT_SUPPORTED;
    for (int i = 0; i < config_count; i++) {
      char words[300];
      snprintf(words, sizeof words, " %s", configs[i].attributes);
      char *found = strstr(words, key);
      if (configs[i].profile == profile && configs[i].entrypoint == entrypoint && found)
        list[a].value = (unsigned)strtoul(found + strlen(key), NULL, 0);
    }
  }
  return 0;
}
