/*
 * libdrm, as far as libva and libavutil ask for it. A render node of a lab is a file; its number says which GPU it is,
 * and "GPU kernel NAME" which driver the kernel has for it.
 */
#include "lab.h"

#define FIRST_NODE 128
#define NODE_RENDER 2

struct version {
  int major, minor, patch, name_length;
  char *name;
  int date_length;
  char *date;
  int description_length;
  char *description;
};

static int path_of(int descriptor, char *path, size_t size) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  ssize_t length = readlink(link, path, size - 1);
  path[length > 0 ? length : 0] = 0;
  return length > 0;
}

int device_of_node(int descriptor) {
  char path[4096];
  int number = -1;
  char *name = path_of(descriptor, path, sizeof path) ? strrchr(path, '/') : NULL;
  if (!name || sscanf(name, "/renderD%d", &number) != 1 || number < FIRST_NODE) return -1;
  return said(number - FIRST_NODE, "kernel") ? number - FIRST_NODE : -1;
}

int drmGetNodeTypeFromFd(int descriptor) {
  return device_of_node(descriptor) < 0 ? -1 : NODE_RENDER;
}

struct version *drmGetVersion(int descriptor) {
  int device = device_of_node(descriptor);
  if (device < 0) return NULL;
  struct version *version = calloc(1, sizeof *version);
  version->major = 3;
  version->name = strdup(said(device, "kernel"));
  version->name_length = (int)strlen(version->name);
  version->date = strdup("");
  version->description = strdup("");
  return version;
}

void drmFreeVersion(struct version *version) {
  if (!version) return;
  free(version->name);
  free(version->date);
  free(version->description);
  free(version);
}

char *drmGetDeviceNameFromFd(int descriptor) {
  char path[4096];
  return path_of(descriptor, path, sizeof path) ? strdup(path) : NULL;
}

char *drmGetDeviceNameFromFd2(int descriptor) {
  return drmGetDeviceNameFromFd(descriptor);
}

char *drmGetRenderDeviceNameFromFd(int descriptor) {
  return drmGetDeviceNameFromFd(descriptor);
}

/* libva takes a node that is no device for one that wants to be let in. */
int drmGetMagic(int descriptor, unsigned *magic) {
  *magic = 1;
  return device_of_node(descriptor) < 0 ? -1 : 0;
}

int drmAuthMagic(int descriptor, unsigned magic) {
  (void)magic;
  return device_of_node(descriptor) < 0 ? -1 : 0;
}

int drmGetDevice(int descriptor, void **device) {
  (void)descriptor;
  *device = NULL;
  return -ENODEV;
}

void drmFreeDevice(void **device) {
  (void)device;
}

/* Before that it asks X11, by libva-x11.so.2, and complains when there is none. */
void *XOpenDisplay(const char *name) {
  (void)name;
  return NULL;
}

int XCloseDisplay(void *display) {
  (void)display;
  return 0;
}

int VA_DRI2QueryExtension(void *display, int *event, int *error) {
  (void)display, (void)event, (void)error;
  return 0;
}

int VA_DRI2QueryVersion(void *display, int *major, int *minor) {
  (void)display, (void)major, (void)minor;
  return 0;
}


int VA_DRI2Authenticate(void *display, unsigned long window, unsigned magic) {
  (void)display, (void)window, (void)magic;
  return 0;
}
