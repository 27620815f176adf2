/*
 * Finds the FFmpeg that is in this process. A copy of its libavcodec is used, because avcodec_open2 holds a lock of the
 * original while the wrapper of NVENC is being opened.
 */
#include "libav.h"

#include <dlfcn.h>
#include <sys/sendfile.h>

#define LIBAVCODEC 62
#define LIBAVUTIL 60

struct libav av;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int loaded;

/* libavcodec under another name, so that the loader takes it for another library. */
static void *copy_of(const char *path) {
  char name[64];
  struct stat about;
  int from = open(path, O_RDONLY | O_CLOEXEC), to = memfd_create("libavcodec-lab", MFD_CLOEXEC);
  if (from < 0 || to < 0 || fstat(from, &about) != 0) return NULL;
  off_t done = 0;
  while (done < about.st_size && sendfile(to, from, &done, (size_t)(about.st_size - done)) > 0) continue;
  close(from);
  snprintf(name, sizeof name, "/proc/self/fd/%d", to);
  void *library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
  close(to);
  return library;
}

#define FROM(library, name)                                                   \
  do {                                                                        \
    *(void **)&av.name = dlsym((library), #name);                             \
    if (!av.name) {                                                           \
      snprintf(error, size, "the lab finds no " #name " in this process");    \
      return 0;                                                               \
    }                                                                         \
  } while (0)

static int load(char *error, size_t size) {
  Dl_info info;
  void *util = dlopen("libavutil.so.60", RTLD_NOW | RTLD_NOLOAD);
  void *codec = dlopen("libavcodec.so.62", RTLD_NOW | RTLD_NOLOAD);
  void *version = codec ? dlsym(codec, "avcodec_version") : NULL;
  if (!util || !version || !dladdr(version, &info)) {
    snprintf(error, size, "the lab encodes with the libavcodec of an FFmpeg 8, and there is none in this process");
    return 0;
  }
  codec = copy_of(info.dli_fname);
  if (!codec) {
    snprintf(error, size, "the lab cannot load a copy of %s: %s", info.dli_fname, dlerror());
    return 0;
  }
  FROM(util, avutil_version);
  FROM(util, av_opt_set);
  FROM(util, av_get_pix_fmt);
  FROM(util, av_frame_alloc);
  FROM(util, av_frame_free);
  FROM(util, av_frame_get_buffer);
  FROM(util, av_frame_clone);
  FROM(util, av_frame_unref);
  FROM(codec, avcodec_version);
  FROM(codec, avcodec_find_encoder_by_name);
  FROM(codec, avcodec_alloc_context3);
  FROM(codec, avcodec_free_context);
  FROM(codec, avcodec_open2);
  FROM(codec, avcodec_find_decoder_by_name);
  FROM(codec, avcodec_default_get_buffer2);
  FROM(codec, avcodec_send_packet);
  FROM(codec, avcodec_receive_frame);
  FROM(codec, av_new_packet);
  FROM(codec, avcodec_send_frame);
  FROM(codec, avcodec_receive_packet);
  FROM(codec, avcodec_parameters_alloc);
  FROM(codec, avcodec_parameters_free);
  FROM(codec, avcodec_parameters_to_context);
  FROM(codec, avcodec_parameters_from_context);
  FROM(codec, av_packet_alloc);
  FROM(codec, av_packet_free);
  FROM(codec, av_packet_unref);
  FROM(codec, av_packet_get_side_data);
  if (av.avcodec_version() >> 16 != LIBAVCODEC || av.avutil_version() >> 16 != LIBAVUTIL) {
    snprintf(error, size, "the lab knows FFmpeg 8, and this is libavcodec %u", av.avcodec_version() >> 16);
    return 0;
  }
  return 1;
}

int libav_load(char *error, size_t size) {
  pthread_mutex_lock(&lock);
  if (!loaded) loaded = load(error, size);
  pthread_mutex_unlock(&lock);
  return loaded;
}
