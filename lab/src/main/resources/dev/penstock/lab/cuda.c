/* libcuda: the memory of a device is the host's, and what is launched has run when the launch returns. */
#include "lab.h"

#define MAX_STACK 64
#define MEMORY_MAGIC 0x4c414231u
#define ALIGNMENT 512
#define TYPE_HOST 1
#define TYPE_ARRAY 3

/* Taken by a call of a device: what the scenario says of it, or that the device is lost. */
#define CALLED(device)                             \
  do {                                             \
    int failed_ = called((device), __func__);      \
    if (failed_) return failed_;                   \
  } while (0)
#define CALLED_HERE()                              \
  do {                                             \
    if (current_device() < 0) return CUDA_INVALID_CONTEXT; \
    CALLED(current_device());                      \
  } while (0)

struct context {
  uint32_t magic;
  int device, references;
  unsigned flags;
  int64_t charged;
};

/* Before what is handed out, in the same allocation. */
struct memory {
  uint32_t magic;
  int device;
  int64_t bytes;
};

struct array {
  uint8_t *at;
  size_t pitch, width, height;
  int channels, bytes;
};

static struct context primaries[STATE_GPUS];
static __thread struct context *stack[MAX_STACK];
static __thread int depth;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static int called(int device, const char *function) {
  char plain[SCRIPT_WORD];
  snprintf(plain, sizeof plain, "%s", function);
  char *version = strstr(plain, "_v2");
  if (version) *version = 0;
  int code = code_of(device, plain);
  return code ? code : is_lost(device, 0);
}

static struct context *current(void) {
  return depth ? stack[depth - 1] : NULL;
}

int device_of_context(const void *context) {
  const struct context *c = context;
  return c && c->magic == MEMORY_MAGIC ? c->device : -1;
}

int current_device(void) {
  return device_of_context(current());
}

/* Devices. */

int cuInit(unsigned flags) {
  return flags ? CUDA_INVALID_VALUE : code_of(SYSTEM, "cuInit");
}

int cuDriverGetVersion(int *version) {
  *version = (int)number_said(SYSTEM, "cuda", 12080);
  return code_of(SYSTEM, "cuDriverGetVersion");
}

static int exists(int device) {
  return device >= 0 && device < STATE_GPUS && said(device, "name") != NULL;
}

int cuDeviceGetCount(int *count) {
  *count = 0;
  while (exists(*count)) (*count)++;
  return code_of(SYSTEM, "cuDeviceGetCount");
}

int cuDeviceGet(int *device, int ordinal) {
  *device = ordinal;
  if (!exists(ordinal)) return CUDA_INVALID_DEVICE;
  return called(ordinal, "cuDeviceGet");
}

static int text(char *out, int size, const char *found) {
  if (!found) return CUDA_INVALID_VALUE;
  snprintf(out, size, "%s", found);
  return 0;
}

int cuDeviceGetName(char *name, int size, int device) {
  return text(name, size, said(device, "name"));
}

int cuDeviceGetPCIBusId(char *address, int size, int device) {
  return text(address, size, said(device, "pci"));
}

/* With and without domain and function, as CUDA takes them. */
static int same_address(const char *a, const char *b) {
  unsigned x[3] = {0}, y[3] = {0};
  if (sscanf(a, "%x:%x:%x", &x[0], &x[1], &x[2]) != 3 && sscanf(a, "%x:%x", &x[1], &x[2]) == 2) x[0] = 0;
  if (sscanf(b, "%x:%x:%x", &y[0], &y[1], &y[2]) != 3 && sscanf(b, "%x:%x", &y[1], &y[2]) == 2) y[0] = 0;
  return memcmp(x, y, sizeof x) == 0;
}

int cuDeviceGetByPCIBusId(int *device, const char *address) {
  for (int i = 0; exists(i); i++) {
    const char *pci = said(i, "pci");
    if (pci && same_address(pci, address)) {
      *device = i;
      return called(i, __func__);
    }
  }
  return CUDA_INVALID_DEVICE;
}

int cuDeviceGetUuid_v2(unsigned char *uuid, int device) {
  const char *found = said(device, "uuid");
  if (!found) return CUDA_INVALID_VALUE;
  for (int i = 0; i < 16; i++) {
    unsigned byte = 0;
    sscanf(found + 2 * i, "%2x", &byte);
    uuid[i] = byte;
  }
  return 0;
}

int cuDeviceGetUuid(unsigned char *uuid, int device) {
  return cuDeviceGetUuid_v2(uuid, device);
}

int cuDeviceComputeCapability(int *major, int *minor, int device) {
  const char *found = said(device, "compute");
  return found && sscanf(found, "%d.%d", major, minor) == 2 ? 0 : CUDA_INVALID_VALUE;
}

static int address_part(int device, int part) {
  unsigned parts[3] = {0};
  const char *pci = said(device, "pci");
  if (pci) sscanf(pci, "%x:%x:%x", &parts[0], &parts[1], &parts[2]);
  return (int)parts[part];
}

int cuDeviceGetAttribute(int *value, int attribute, int device) {
  int major = 0, minor = 0;
  if (cuDeviceComputeCapability(&major, &minor, device)) return CUDA_INVALID_VALUE;
  switch (attribute) {
    case 14:
    case 51: *value = ALIGNMENT; return 0;
    case 16: *value = 64; return 0;
    case 41: *value = 1; return 0;
    case 33: *value = address_part(device, 1); return 0;
    case 34: *value = address_part(device, 2); return 0;
    case 50: *value = address_part(device, 0); return 0;
    case 75: *value = major; return 0;
    case 76: *value = minor; return 0;
    default: *value = 0; return attribute > 0 && attribute < 160 ? 0 : CUDA_INVALID_VALUE;
  }
}

int cuDeviceTotalMem_v2(size_t *bytes, int device) {
  const char *found = said(device, "memory");
  *bytes = found ? strtoull(found, NULL, 10) : 0;
  return found ? 0 : CUDA_INVALID_VALUE;
}

/* Memory. */

static int64_t room(int device) {
  return (int64_t)number_said(device, "memory", 8e9);
}

int device_charge(int device, int64_t bytes) {
  struct state *s = state();
  int charged = 0;
  state_lock(s);
  if (bytes > 0 && state_used(s, device) + bytes > room(device)) state_forget_the_dead(s);
  if (bytes <= 0 || state_used(s, device) + bytes <= room(device)) {
    struct state_process *mine = NULL, *free = NULL;
    for (int i = 0; i < STATE_PROCESSES && !mine; i++) {
      if (s->processes[i].pid == getpid()) mine = &s->processes[i];
      else if (!s->processes[i].pid && !free) free = &s->processes[i];
    }
    if (!mine && free) {
      mine = free;
      mine->pid = getpid();
    }
    if (mine) mine->used[device] += bytes;
    charged = 1;
  }
  state_unlock(s);
  return charged;
}

void *device_alloc(int device, size_t bytes) {
  size_t whole = (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  if (!device_charge(device, (int64_t)whole)) return NULL;
  uint8_t *at = aligned_alloc(ALIGNMENT, whole + 2 * ALIGNMENT);
  if (!at) {
    device_charge(device, -(int64_t)whole);
    return NULL;
  }
  memset(at, 0, whole + 2 * ALIGNMENT);
  *(struct memory *)at = (struct memory){MEMORY_MAGIC, device, (int64_t)whole};
  return at + ALIGNMENT;
}

void device_free(void *at) {
  struct memory *memory = (struct memory *)((uint8_t *)at - ALIGNMENT);
  if (!at || memory->magic != MEMORY_MAGIC) return;
  memory->magic = 0;
  device_charge(memory->device, -memory->bytes);
  free(memory);
}

int cuMemAlloc_v2(uint64_t *out, size_t bytes) {
  CALLED_HERE();
  *out = (uint64_t)(uintptr_t)device_alloc(current_device(), bytes);
  return *out ? 0 : CUDA_OUT_OF_MEMORY;
}

int cuMemAllocPitch_v2(uint64_t *out, size_t *pitch, size_t width, size_t height, unsigned element) {
  (void)element;
  *pitch = (width + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  return cuMemAlloc_v2(out, *pitch * height);
}

int cuMemAllocManaged(uint64_t *out, size_t bytes, unsigned flags) {
  (void)flags;
  return cuMemAlloc_v2(out, bytes);
}

int cuMemFree_v2(uint64_t at) {
  CALLED_HERE();
  device_free((void *)(uintptr_t)at);
  return 0;
}

int cuMemGetInfo_v2(size_t *free, size_t *total) {
  CALLED_HERE();
  struct state *s = state();
  state_lock(s);
  state_forget_the_dead(s);
  *total = (size_t)room(current_device());
  *free = *total - (size_t)state_used(s, current_device());
  state_unlock(s);
  return 0;
}

static void *at(uint64_t address) {
  return (void *)(uintptr_t)address;
}

int cuMemsetD8Async(uint64_t to, unsigned char value, size_t count, void *stream) {
  (void)stream;
  CALLED_HERE();
  memset(at(to), value, count);
  return 0;
}

#define COPY(name, to_type, from_type, to_at, from_at)              \
  int name(to_type to, from_type from, size_t bytes) {              \
    CALLED_HERE();                                                  \
    memmove(to_at, from_at, bytes);                                 \
    return 0;                                                       \
  }
#define COPY_ASYNC(name, to_type, from_type, to_at, from_at)        \
  int name(to_type to, from_type from, size_t bytes, void *stream) { \
    (void)stream;                                                   \
    CALLED_HERE();                                                  \
    memmove(to_at, from_at, bytes);                                 \
    return 0;                                                       \
  }

COPY(cuMemcpy, uint64_t, uint64_t, at(to), at(from))
COPY_ASYNC(cuMemcpyAsync, uint64_t, uint64_t, at(to), at(from))
COPY(cuMemcpyHtoD_v2, uint64_t, const void *, at(to), from)
COPY_ASYNC(cuMemcpyHtoDAsync_v2, uint64_t, const void *, at(to), from)
COPY(cuMemcpyDtoH_v2, void *, uint64_t, to, at(from))
COPY_ASYNC(cuMemcpyDtoHAsync_v2, void *, uint64_t, to, at(from))
COPY(cuMemcpyDtoD_v2, uint64_t, uint64_t, at(to), at(from))
COPY_ASYNC(cuMemcpyDtoDAsync_v2, uint64_t, uint64_t, at(to), at(from))

struct copy_2d {
  size_t from_x, from_y;
  int from_type;
  const uint8_t *from_host;
  uint64_t from_device;
  struct array *from_array;
  size_t from_pitch, to_x, to_y;
  int to_type;
  uint8_t *to_host;
  uint64_t to_device;
  struct array *to_array;
  size_t to_pitch, width, height;
};

static int copy_2d(const struct copy_2d *c) {
  const uint8_t *from = c->from_type == TYPE_HOST    ? c->from_host
                        : c->from_type == TYPE_ARRAY ? c->from_array->at
                                                     : at(c->from_device);
  uint8_t *to = c->to_type == TYPE_HOST ? c->to_host : c->to_type == TYPE_ARRAY ? c->to_array->at : at(c->to_device);
  size_t from_pitch = c->from_type == TYPE_ARRAY ? c->from_array->pitch : c->from_pitch;
  size_t to_pitch = c->to_type == TYPE_ARRAY ? c->to_array->pitch : c->to_pitch;
  if (!from || !to) return CUDA_INVALID_VALUE;
  for (size_t y = 0; y < c->height; y++)
    memmove(to + (c->to_y + y) * to_pitch + c->to_x, from + (c->from_y + y) * from_pitch + c->from_x, c->width);
  return 0;
}

int cuMemcpy2D_v2(const struct copy_2d *copy) {
  CALLED_HERE();
  return copy_2d(copy);
}

int cuMemcpy2DAsync_v2(const struct copy_2d *copy, void *stream) {
  (void)stream;
  CALLED_HERE();
  return copy_2d(copy);
}

struct array_description {
  size_t width, height;
  uint32_t format, channels;
};

static int sample_bytes(uint32_t format) {
  return format == 1 || format == 8 ? 1 : format == 2 || format == 9 || format == 0x10 ? 2 : 4;
}

int cuArrayCreate_v2(struct array **out, const struct array_description *wanted) {
  CALLED_HERE();
  struct array *array = calloc(1, sizeof *array);
  array->width = wanted->width;
  array->height = wanted->height ? wanted->height : 1;
  array->channels = (int)wanted->channels;
  array->bytes = sample_bytes(wanted->format);
  array->pitch = (wanted->width * wanted->channels * (size_t)array->bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  array->at = device_alloc(current_device(), array->pitch * array->height);
  if (!array->at) {
    free(array);
    return CUDA_OUT_OF_MEMORY;
  }
  *out = array;
  return 0;
}

int cuArrayDestroy(struct array *array) {
  device_free(array->at);
  free(array);
  return 0;
}

/* Contexts. */

static struct context *context(int device, unsigned flags) {
  int64_t cost = (int64_t)number_said(device, "context", 0);
  if (!device_charge(device, cost)) return NULL;
  struct context *made = calloc(1, sizeof *made);
  *made = (struct context){MEMORY_MAGIC, device, 1, flags, cost};
  return made;
}

static int push(struct context *context) {
  if (depth == MAX_STACK) return CUDA_INVALID_VALUE;
  stack[depth++] = context;
  return 0;
}

int cuCtxCreate_v2(struct context **out, unsigned flags, int device) {
  if (!exists(device)) return CUDA_INVALID_DEVICE;
  CALLED(device);
  *out = context(device, flags);
  return *out ? push(*out) : CUDA_OUT_OF_MEMORY;
}

int cuCtxDestroy_v2(struct context *gone_now) {
  if (device_of_context(gone_now) < 0) return CUDA_INVALID_CONTEXT;
  if (current() == gone_now) depth--;
  device_charge(gone_now->device, -gone_now->charged);
  gone_now->magic = 0;
  free(gone_now);
  return 0;
}

/* A lost context can still be made current, so that what belongs to it can be freed. */
int cuCtxPushCurrent_v2(struct context *context) {
  return device_of_context(context) < 0 ? CUDA_INVALID_CONTEXT : push(context);
}

int cuCtxPopCurrent_v2(struct context **out) {
  if (!depth) return CUDA_INVALID_CONTEXT;
  struct context *top = stack[--depth];
  if (out) *out = top;
  return 0;
}

int cuCtxGetCurrent(struct context **out) {
  *out = current();
  return 0;
}

int cuCtxSetCurrent(struct context *context) {
  if (depth) depth--;
  return context ? push(context) : 0;
}

int cuCtxGetDevice(int *device) {
  *device = current_device();
  return *device < 0 ? CUDA_INVALID_CONTEXT : 0;
}

int cuCtxSetLimit(int limit, size_t value) {
  (void)limit, (void)value;
  return current_device() < 0 ? CUDA_INVALID_CONTEXT : 0;
}

int cuCtxSynchronize(void) {
  CALLED_HERE();
  return 0;
}

int cuDevicePrimaryCtxRetain(struct context **out, int device) {
  if (!exists(device)) return CUDA_INVALID_DEVICE;
  CALLED(device);
  struct context *primary = &primaries[device];
  int64_t cost = (int64_t)number_said(device, "context", 0);
  pthread_mutex_lock(&lock);
  int charged = primary->references || device_charge(device, cost);
  if (charged && primary->references++ == 0) {
    primary->magic = MEMORY_MAGIC;
    primary->device = device;
    primary->charged = cost;
  }
  pthread_mutex_unlock(&lock);
  *out = primary;
  return charged ? 0 : CUDA_OUT_OF_MEMORY;
}

int cuDevicePrimaryCtxRelease_v2(int device) {
  if (!exists(device)) return CUDA_INVALID_DEVICE;
  pthread_mutex_lock(&lock);
  int held = primaries[device].references > 0;
  if (held && --primaries[device].references == 0) device_charge(device, -primaries[device].charged);
  pthread_mutex_unlock(&lock);
  return held ? 0 : CUDA_INVALID_CONTEXT;
}

int cuDevicePrimaryCtxRelease(int device) {
  return cuDevicePrimaryCtxRelease_v2(device);
}

int cuDevicePrimaryCtxSetFlags_v2(int device, unsigned flags) {
  if (!exists(device)) return CUDA_INVALID_DEVICE;
  primaries[device].flags = flags;
  return 0;
}

int cuDevicePrimaryCtxSetFlags(int device, unsigned flags) {
  return cuDevicePrimaryCtxSetFlags_v2(device, flags);
}

int cuDevicePrimaryCtxGetState(int device, unsigned *flags, int *active) {
  if (!exists(device)) return CUDA_INVALID_DEVICE;
  *flags = primaries[device].flags;
  *active = primaries[device].references > 0;
  return 0;
}

int cuDevicePrimaryCtxReset(int device) {
  return exists(device) ? 0 : CUDA_INVALID_DEVICE;
}

/* Streams and events: everything has happened already. */

int cuStreamCreate(void **stream, unsigned flags) {
  (void)flags;
  CALLED_HERE();
  *stream = malloc(1);
  return 0;
}

int cuStreamDestroy_v2(void *stream) {
  int code = code_of(current_device(), "cuStreamDestroy");
  free(stream);
  return code;
}

int cuStreamQuery(void *stream) {
  (void)stream;
  CALLED_HERE();
  return 0;
}

int cuStreamSynchronize(void *stream) {
  (void)stream;
  CALLED_HERE();
  return 0;
}

int cuStreamAddCallback(void *stream, void (*callback)(void *, int, void *), void *user, unsigned flags) {
  (void)flags;
  callback(stream, 0, user);
  return 0;
}

int cuStreamWaitEvent(void *stream, void *event, unsigned flags) {
  (void)stream, (void)event, (void)flags;
  CALLED_HERE();
  return 0;
}

int cuEventCreate(void **event, unsigned flags) {
  (void)flags;
  CALLED_HERE();
  *event = malloc(1);
  return 0;
}

int cuEventDestroy_v2(void *event) {
  free(event);
  return 0;
}

int cuEventSynchronize(void *event) {
  (void)event;
  CALLED_HERE();
  return 0;
}

int cuEventQuery(void *event) {
  (void)event;
  CALLED_HERE();
  return 0;
}

int cuEventRecord(void *event, void *stream) {
  (void)event, (void)stream;
  CALLED_HERE();
  return 0;
}

/* Modules: a module is its PTX. */

struct function {
  struct function *next;
  char name[128];
  kernel_code *code;
};

struct module {
  char *ptx;
  struct function *functions;
};

int cuModuleLoadData(struct module **out, const void *image) {
  CALLED_HERE();
  if (!strstr(image, ".version")) return CUDA_INVALID_PTX;
  *out = calloc(1, sizeof **out);
  (*out)->ptx = strdup(image);
  return 0;
}

int cuModuleUnload(struct module *module) {
  for (struct function *each = module->functions, *next; each; each = next) {
    next = each->next;
    free(each);
  }
  free(module->ptx);
  free(module);
  return 0;
}

int cuModuleGetFunction(struct function **out, struct module *module, const char *name) {
  CALLED_HERE();
  if (!ptx_has_entry(module->ptx, name)) return CUDA_NOT_FOUND;
  struct function *function = calloc(1, sizeof *function);
  snprintf(function->name, sizeof function->name, "%s", name);
  if (!kernel_compile(module->ptx, name, &function->code)) {
    free(function);
    return CUDA_INVALID_PTX;
  }
  function->next = module->functions;
  module->functions = function;
  *out = function;
  return 0;
}

int cuModuleGetGlobal(uint64_t *out, size_t *bytes, struct module *module, const char *name) {
  (void)out, (void)bytes, (void)module, (void)name;
  return CUDA_NOT_FOUND;
}

int cuLaunchKernel(struct function *function, unsigned grid_x, unsigned grid_y, unsigned grid_z, unsigned block_x,
                   unsigned block_y, unsigned block_z, unsigned shared, void *stream, void **parameters,
                   void **extra) {
  unsigned grid[3] = {grid_x, grid_y, grid_z}, block[3] = {block_x, block_y, block_z};
  (void)shared, (void)stream;
  CALLED_HERE();
  if (extra || !parameters) return CUDA_NOT_SUPPORTED;
  function->code(parameters, grid, block);
  return 0;
}

struct resource {
  uint32_t type;
  union {
    struct array *array;
    struct {
      uint64_t at;
      uint32_t format, channels;
      size_t width, height, pitch;
    } plane;
    int reserved[32];
  };
  unsigned flags;
};

struct sampling {
  uint32_t address[3], filter, flags;
};

#define RESOURCE_ARRAY 0
#define RESOURCE_PLANE 3

int cuTexObjectCreate(uint64_t *out, const struct resource *from, const struct sampling *how, const void *view) {
  (void)view;
  CALLED_HERE();
  if (from->type != RESOURCE_PLANE && from->type != RESOURCE_ARRAY) return CUDA_NOT_SUPPORTED;
  struct texture *texture = calloc(1, sizeof *texture);
  if (from->type == RESOURCE_PLANE)
    *texture = (struct texture){at(from->plane.at), from->plane.width, from->plane.height, from->plane.pitch,
                                (int)from->plane.channels, sample_bytes(from->plane.format), 0, 0};
  else
    *texture = (struct texture){from->array->at, from->array->width, from->array->height, from->array->pitch,
                                from->array->channels, from->array->bytes, 0, 0};
  texture->linear = how->filter == 1;
  texture->whole = how->flags & 1;
  *out = (uint64_t)(uintptr_t)texture;
  return 0;
}

int cuTexObjectDestroy(uint64_t texture) {
  free(at(texture));
  return 0;
}

/* Errors. */

struct error {
  int code;
  const char *name, *text;
};

static const struct error errors[] = {
    {0, "CUDA_SUCCESS", "no error"},
    {1, "CUDA_ERROR_INVALID_VALUE", "invalid argument"},
    {2, "CUDA_ERROR_OUT_OF_MEMORY", "out of memory"},
    {3, "CUDA_ERROR_NOT_INITIALIZED", "initialization error"},
    {46, "CUDA_ERROR_DEVICE_UNAVAILABLE", "CUDA-capable device(s) is/are busy or unavailable"},
    {100, "CUDA_ERROR_NO_DEVICE", "no CUDA-capable device is detected"},
    {101, "CUDA_ERROR_INVALID_DEVICE", "invalid device ordinal"},
    {201, "CUDA_ERROR_INVALID_CONTEXT", "invalid device context"},
    {214, "CUDA_ERROR_ECC_UNCORRECTABLE", "uncorrectable ECC error encountered"},
    {218, "CUDA_ERROR_INVALID_PTX", "a PTX JIT compilation failed"},
    {222, "CUDA_ERROR_UNSUPPORTED_PTX_VERSION", "the provided PTX was compiled with an unsupported toolchain."},
    {400, "CUDA_ERROR_INVALID_HANDLE", "invalid resource handle"},
    {500, "CUDA_ERROR_NOT_FOUND", "named symbol not found"},
    {600, "CUDA_ERROR_NOT_READY", "device not ready"},
    {700, "CUDA_ERROR_ILLEGAL_ADDRESS", "an illegal memory access was encountered"},
    {702, "CUDA_ERROR_LAUNCH_TIMEOUT", "the launch timed out and was terminated"},
    {719, "CUDA_ERROR_LAUNCH_FAILED", "unspecified launch failure"},
    {801, "CUDA_ERROR_NOT_SUPPORTED", "operation not supported"},
    {802, "CUDA_ERROR_SYSTEM_NOT_READY", "system not yet initialized"},
    {803, "CUDA_ERROR_SYSTEM_DRIVER_MISMATCH", "system has unsupported display driver / cuda driver combination"},
    {804, "CUDA_ERROR_COMPAT_NOT_SUPPORTED_ON_DEVICE",
     "forward compatibility was attempted on non supported HW"},
    {999, "CUDA_ERROR_UNKNOWN", "unknown error"},
};

static const struct error *error_of(int code) {
  for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
    if (errors[i].code == code) return &errors[i];
  return NULL;
}

int cuGetErrorName(int code, const char **name) {
  const struct error *error = error_of(code);
  *name = error ? error->name : NULL;
  return error ? 0 : CUDA_INVALID_VALUE;
}

int cuGetErrorString(int code, const char **words) {
  const struct error *error = error_of(code);
  *words = error ? error->text : NULL;
  return error ? 0 : CUDA_INVALID_VALUE;
}

/* FFmpeg does not load the library without these, and a machine without screen has none of them. */
#define ABSENT(name) \
  int name(void) { return CUDA_NOT_SUPPORTED; }

ABSENT(cuLinkCreate)
ABSENT(cuLinkAddData)
ABSENT(cuLinkComplete)
ABSENT(cuLinkDestroy)
ABSENT(cuGLGetDevices_v2)
ABSENT(cuGraphicsGLRegisterImage)
ABSENT(cuGraphicsUnregisterResource)
ABSENT(cuGraphicsMapResources)
ABSENT(cuGraphicsUnmapResources)
ABSENT(cuGraphicsSubResourceGetMappedArray)
ABSENT(cuGraphicsResourceGetMappedPointer_v2)
ABSENT(cuArray3DCreate_v2)
