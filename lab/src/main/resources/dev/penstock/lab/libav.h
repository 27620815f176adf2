/*
 * The functions of FFmpeg 8 that the lab uses. Of libav's structures only what stands at their beginning is used, which is
 * the same in every FFmpeg 8; the rest is said in options.
 */
#ifndef PENSTOCK_LAB_LIBAV_H
#define PENSTOCK_LAB_LIBAV_H

#include "lab.h"

#define FLAG_KEY 1
#define TYPE_INTRA 1
#define QUALITY_STATS 8
#define QP_TO_LAMBDA 118
#define SEARCH_CHILDREN 1

struct av_parameters {
  int type, codec;
  uint32_t tag;
  uint8_t *extradata;
  int extradata_size;
  void *side_data;
  int side_data_count, format;
  int64_t bit_rate;
  int bits_coded, bits_raw, profile, level, width, height, aspect[2], rate[2], field_order;
  int range, primaries, transfer, matrix, chroma_location;
};

struct av_frame {
  uint8_t *data[8];
  int linesize[8];
  uint8_t **extended;
  int width, height, samples, format, type, aspect[2];
  int64_t pts;
};

struct av_packet {
  void *buffer;
  int64_t pts, dts;
  uint8_t *data;
  int size, stream, flags;
};

extern struct libav {
  unsigned (*avutil_version)(void);
  int (*av_opt_set)(void *, const char *, const char *, int);
  int (*av_get_pix_fmt)(const char *);
  struct av_frame *(*av_frame_alloc)(void);
  void (*av_frame_free)(struct av_frame **);
  int (*av_frame_get_buffer)(struct av_frame *, int);
  struct av_frame *(*av_frame_clone)(const struct av_frame *);
  void (*av_frame_unref)(struct av_frame *);
  unsigned (*avcodec_version)(void);
  const void *(*avcodec_find_encoder_by_name)(const char *);
  void *(*avcodec_alloc_context3)(const void *);
  void (*avcodec_free_context)(void **);
  int (*avcodec_open2)(void *, const void *, void **);
  const void *(*avcodec_find_decoder_by_name)(const char *);
  int (*avcodec_default_get_buffer2)(void *, struct av_frame *, int);
  int (*avcodec_send_packet)(void *, const struct av_packet *);
  int (*avcodec_receive_frame)(void *, struct av_frame *);
  int (*av_new_packet)(struct av_packet *, int);
  int (*avcodec_send_frame)(void *, const struct av_frame *);
  int (*avcodec_receive_packet)(void *, struct av_packet *);
  struct av_parameters *(*avcodec_parameters_alloc)(void);
  void (*avcodec_parameters_free)(struct av_parameters **);
  int (*avcodec_parameters_to_context)(void *, const struct av_parameters *);
  int (*avcodec_parameters_from_context)(struct av_parameters *, const void *);
  struct av_packet *(*av_packet_alloc)(void);
  void (*av_packet_free)(struct av_packet **);
  void (*av_packet_unref)(struct av_packet *);
  uint8_t *(*av_packet_get_side_data)(const struct av_packet *, int, size_t *);
} av;

#endif
