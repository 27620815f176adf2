/*
 * libnvcuvid: what can be decoded, and decoding of H.264, HEVC, VP8 and VP9. Of the first two NVDEC is given slices and
 * the parameters of the picture; the parameter sets that libavcodec's decoder wants are written from those again. What
 * those do not tell is refused: orders of pictures of type 1 in H.264; in HEVC sets of references that stand in the
 * sequence's parameters, scaling lists and range extensions.
 */
#include "lab.h"

#define ALIGNMENT 512
#define MAX_SURFACES 32
#define MAX_SETS 1024
#define CODEC_NUMBER_H264 4
#define CODEC_NUMBER_HEVC 8
#define CODEC_NUMBER_VP8 9
#define CODEC_NUMBER_VP9 10

#define CALLED(function)                                        \
  do {                                                          \
    int failed_ = called(function);                             \
    if (failed_) return failed_;                                \
  } while (0)

static int called(const char *function) {
  int device = current_device();
  if (device < 0) return CUDA_INVALID_CONTEXT;
  int code = code_of(device, function);
  return code ? code : is_lost(device, 0);
}

/* DEVICE decode/CODEC/CHROMA/BITS ENGINES MINWIDTH MINHEIGHT MAXWIDTH MAXHEIGHT MACROBLOCKS. */
int cuvidGetDecoderCaps(CUVIDDECODECAPS *asked) {
  char key[SCRIPT_WORD];
  unsigned engines, min_width, min_height, max_width, max_height, macroblocks;
  CALLED("cuvidGetDecoderCaps");
  snprintf(key, sizeof key, "decode/%u/%u/%u", asked->eCodecType, asked->eChromaFormat, asked->nBitDepthMinus8 + 8);
  const char *found = said(current_device(), key);
  if (found && sscanf(found, "%u %u %u %u %u %u", &engines, &min_width, &min_height, &max_width, &max_height,
                      &macroblocks) == 6) {
    asked->bIsSupported = 1;
    asked->nNumNVDECs = (uint8_t)engines;
    asked->nMinWidth = (uint16_t)min_width;
    asked->nMinHeight = (uint16_t)min_height;
    asked->nMaxWidth = max_width;
    asked->nMaxHeight = max_height;
    asked->nMaxMBCount = macroblocks;
  }
  return 0;
}

struct nvdec {
  struct decoder *decoder;
  int device, codec, wide, mbaff;
  size_t pitch, rows, height;
  int64_t charged;
};

/* Bits of a parameter set, with the bytes that keep it from looking like a start. */

struct bits {
  uint8_t *at;
  size_t size;
  int zeros, filled;
  unsigned byte;
};

static void put_byte(struct bits *b, unsigned byte) {
  if (b->zeros >= 2 && byte <= 3) {
    b->at[b->size++] = 3;
    b->zeros = 0;
  }
  b->at[b->size++] = (uint8_t)byte;
  b->zeros = byte ? 0 : b->zeros + 1;
}

static void u(struct bits *b, int count, unsigned value) {
  while (count--) {
    b->byte = b->byte << 1 | (value >> count & 1);
    if (++b->filled == 8) {
      put_byte(b, b->byte);
      b->byte = 0;
      b->filled = 0;
    }
  }
}

static void ue(struct bits *b, unsigned value) {
  int length = 0;
  while ((value + 1) >> (length + 1)) length++;
  u(b, length, 0);
  u(b, length + 1, value + 1);
}

static void se(struct bits *b, int value) {
  ue(b, value > 0 ? 2u * (unsigned)value - 1 : 2u * (unsigned)-value);
}

static void begin(struct bits *b, unsigned header) {
  static const uint8_t start[] = {0, 0, 0, 1};
  memcpy(b->at + b->size, start, sizeof start);
  b->size += sizeof start;
  b->zeros = 0;
  put_byte(b, header);
}

static void end(struct bits *b) {
  u(b, 1, 1);
  while (b->filled) u(b, 1, 0);
}

static void sequence(struct bits *b, const CUVIDPICPARAMS *p, int mbaff) {
  const CUVIDH264PICPARAMS *h = &p->CodecSpecific.h264;
  begin(b, 0x67);
  u(b, 8, h->bit_depth_luma_minus8 ? 110 : 100);
  u(b, 8, 0);
  u(b, 8, 62);
  ue(b, 0);
  ue(b, 1);
  ue(b, h->bit_depth_luma_minus8);
  ue(b, h->bit_depth_chroma_minus8);
  u(b, 1, h->qpprime_y_zero_transform_bypass_flag);
  u(b, 1, 0);
  ue(b, (unsigned)h->log2_max_frame_num_minus4);
  ue(b, (unsigned)h->pic_order_cnt_type);
  if (h->pic_order_cnt_type == 0) ue(b, (unsigned)h->log2_max_pic_order_cnt_lsb_minus4);
  ue(b, (unsigned)h->num_ref_frames);
  u(b, 1, 1);
  ue(b, (unsigned)p->PicWidthInMbs - 1);
  ue(b, (unsigned)p->FrameHeightInMbs / (h->frame_mbs_only_flag ? 1 : 2) - 1);
  u(b, 1, (unsigned)h->frame_mbs_only_flag);
  if (!h->frame_mbs_only_flag) u(b, 1, (unsigned)mbaff);
  u(b, 1, (unsigned)h->direct_8x8_inference_flag);
  u(b, 2, 0);
  end(b);
}

static const uint8_t zigzag4[16] = {0, 1, 4, 8, 5, 2, 3, 6, 9, 12, 13, 10, 7, 11, 14, 15};
static const uint8_t zigzag8[64] = {0,  1,  8,  16, 9,  2,  3,  10, 17, 24, 32, 25, 18, 11, 4,  5,
                                    12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6,  7,  14, 21, 28,
                                    35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51,
                                    58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63};

static void matrix(struct bits *b, const uint8_t *values, const uint8_t *order, int count) {
  int last = 8;
  u(b, 1, 1);
  for (int i = 0; i < count; i++) {
    int delta = values[order[i]] - last;
    se(b, delta > 127 ? delta - 256 : delta < -128 ? delta + 256 : delta);
    last = values[order[i]];
  }
}

static int is_flat(const CUVIDH264PICPARAMS *h) {
  for (int i = 0; i < 96; i++)
    if (((const uint8_t *)h->WeightScale4x4)[i] != 16) return 0;
  for (int i = 0; i < 128; i++)
    if (((const uint8_t *)h->WeightScale8x8)[i] != 16) return 0;
  return 1;
}

static void picture(struct bits *b, const CUVIDH264PICPARAMS *h, unsigned number) {
  begin(b, 0x68);
  ue(b, number);
  ue(b, 0);
  u(b, 1, (unsigned)h->entropy_coding_mode_flag);
  u(b, 1, (unsigned)h->pic_order_present_flag);
  ue(b, 0);
  ue(b, (unsigned)h->num_ref_idx_l0_active_minus1);
  ue(b, (unsigned)h->num_ref_idx_l1_active_minus1);
  u(b, 1, (unsigned)h->weighted_pred_flag);
  u(b, 2, (unsigned)h->weighted_bipred_idc);
  se(b, h->pic_init_qp_minus26);
  se(b, 0);
  se(b, h->chroma_qp_index_offset);
  u(b, 1, (unsigned)h->deblocking_filter_control_present_flag);
  u(b, 1, (unsigned)h->constrained_intra_pred_flag);
  u(b, 1, (unsigned)h->redundant_pic_cnt_present_flag);
  u(b, 1, (unsigned)h->transform_8x8_mode_flag);
  u(b, 1, !is_flat(h));
  for (int i = 0; !is_flat(h) && i < 6; i++) matrix(b, h->WeightScale4x4[i], zigzag4, 16);
  for (int i = 0; !is_flat(h) && h->transform_8x8_mode_flag && i < 2; i++)
    matrix(b, h->WeightScale8x8[i], zigzag8, 64);
  se(b, h->second_chroma_qp_index_offset);
  end(b);
}

static unsigned read_ue(const uint8_t *at, int *bit) {
  int zeros = 0;
  unsigned value = 1;
  while (zeros < 24 && !(at[*bit >> 3] >> (7 - (*bit & 7)) & 1)) zeros++, ++*bit;
  ++*bit;
  for (int i = 0; i < zeros; i++, ++*bit) value = value << 1 | (at[*bit >> 3] >> (7 - (*bit & 7)) & 1);
  return value - 1;
}

#define HEADER_BYTES 16

/* The beginning of the first slice, behind a start of three bytes and the header of the unit. */
static void slice_header(const CUVIDPICPARAMS *p, int unit_header, uint8_t *plain) {
  const uint8_t *from = p->pBitstreamData + p->pSliceDataOffsets[0] + 3 + unit_header;
  const uint8_t *stop = p->pBitstreamData + p->nBitstreamDataLen;
  int zeros = 0;
  memset(plain, 0xff, HEADER_BYTES);
  for (size_t i = 0; i < HEADER_BYTES && from < stop; from++) {
    if (zeros >= 2 && *from == 3) {
      zeros = 0;
      continue;
    }
    zeros = *from ? 0 : zeros + 1;
    plain[i++] = *from;
  }
}

/* The third number of the header of a slice. */
static unsigned picture_set_of(const CUVIDPICPARAMS *p) {
  uint8_t plain[HEADER_BYTES];
  int bit = 0;
  slice_header(p, 1, plain);
  read_ue(plain, &bit);
  read_ue(plain, &bit);
  return read_ue(plain, &bit);
}

int decoder_h264(struct decoder *decoder, const CUVIDPICPARAMS *p, int mbaff) {
  if (p->CodecSpecific.h264.pic_order_cnt_type == 1) return CUDA_NOT_SUPPORTED;
  struct bits b = {malloc(MAX_SETS + p->nBitstreamDataLen), 0, 0, 0, 0};
  sequence(&b, p, mbaff);
  picture(&b, &p->CodecSpecific.h264, picture_set_of(p));
  memcpy(b.at + b.size, p->pBitstreamData, p->nBitstreamDataLen);
  int decoded = decoder_send(decoder, p->CurrPicIdx, b.at, b.size + p->nBitstreamDataLen);
  free(b.at);
  return decoded ? 0 : CUDA_INVALID_VALUE;
}

/* HEVC. */

static void tier_and_level(struct bits *b, const CUVIDHEVCPICPARAMS *h) {
  unsigned profile = h->bit_depth_luma_minus8 ? 2 : 1;
  u(b, 3, 0);
  u(b, 5, profile);
  u(b, 32, 0x80000000u >> profile);
  u(b, 4, 9);
  u(b, 22, 0);
  u(b, 22, 0);
  u(b, 8, 186);
}

static void video(struct bits *b, const CUVIDHEVCPICPARAMS *h) {
  begin(b, 32 << 1);
  u(b, 8, 1);
  u(b, 4, 0);
  u(b, 2, 3);
  u(b, 6, 0);
  u(b, 4, 1);
  u(b, 16, 0xffff);
  tier_and_level(b, h);
  u(b, 1, 1);
  ue(b, 15);
  ue(b, 15);
  ue(b, 0);
  u(b, 6, 0);
  ue(b, 0);
  u(b, 2, 0);
  end(b);
}

static void pulse_code(struct bits *b, const CUVIDHEVCPICPARAMS *h) {
  u(b, 1, h->pcm_enabled_flag);
  if (!h->pcm_enabled_flag) return;
  u(b, 4, h->pcm_sample_bit_depth_luma_minus1);
  u(b, 4, h->pcm_sample_bit_depth_chroma_minus1);
  ue(b, h->log2_min_pcm_luma_coding_block_size_minus3);
  ue(b, h->log2_diff_max_min_pcm_luma_coding_block_size);
  u(b, 1, h->pcm_loop_filter_disabled_flag);
}

static void hevc_sequence(struct bits *b, const CUVIDHEVCPICPARAMS *h) {
  begin(b, 33 << 1);
  u(b, 8, 1);
  u(b, 4, 0);
  u(b, 4, 1);
  tier_and_level(b, h);
  ue(b, 0);
  ue(b, 1);
  ue(b, (unsigned)h->pic_width_in_luma_samples);
  ue(b, (unsigned)h->pic_height_in_luma_samples);
  u(b, 1, 0);
  ue(b, h->bit_depth_luma_minus8);
  ue(b, h->bit_depth_chroma_minus8);
  ue(b, h->log2_max_pic_order_cnt_lsb_minus4);
  u(b, 1, 1);
  ue(b, 15);
  ue(b, 15);
  ue(b, 0);
  ue(b, h->log2_min_luma_coding_block_size_minus3);
  ue(b, h->log2_diff_max_min_luma_coding_block_size);
  ue(b, h->log2_min_transform_block_size_minus2);
  ue(b, h->log2_diff_max_min_transform_block_size);
  ue(b, h->max_transform_hierarchy_depth_inter);
  ue(b, h->max_transform_hierarchy_depth_intra);
  u(b, 1, 0);
  u(b, 1, h->amp_enabled_flag);
  u(b, 1, h->sample_adaptive_offset_enabled_flag);
  pulse_code(b, h);
  ue(b, 0);
  u(b, 1, h->long_term_ref_pics_present_flag);
  if (h->long_term_ref_pics_present_flag) ue(b, 0);
  u(b, 1, h->sps_temporal_mvp_enabled_flag);
  u(b, 1, h->strong_intra_smoothing_enabled_flag);
  u(b, 2, 0);
  end(b);
}

static void tiles(struct bits *b, const CUVIDHEVCPICPARAMS *h) {
  if (!h->tiles_enabled_flag) return;
  ue(b, h->num_tile_columns_minus1);
  ue(b, h->num_tile_rows_minus1);
  u(b, 1, h->uniform_spacing_flag);
  for (int i = 0; !h->uniform_spacing_flag && i < h->num_tile_columns_minus1; i++) ue(b, h->column_width_minus1[i]);
  for (int i = 0; !h->uniform_spacing_flag && i < h->num_tile_rows_minus1; i++) ue(b, h->row_height_minus1[i]);
  u(b, 1, h->loop_filter_across_tiles_enabled_flag);
}

static void hevc_picture(struct bits *b, const CUVIDHEVCPICPARAMS *h, unsigned number) {
  begin(b, 34 << 1);
  u(b, 8, 1);
  ue(b, number);
  ue(b, 0);
  u(b, 1, h->dependent_slice_segments_enabled_flag);
  u(b, 1, h->output_flag_present_flag);
  u(b, 3, h->num_extra_slice_header_bits);
  u(b, 1, h->sign_data_hiding_enabled_flag);
  u(b, 1, h->cabac_init_present_flag);
  ue(b, h->num_ref_idx_l0_default_active_minus1);
  ue(b, h->num_ref_idx_l1_default_active_minus1);
  se(b, h->init_qp_minus26);
  u(b, 1, h->constrained_intra_pred_flag);
  u(b, 1, h->transform_skip_enabled_flag);
  u(b, 1, h->cu_qp_delta_enabled_flag);
  if (h->cu_qp_delta_enabled_flag) ue(b, h->diff_cu_qp_delta_depth);
  se(b, h->pps_cb_qp_offset);
  se(b, h->pps_cr_qp_offset);
  u(b, 1, h->pps_slice_chroma_qp_offsets_present_flag);
  u(b, 1, h->weighted_pred_flag);
  u(b, 1, h->weighted_bipred_flag);
  u(b, 1, h->transquant_bypass_enabled_flag);
  u(b, 1, h->tiles_enabled_flag);
  u(b, 1, h->entropy_coding_sync_enabled_flag);
  tiles(b, h);
  u(b, 1, h->loop_filter_across_slices_enabled_flag);
  u(b, 1, 1);
  u(b, 1, h->deblocking_filter_override_enabled_flag);
  u(b, 1, h->pps_deblocking_filter_disabled_flag);
  if (!h->pps_deblocking_filter_disabled_flag) {
    se(b, h->pps_beta_offset_div2);
    se(b, h->pps_tc_offset_div2);
  }
  u(b, 1, 0);
  u(b, 1, h->lists_modification_present_flag);
  ue(b, h->log2_parallel_merge_level_minus2);
  u(b, 1, h->slice_segment_header_extension_present_flag);
  u(b, 1, 0);
  end(b);
}

/* The first number of the header of a slice, behind a flag or two. */
static unsigned hevc_picture_set_of(const CUVIDPICPARAMS *p) {
  uint8_t plain[HEADER_BYTES];
  int unit = p->pBitstreamData[p->pSliceDataOffsets[0] + 3] >> 1 & 0x3f, bit = unit >= 16 && unit <= 23 ? 2 : 1;
  slice_header(p, 2, plain);
  return read_ue(plain, &bit);
}

int decoder_hevc(struct decoder *decoder, const CUVIDPICPARAMS *p) {
  const CUVIDHEVCPICPARAMS *h = &p->CodecSpecific.hevc;
  if (h->num_short_term_ref_pic_sets || h->num_long_term_ref_pics_sps || h->scaling_list_enable_flag ||
      h->sps_range_extension_flag || h->pps_range_extension_flag)
    return CUDA_NOT_SUPPORTED;
  struct bits b = {malloc(MAX_SETS + p->nBitstreamDataLen), 0, 0, 0, 0};
  video(&b, h);
  hevc_sequence(&b, h);
  hevc_picture(&b, h, hevc_picture_set_of(p));
  memcpy(b.at + b.size, p->pBitstreamData, p->nBitstreamDataLen);
  int decoded = decoder_send(decoder, p->CurrPicIdx, b.at, b.size + p->nBitstreamDataLen);
  free(b.at);
  return decoded ? 0 : CUDA_INVALID_VALUE;
}

/* The decoder. */

static const char *name_of(unsigned codec) {
  switch (codec) {
    case CODEC_NUMBER_H264: return "h264";
    case CODEC_NUMBER_HEVC: return "hevc";
    case CODEC_NUMBER_VP8: return "vp8";
    case CODEC_NUMBER_VP9: return "vp9";
    default: return NULL;
  }
}

int cuvidCreateDecoder(struct nvdec **out, CUVIDDECODECREATEINFO *info) {
  CALLED("cuvidCreateDecoder");
  const char *name = name_of(info->CodecType);
  if (!name || info->ChromaFormat != 1) return CUDA_NOT_SUPPORTED;
  if (!info->ulNumDecodeSurfaces || info->ulNumDecodeSurfaces > MAX_SURFACES) return CUDA_INVALID_VALUE;
  struct nvdec *d = calloc(1, sizeof *d);
  d->device = current_device();
  d->codec = (int)info->CodecType;
  d->wide = info->bitDepthMinus8 > 0;
  d->height = info->ulTargetHeight;
  d->rows = info->ulTargetHeight + (info->ulTargetHeight + 1) / 2;
  d->pitch = (info->ulTargetWidth * (d->wide ? 2u : 1u) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  d->charged = (int64_t)(d->pitch * d->rows * info->ulNumDecodeSurfaces);
  if (!device_charge(d->device, d->charged)) {
    free(d);
    return CUDA_OUT_OF_MEMORY;
  }
  d->decoder = decoder_open(name, (int)info->ulNumDecodeSurfaces);
  *out = d;
  return d->decoder ? 0 : CUDA_NOT_SUPPORTED;
}

int cuvidDestroyDecoder(struct nvdec *d) {
  if (!d) return CUDA_INVALID_HANDLE;
  if (d->decoder) decoder_close(d->decoder);
  device_charge(d->device, -d->charged);
  free(d);
  return 0;
}

int cuvidDecodePicture(struct nvdec *d, CUVIDPICPARAMS *p) {
  CALLED("cuvidDecodePicture");
  if (d->codec == CODEC_NUMBER_H264) {
    d->mbaff |= p->CodecSpecific.h264.MbaffFrameFlag;
    return decoder_h264(d->decoder, p, d->mbaff);
  }
  if (d->codec == CODEC_NUMBER_HEVC) return decoder_hevc(d->decoder, p);
  return decoder_send(d->decoder, p->CurrPicIdx, p->pBitstreamData, p->nBitstreamDataLen) ? 0 : CUDA_INVALID_VALUE;
}

static void row(const struct nvdec *d, uint8_t *to, const uint8_t *from, int count, int step) {
  for (int x = 0; x < count; x++) {
    if (d->wide) ((uint16_t *)to)[x * step] = (uint16_t)(((const uint16_t *)from)[x] << 6);
    else to[x * step] = from[x];
  }
}

static void shown(const struct nvdec *d, const struct decoded *from, uint8_t *to) {
  size_t width = d->pitch / (d->wide ? 2 : 1), bytes = d->wide ? 2 : 1;
  int across = from->width < (int)width ? from->width : (int)width;
  int down = from->height < (int)d->height ? from->height : (int)d->height;
  for (int y = 0; y < down; y++)
    row(d, to + d->pitch * (size_t)y, from->plane[0] + from->pitch[0] * y, across, 1);
  to += d->pitch * d->height;
  for (int y = 0; y < (down + 1) / 2; y++)
    for (int c = 0; c < 2; c++)
      row(d, to + d->pitch * (size_t)y + (size_t)c * bytes, from->plane[1 + c] + from->pitch[1 + c] * y,
          (across + 1) / 2, 2);
}

int cuvidMapVideoFrame64(struct nvdec *d, int surface, uint64_t *at, unsigned *pitch, void *how) {
  struct decoded decoded;
  (void)how;
  CALLED("cuvidMapVideoFrame");
  if (!decoder_picture(d->decoder, surface, &decoded)) return CUDA_INVALID_VALUE;
  uint8_t *to = device_alloc(d->device, d->pitch * d->rows);
  if (!to) return CUDA_OUT_OF_MEMORY;
  shown(d, &decoded, to);
  *at = (uint64_t)(uintptr_t)to;
  *pitch = (unsigned)d->pitch;
  return 0;
}

int cuvidUnmapVideoFrame64(struct nvdec *d, uint64_t at) {
  (void)d;
  device_free((void *)(uintptr_t)at);
  return 0;
}

struct decode_status {
  uint32_t status, reserved[31];
  void *reserved2[8];
};

int cuvidGetDecodeStatus(struct nvdec *d, int surface, struct decode_status *out) {
  (void)d, (void)surface;
  out->status = 2;
  return 0;
}

int cuvidCtxLockCreate(void **lock, void *context) {
  *lock = context;
  return 0;
}

int cuvidCtxLockDestroy(void *lock) {
  (void)lock;
  return 0;
}

int cuvidCtxLock(void *lock, unsigned flags) {
  (void)lock, (void)flags;
  return 0;
}

int cuvidCtxUnlock(void *lock, unsigned flags) {
  (void)lock, (void)flags;
  return 0;
}

/* FFmpeg does not load the library without these; its decoders named *_cuvid need the parser, and find none. */
#define ABSENT(name) \
  int name(void) { return CUDA_NOT_SUPPORTED; }

ABSENT(cuvidReconfigureDecoder)
ABSENT(cuvidCreateVideoSource)
ABSENT(cuvidCreateVideoSourceW)
ABSENT(cuvidDestroyVideoSource)
ABSENT(cuvidSetVideoSourceState)
ABSENT(cuvidGetVideoSourceState)
ABSENT(cuvidGetSourceVideoFormat)
ABSENT(cuvidGetSourceAudioFormat)
ABSENT(cuvidCreateVideoParser)
ABSENT(cuvidParseVideoData)
ABSENT(cuvidDestroyVideoParser)
