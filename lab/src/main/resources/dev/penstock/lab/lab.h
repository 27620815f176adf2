/* What the sources of the video libraries share: CUDA, NVENC and NVDEC live in one library, under three names. */
#ifndef PENSTOCK_LAB_LAB_H
#define PENSTOCK_LAB_LAB_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "script.h"
#include "video.h"

#define SYSTEM -1
#define CUDA_INVALID_VALUE 1
#define CUDA_OUT_OF_MEMORY 2
#define CUDA_INVALID_DEVICE 101
#define CUDA_INVALID_CONTEXT 201
#define CUDA_INVALID_PTX 218
#define CUDA_INVALID_HANDLE 400
#define CUDA_NOT_FOUND 500
#define CUDA_NOT_SUPPORTED 801

/* script.c. A device of SYSTEM asks for the lines of the system. */
struct state *state(void);
void path_in_folder(char *out, size_t size, const char *name);
const char *said(int device, const char *key);
double number_said(int device, const char *key, double otherwise);
int each_said(int device, const char *key, void (*take)(void *to, int index, const char *answer), void *to);
/* A line of the file "story": seconds, the device, and what happened. */
void tell(int device, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The return code of a function that is called now; counts the call. */
int code_of(int device, const char *function);
/* The code with which every call of a lost device fails, else 0. */
int is_lost(int device, int nvenc);

/* drm.c: the device whose render node this is; -1 of another file. */
int device_of_node(int descriptor);

/* cuda.c */
int current_device(void);
int device_of_context(const void *context);
/* Device memory, which is the host's, counted against the device's. NULL when there is not so much. */
void *device_alloc(int device, size_t bytes);
void device_free(void *at);
/* Counts without allocating: what a session or a context takes. 0 when there is not so much. */
int device_charge(int device, int64_t bytes);

struct texture {
  const uint8_t *at;
  size_t width, height, pitch;
  int channels, bytes, linear, whole;
};

/* ptx.c: a kernel of PTX, translated to C and compiled. */
typedef void kernel_code(void **parameters, const unsigned *grid, const unsigned *block);
int kernel_compile(const char *ptx, const char *name, kernel_code **code);
int ptx_has_entry(const char *ptx, const char *name);

/* session.c */
/* 0 when there are as many as the limit says, which is none below 0. */
int session_begin(int device, int limit, int *slot, uint32_t *id);
void session_end(int slot, uint32_t id);
/* The codec in NVML's numbers. */
void session_shape(int slot, int codec, int width, int height);
/* Counts a picture that was given at this time; when it is done. */
int64_t session_picture(int device, int slot, int engines, int64_t sent);
void wait_until(int64_t then);

/* received.c */
FILE *received_dump(void);
void received_session(uint32_t session, int device, const NV_ENC_INITIALIZE_PARAMS *init);
void received_picture(uint32_t session, const NV_ENC_PIC_PARAMS *picture);
void received_rates(uint32_t session, const NV_ENC_RECONFIGURE_PARAMS *changed);

/* encoder.c: libx264 and libx265 of the libavcodec in this process. */
struct coded {
  uint8_t *data;
  size_t size;
  int64_t serial;
  int key, type, qp;
};
struct encoder;
/* Returns an NVENC status; error is filled when it is none of success. */
int encoder_open(struct encoder **encoder, const NV_ENC_INITIALIZE_PARAMS *init, int with_global_header, char *error,
                 size_t error_size);
int encoder_send(struct encoder *encoder, const uint8_t *picture, uint32_t format, size_t pitch, size_t height,
                 int64_t serial, int intra);
void encoder_end(struct encoder *encoder);
/* 1 with a picture whose data is freed by the caller, else 0. */
int encoder_take(struct encoder *encoder, struct coded *coded);
/* The parameter sets, of an encoder with a global header. */
size_t encoder_headers(struct encoder *encoder, uint8_t *out, size_t room);
void encoder_close(struct encoder *encoder);

/* decoder.c: a decoder of the same libavcodec, whose pictures are at hand as soon as they are decoded. */
struct decoded {
  const uint8_t *plane[3];
  int pitch[3], width, height;
};
struct decoder;
struct decoder *decoder_open(const char *name, int surfaces);
/* Decodes into the surface; 0 when nothing came of it. */
int decoder_send(struct decoder *decoder, int surface, const uint8_t *data, size_t size);
int decoder_picture(struct decoder *decoder, int surface, struct decoded *picture);
void decoder_close(struct decoder *decoder);

/* libav.c: the functions of the libav in this process, and of a copy of its libavcodec. */
int libav_load(char *error, size_t size);

/* nvdec.c: a picture of which only the slices are there, with the parameter sets that its parameters tell. A CUDA code. */
int decoder_h264(struct decoder *decoder, const CUVIDPICPARAMS *p, int mbaff);
int decoder_hevc(struct decoder *decoder, const CUVIDPICPARAMS *p);

#endif
