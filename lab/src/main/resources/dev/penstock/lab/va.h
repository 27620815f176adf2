/*
 * Of the interface between libva and a driver, what the lab's driver uses: VA-API 1.22, as va_backend.h and va*.h lay it
 * out on x86-64. layout.c checks the sizes and offsets.
 */
#ifndef PENSTOCK_LAB_VA_H
#define PENSTOCK_LAB_VA_H

#include <stdint.h>

enum {
  VA_OK = 0,
  VA_OPERATION_FAILED = 1,
  VA_ALLOCATION_FAILED = 2,
  VA_INVALID_CONFIG = 4,
  VA_INVALID_CONTEXT = 5,
  VA_INVALID_SURFACE = 6,
  VA_INVALID_BUFFER = 7,
  VA_INVALID_IMAGE = 8,
  VA_MAX_NUM_EXCEEDED = 11,
  VA_UNSUPPORTED_PROFILE = 12,
  VA_UNSUPPORTED_ENTRYPOINT = 13,
  VA_UNSUPPORTED_RT_FORMAT = 14,
  VA_INVALID_PARAMETER = 0x12,
  VA_RESOLUTION_NOT_SUPPORTED = 0x13,
  VA_UNIMPLEMENTED = 0x14,
  VA_INVALID_IMAGE_FORMAT = 0x16,
  VA_DECODING_ERROR = 0x17,
  VA_ENCODING_ERROR = 0x18,
  VA_UNSUPPORTED_MEMORY_TYPE = 0x24
};

#define VA_INVALID_ID 0xffffffffu
#define VA_NOT_SUPPORTED 0x80000000u

enum { ENTRY_VLD = 1, ENTRY_ENCODE = 6, ENTRY_ENCODE_LOW_POWER = 8, ENTRY_PROCESS = 10 };
enum { ATTRIBUTE_RT_FORMAT = 0, ATTRIBUTE_RATE_CONTROL = 5, ATTRIBUTE_WIDTH = 18, ATTRIBUTE_HEIGHT = 19 };
enum { RT_YUV420 = 1, RT_YUV420_10 = 0x100 };
enum { MODE_CBR = 2, MODE_VBR = 4, MODE_CQP = 0x10, MODE_ICQ = 0x40, MODE_QVBR = 0x400 };
enum { FOURCC_NV12 = 0x3231564e, FOURCC_P010 = 0x30313050 };
enum {
  BUFFER_PICTURE = 0,
  BUFFER_IQ_MATRIX = 1,
  BUFFER_SLICE = 4,
  BUFFER_SLICE_DATA = 5,
  BUFFER_IMAGE = 9,
  BUFFER_CODED = 21,
  BUFFER_ENC_SEQUENCE = 22,
  BUFFER_ENC_PICTURE = 23,
  BUFFER_ENC_SLICE = 24,
  BUFFER_PACKED_PARAMETER = 25,
  BUFFER_PACKED_DATA = 26,
  BUFFER_ENC_MISC = 27,
  BUFFER_PROCESS = 41,
  BUFFER_PROCESS_FILTER = 42
};
enum { MISC_FRAME_RATE = 0, MISC_RATE_CONTROL = 1, MISC_HRD = 5, MISC_QUALITY_LEVEL = 6 };
enum { PACKED_SEQUENCE = 1, PACKED_PICTURE = 2, PACKED_SLICE = 3, PACKED_RAW = 4 };
enum { SURFACE_PIXEL_FORMAT = 1, SURFACE_MIN_WIDTH, SURFACE_MAX_WIDTH, SURFACE_MIN_HEIGHT, SURFACE_MAX_HEIGHT,
       SURFACE_MEMORY_TYPE };
enum { SURFACE_GETTABLE = 1, SURFACE_SETTABLE = 2 };

struct va_attribute {
  int type;
  uint32_t value;
};

struct va_surface_attribute {
  int type;
  uint32_t flags;
  int value_type;
  union {
    int32_t i;
    void *p;
  } value;
};

struct va_image_format {
  uint32_t fourcc, byte_order, bits_per_pixel, depth, red_mask, green_mask, blue_mask, alpha_mask, reserved[4];
};

struct va_image {
  uint32_t image_id;
  struct va_image_format format;
  uint32_t buf;
  uint16_t width, height;
  uint32_t data_size, num_planes, pitches[3], offsets[3];
  int32_t num_palette_entries, entry_bytes;
  int8_t component_order[4];
  uint32_t reserved[4];
};

struct va_rectangle {
  int16_t x, y;
  uint16_t width, height;
};

struct va_coded_segment {
  uint32_t size, bit_offset, status, reserved;
  void *buf, *next;
  uint32_t reserved2[4];
};

struct va_context;

/* In the order of struct VADriverVTable; what the lab does not look into is a plain pointer. */
struct va_functions {
  int (*terminate)(struct va_context *);
  int (*config_profiles)(struct va_context *, int *list, int *count);
  int (*config_entrypoints)(struct va_context *, int profile, int *list, int *count);
  int (*config_attributes)(struct va_context *, int profile, int entrypoint, struct va_attribute *list, int count);
  int (*create_config)(struct va_context *, int profile, int entrypoint, struct va_attribute *list, int count,
                       uint32_t *config);
  int (*destroy_config)(struct va_context *, uint32_t config);
  int (*query_config)(struct va_context *, uint32_t config, int *profile, int *entrypoint, struct va_attribute *list,
                      int *count);
  int (*create_surfaces)(struct va_context *, int width, int height, int format, int count, uint32_t *surfaces);
  int (*destroy_surfaces)(struct va_context *, uint32_t *surfaces, int count);
  int (*create_context)(struct va_context *, uint32_t config, int width, int height, int flag, uint32_t *targets,
                        int count, uint32_t *context);
  int (*destroy_context)(struct va_context *, uint32_t context);
  int (*create_buffer)(struct va_context *, uint32_t context, int type, unsigned size, unsigned count, void *data,
                       uint32_t *buffer);
  int (*set_elements)(struct va_context *, uint32_t buffer, unsigned count);
  int (*map)(struct va_context *, uint32_t buffer, void **at);
  int (*unmap)(struct va_context *, uint32_t buffer);
  int (*destroy_buffer)(struct va_context *, uint32_t buffer);
  int (*begin)(struct va_context *, uint32_t context, uint32_t target);
  int (*render)(struct va_context *, uint32_t context, uint32_t *buffers, int count);
  int (*end)(struct va_context *, uint32_t context);
  int (*sync_surface)(struct va_context *, uint32_t surface);
  int (*surface_status)(struct va_context *, uint32_t surface, int *status);
  int (*surface_error)(struct va_context *, uint32_t surface, int status, void **info);
  void *put_surface;
  int (*image_formats)(struct va_context *, struct va_image_format *list, int *count);
  int (*create_image)(struct va_context *, struct va_image_format *format, int width, int height,
                      struct va_image *image);
  int (*derive_image)(struct va_context *, uint32_t surface, struct va_image *image);
  int (*destroy_image)(struct va_context *, uint32_t image);
  void *set_palette;
  int (*get_image)(struct va_context *, uint32_t surface, int x, int y, unsigned width, unsigned height,
                   uint32_t image);
  int (*put_image)(struct va_context *, uint32_t surface, uint32_t image, int x, int y, unsigned width,
                   unsigned height, int to_x, int to_y, unsigned to_width, unsigned to_height);
  void *subpictures[8];
  int (*display_attributes)(struct va_context *, void *list, int *count);
  void *get_display, *set_display, *buffer_info, *lock_surface, *unlock_surface, *surface_attributes;
  int (*create_surfaces2)(struct va_context *, unsigned format, unsigned width, unsigned height, uint32_t *surfaces,
                          unsigned count, struct va_surface_attribute *list, unsigned attributes);
  int (*query_surface_attributes)(struct va_context *, uint32_t config, struct va_surface_attribute *list,
                                  unsigned *count);
  void *acquire, *release, *many_frames[4], *create_buffer2, *processing_rate, *export_surface;
  int (*sync_surface2)(struct va_context *, uint32_t surface, uint64_t timeout);
  int (*sync_buffer)(struct va_context *, uint32_t buffer, uint64_t timeout);
  void *copy, *map2;
  unsigned long reserved[53];
};

struct va_process_functions {
  unsigned version;
  int (*filters)(struct va_context *, uint32_t context, int *list, unsigned *count);
  int (*filter_caps)(struct va_context *, uint32_t context, int type, void *caps, unsigned *count);
  int (*pipeline_caps)(struct va_context *, uint32_t context, uint32_t *filters, unsigned count, void *caps);
  unsigned long reserved[16];
};

/* struct VADriverContext. */
struct va_context {
  void *data;
  struct va_functions *functions;
  void *glx_functions, *egl_functions, *private_functions, *native_display;
  int x11_screen, version_major, version_minor, max_profiles, max_entrypoints, max_attributes, max_image_formats,
      max_subpicture_formats, max_display_attributes;
  const char *vendor;
  void *handle;
  /* struct drm_state: the descriptor of the node stands first. */
  int *drm;
  void *glx;
  unsigned long display_type;
  void *wayland_functions;
  struct va_process_functions *process_functions;
};

struct va_picture_h264 {
  uint32_t picture_id, frame_idx, flags;
  int32_t TopFieldOrderCnt, BottomFieldOrderCnt;
  uint32_t reserved[4];
};

struct va_picture_hevc {
  uint32_t picture_id;
  int32_t pic_order_cnt;
  uint32_t flags, reserved[4];
};

typedef struct {
  uint8_t seq_parameter_set_id, level_idc;
  uint32_t intra_period, intra_idr_period, ip_period, bits_per_second, max_num_ref_frames;
  uint16_t picture_width_in_mbs, picture_height_in_mbs;
  struct {
    uint32_t chroma_format_idc : 2, frame_mbs_only_flag : 1, mb_adaptive_frame_field_flag : 1,
        seq_scaling_matrix_present_flag : 1, direct_8x8_inference_flag : 1, log2_max_frame_num_minus4 : 4,
        pic_order_cnt_type : 2, log2_max_pic_order_cnt_lsb_minus4 : 4, delta_pic_order_always_zero_flag : 1, : 15;
  };
  uint8_t bit_depth_luma_minus8, bit_depth_chroma_minus8, num_ref_frames_in_pic_order_cnt_cycle;
  int32_t offset_for_non_ref_pic, offset_for_top_to_bottom_field, offset_for_ref_frame[256];
  uint8_t frame_cropping_flag;
  uint32_t frame_crop_left_offset, frame_crop_right_offset, frame_crop_top_offset, frame_crop_bottom_offset;
  uint8_t vui_parameters_present_flag;
  struct {
    uint32_t aspect_ratio_info_present_flag : 1, timing_info_present_flag : 1, bitstream_restriction_flag : 1,
        log2_max_mv_length_horizontal : 5, log2_max_mv_length_vertical : 5, fixed_frame_rate_flag : 1,
        low_delay_hrd_flag : 1, motion_vectors_over_pic_boundaries_flag : 1, : 16;
  };
  uint8_t aspect_ratio_idc;
  uint32_t sar_width, sar_height, num_units_in_tick, time_scale, reserved[4];
} VAEncSequenceParameterBufferH264;

typedef struct {
  struct va_picture_h264 CurrPic, ReferenceFrames[16];
  uint32_t coded_buf;
  uint8_t pic_parameter_set_id, seq_parameter_set_id, last_picture;
  uint16_t frame_num;
  uint8_t pic_init_qp, num_ref_idx_l0_active_minus1, num_ref_idx_l1_active_minus1;
  int8_t chroma_qp_index_offset, second_chroma_qp_index_offset;
  struct {
    uint32_t idr_pic_flag : 1, reference_pic_flag : 2, entropy_coding_mode_flag : 1, weighted_pred_flag : 1,
        weighted_bipred_idc : 2, constrained_intra_pred_flag : 1, transform_8x8_mode_flag : 1,
        deblocking_filter_control_present_flag : 1, redundant_pic_cnt_present_flag : 1, pic_order_present_flag : 1,
        pic_scaling_matrix_present_flag : 1, : 19;
  };
  uint32_t reserved[4];
} VAEncPictureParameterBufferH264;

typedef struct {
  uint32_t macroblock_address, num_macroblocks, macroblock_info;
  uint8_t slice_type, pic_parameter_set_id;
  uint16_t idr_pic_id, pic_order_cnt_lsb;
  int32_t delta_pic_order_cnt_bottom, delta_pic_order_cnt[2];
  uint8_t direct_spatial_mv_pred_flag, num_ref_idx_active_override_flag, num_ref_idx_l0_active_minus1,
      num_ref_idx_l1_active_minus1;
  struct va_picture_h264 RefPicList0[32], RefPicList1[32];
  uint8_t luma_log2_weight_denom, chroma_log2_weight_denom, luma_weight_l0_flag;
  int16_t luma_weight_l0[32], luma_offset_l0[32];
  uint8_t chroma_weight_l0_flag;
  int16_t chroma_weight_l0[32][2], chroma_offset_l0[32][2];
  uint8_t luma_weight_l1_flag;
  int16_t luma_weight_l1[32], luma_offset_l1[32];
  uint8_t chroma_weight_l1_flag;
  int16_t chroma_weight_l1[32][2], chroma_offset_l1[32][2];
  uint8_t cabac_init_idc;
  int8_t slice_qp_delta;
  uint8_t disable_deblocking_filter_idc;
  int8_t slice_alpha_c0_offset_div2, slice_beta_offset_div2;
  uint32_t reserved[4];
} VAEncSliceParameterBufferH264;

typedef struct {
  uint8_t general_profile_idc, general_level_idc, general_tier_flag;
  uint32_t intra_period, intra_idr_period, ip_period, bits_per_second;
  uint16_t pic_width_in_luma_samples, pic_height_in_luma_samples;
  struct {
    uint32_t chroma_format_idc : 2, separate_colour_plane_flag : 1, bit_depth_luma_minus8 : 3,
        bit_depth_chroma_minus8 : 3, scaling_list_enabled_flag : 1, strong_intra_smoothing_enabled_flag : 1,
        amp_enabled_flag : 1, sample_adaptive_offset_enabled_flag : 1, pcm_enabled_flag : 1,
        pcm_loop_filter_disabled_flag : 1, sps_temporal_mvp_enabled_flag : 1, low_delay_seq : 1, hierachical_flag : 1,
        : 14;
  };
  uint8_t log2_min_luma_coding_block_size_minus3, log2_diff_max_min_luma_coding_block_size,
      log2_min_transform_block_size_minus2, log2_diff_max_min_transform_block_size,
      max_transform_hierarchy_depth_inter, max_transform_hierarchy_depth_intra;
  uint32_t pcm_sample_bit_depth_luma_minus1, pcm_sample_bit_depth_chroma_minus1,
      log2_min_pcm_luma_coding_block_size_minus3, log2_max_pcm_luma_coding_block_size_minus3;
  uint8_t vui_parameters_present_flag;
  struct {
    uint32_t aspect_ratio_info_present_flag : 1, neutral_chroma_indication_flag : 1, field_seq_flag : 1,
        vui_timing_info_present_flag : 1, bitstream_restriction_flag : 1, tiles_fixed_structure_flag : 1,
        motion_vectors_over_pic_boundaries_flag : 1, restricted_ref_pic_lists_flag : 1,
        log2_max_mv_length_horizontal : 5, log2_max_mv_length_vertical : 5, : 14;
  };
  uint8_t aspect_ratio_idc;
  uint32_t sar_width, sar_height, vui_num_units_in_tick, vui_time_scale;
  uint16_t min_spatial_segmentation_idc;
  uint8_t max_bytes_per_pic_denom, max_bits_per_min_cu_denom;
  uint32_t scc_fields, reserved[7];
} VAEncSequenceParameterBufferHEVC;

typedef struct {
  struct va_picture_hevc decoded_curr_pic, reference_frames[15];
  uint32_t coded_buf;
  uint8_t collocated_ref_pic_index, last_picture, pic_init_qp, diff_cu_qp_delta_depth;
  int8_t pps_cb_qp_offset, pps_cr_qp_offset;
  uint8_t num_tile_columns_minus1, num_tile_rows_minus1, column_width_minus1[19], row_height_minus1[21],
      log2_parallel_merge_level_minus2, ctu_max_bitsize_allowed, num_ref_idx_l0_default_active_minus1,
      num_ref_idx_l1_default_active_minus1, slice_pic_parameter_set_id, nal_unit_type;
  struct {
    uint32_t idr_pic_flag : 1, coding_type : 3, reference_pic_flag : 1, dependent_slice_segments_enabled_flag : 1,
        sign_data_hiding_enabled_flag : 1, constrained_intra_pred_flag : 1, transform_skip_enabled_flag : 1,
        cu_qp_delta_enabled_flag : 1, weighted_pred_flag : 1, weighted_bipred_flag : 1,
        transquant_bypass_enabled_flag : 1, tiles_enabled_flag : 1, entropy_coding_sync_enabled_flag : 1,
        loop_filter_across_tiles_enabled_flag : 1, pps_loop_filter_across_slices_enabled_flag : 1,
        scaling_list_data_present_flag : 1, screen_content_flag : 1, enable_gpu_weighted_prediction : 1,
        no_output_of_prior_pics_flag : 1, : 11;
  };
  uint8_t hierarchical_level_plus1, reserved_byte;
  uint16_t scc_fields;
  uint32_t reserved[15];
} VAEncPictureParameterBufferHEVC;

typedef struct {
  uint32_t slice_segment_address, num_ctu_in_slice;
  uint8_t slice_type, slice_pic_parameter_set_id, num_ref_idx_l0_active_minus1, num_ref_idx_l1_active_minus1;
  struct va_picture_hevc ref_pic_list0[15], ref_pic_list1[15];
  uint8_t luma_log2_weight_denom;
  int8_t delta_chroma_log2_weight_denom, delta_luma_weight_l0[15], luma_offset_l0[15],
      delta_chroma_weight_l0[15][2], chroma_offset_l0[15][2], delta_luma_weight_l1[15], luma_offset_l1[15],
      delta_chroma_weight_l1[15][2], chroma_offset_l1[15][2];
  uint8_t max_num_merge_cand;
  int8_t slice_qp_delta, slice_cb_qp_offset, slice_cr_qp_offset, slice_beta_offset_div2, slice_tc_offset_div2;
  struct {
    uint32_t last_slice_of_pic_flag : 1, dependent_slice_segment_flag : 1, colour_plane_id : 2,
        slice_temporal_mvp_enabled_flag : 1, slice_sao_luma_flag : 1, slice_sao_chroma_flag : 1,
        num_ref_idx_active_override_flag : 1, mvd_l1_zero_flag : 1, cabac_init_flag : 1,
        slice_deblocking_filter_disabled_flag : 2, slice_loop_filter_across_slices_enabled_flag : 1,
        collocated_from_l0_flag : 1, : 18;
  };
  uint32_t pred_weight_table_bit_offset, pred_weight_table_bit_length, reserved[6];
} VAEncSliceParameterBufferHEVC;

typedef struct {
  struct va_picture_h264 CurrPic, ReferenceFrames[16];
  uint16_t picture_width_in_mbs_minus1, picture_height_in_mbs_minus1;
  uint8_t bit_depth_luma_minus8, bit_depth_chroma_minus8, num_ref_frames;
  struct {
    uint32_t chroma_format_idc : 2, residual_colour_transform_flag : 1, gaps_in_frame_num_value_allowed_flag : 1,
        frame_mbs_only_flag : 1, mb_adaptive_frame_field_flag : 1, direct_8x8_inference_flag : 1,
        MinLumaBiPredSize8x8 : 1, log2_max_frame_num_minus4 : 4, pic_order_cnt_type : 2,
        log2_max_pic_order_cnt_lsb_minus4 : 4, delta_pic_order_always_zero_flag : 1, : 13;
  };
  uint8_t num_slice_groups_minus1, slice_group_map_type;
  uint16_t slice_group_change_rate_minus1;
  int8_t pic_init_qp_minus26, pic_init_qs_minus26, chroma_qp_index_offset, second_chroma_qp_index_offset;
  struct {
    uint32_t entropy_coding_mode_flag : 1, weighted_pred_flag : 1, weighted_bipred_idc : 2,
        transform_8x8_mode_flag : 1, field_pic_flag : 1, constrained_intra_pred_flag : 1, pic_order_present_flag : 1,
        deblocking_filter_control_present_flag : 1, redundant_pic_cnt_present_flag : 1, reference_pic_flag : 1, : 21;
  };
  uint16_t frame_num;
  uint32_t reserved[8];
} VAPictureParameterBufferH264;

typedef struct {
  uint8_t ScalingList4x4[6][16], ScalingList8x8[2][64];
  uint32_t reserved[4];
} VAIQMatrixBufferH264;

/* What stands at the beginning of the parameters of a slice of any codec. */
struct va_slice {
  uint32_t slice_data_size, slice_data_offset, slice_data_flag;
};

/* As far as the lab looks. */
typedef struct {
  struct va_slice data;
  uint16_t slice_data_bit_offset, first_mb_in_slice;
  uint8_t slice_type, direct_spatial_mv_pred_flag, num_ref_idx_l0_active_minus1, num_ref_idx_l1_active_minus1;
} VASliceParameterBufferH264;

typedef struct {
  struct va_picture_hevc CurrPic, ReferenceFrames[15];
  uint16_t pic_width_in_luma_samples, pic_height_in_luma_samples;
  struct {
    uint32_t chroma_format_idc : 2, separate_colour_plane_flag : 1, pcm_enabled_flag : 1,
        scaling_list_enabled_flag : 1, transform_skip_enabled_flag : 1, amp_enabled_flag : 1,
        strong_intra_smoothing_enabled_flag : 1, sign_data_hiding_enabled_flag : 1, constrained_intra_pred_flag : 1,
        cu_qp_delta_enabled_flag : 1, weighted_pred_flag : 1, weighted_bipred_flag : 1,
        transquant_bypass_enabled_flag : 1, tiles_enabled_flag : 1, entropy_coding_sync_enabled_flag : 1,
        pps_loop_filter_across_slices_enabled_flag : 1, loop_filter_across_tiles_enabled_flag : 1,
        pcm_loop_filter_disabled_flag : 1, NoPicReorderingFlag : 1, NoBiPredFlag : 1, : 11;
  };
  uint8_t sps_max_dec_pic_buffering_minus1, bit_depth_luma_minus8, bit_depth_chroma_minus8,
      pcm_sample_bit_depth_luma_minus1, pcm_sample_bit_depth_chroma_minus1, log2_min_luma_coding_block_size_minus3,
      log2_diff_max_min_luma_coding_block_size, log2_min_transform_block_size_minus2,
      log2_diff_max_min_transform_block_size, log2_min_pcm_luma_coding_block_size_minus3,
      log2_diff_max_min_pcm_luma_coding_block_size, max_transform_hierarchy_depth_intra,
      max_transform_hierarchy_depth_inter;
  int8_t init_qp_minus26;
  uint8_t diff_cu_qp_delta_depth;
  int8_t pps_cb_qp_offset, pps_cr_qp_offset;
  uint8_t log2_parallel_merge_level_minus2, num_tile_columns_minus1, num_tile_rows_minus1;
  uint16_t column_width_minus1[19], row_height_minus1[21];
  struct {
    uint32_t lists_modification_present_flag : 1, long_term_ref_pics_present_flag : 1,
        sps_temporal_mvp_enabled_flag : 1, cabac_init_present_flag : 1, output_flag_present_flag : 1,
        dependent_slice_segments_enabled_flag : 1, pps_slice_chroma_qp_offsets_present_flag : 1,
        sample_adaptive_offset_enabled_flag : 1, deblocking_filter_override_enabled_flag : 1,
        pps_disable_deblocking_filter_flag : 1, slice_segment_header_extension_present_flag : 1, RapPicFlag : 1,
        IdrPicFlag : 1, IntraPicFlag : 1, : 18;
  };
  uint8_t log2_max_pic_order_cnt_lsb_minus4, num_short_term_ref_pic_sets, num_long_term_ref_pic_sps,
      num_ref_idx_l0_default_active_minus1, num_ref_idx_l1_default_active_minus1;
  int8_t pps_beta_offset_div2, pps_tc_offset_div2;
  uint8_t num_extra_slice_header_bits;
  uint32_t st_rps_bits, reserved[8];
} VAPictureParameterBufferHEVC;

typedef struct {
  int type, algorithm;
  uint32_t flags, reserved[4];
} VAProcFilterParameterBufferDeinterlacing;

typedef struct {
  uint32_t type, bit_length;
  uint8_t has_emulation_bytes;
  uint32_t reserved[4];
} VAEncPackedHeaderParameterBuffer;

typedef struct {
  uint32_t bits_per_second, target_percentage, window_size, initial_qp, min_qp, basic_unit_size;
  struct {
    uint32_t reset : 1, disable_frame_skip : 1, disable_bit_stuffing : 1, mb_rate_control : 4, temporal_id : 8,
        cfs_I_frames : 1, enable_parallel_brc : 1, enable_dynamic_scaling : 1, frame_tolerance_mode : 2, : 12;
  };
  uint32_t ICQ_quality_factor, max_qp, quality_factor, target_frame_size, reserved[4];
} VAEncMiscParameterRateControl;

typedef struct {
  uint32_t framerate, framerate_flags, reserved[4];
} VAEncMiscParameterFrameRate;

typedef struct {
  uint32_t initial_buffer_fullness, buffer_size, reserved[4];
} VAEncMiscParameterHRD;

typedef struct {
  uint32_t quality_level, reserved[4];
} VAEncMiscParameterBufferQualityLevel;

/* To the mirror state; what follows is not looked at. */
typedef struct {
  uint32_t surface;
  const struct va_rectangle *surface_region;
  int surface_color_standard;
  const struct va_rectangle *output_region;
  uint32_t output_background_color;
  int output_color_standard;
  uint32_t pipeline_flags, filter_flags, *filters, num_filters, *forward_references, num_forward_references,
      *backward_references, num_backward_references, rotation_state;
  const void *blend_state;
  uint32_t mirror_state;
} VAProcPipelineParameterBuffer;

typedef struct {
  uint32_t pipeline_flags, filter_flags, num_forward_references, num_backward_references;
  int *input_color_standards;
  uint32_t num_input_color_standards;
  int *output_color_standards;
  uint32_t num_output_color_standards, rotation_flags, blend_flags, mirror_flags, num_additional_outputs,
      num_input_pixel_formats, *input_pixel_format, num_output_pixel_formats, *output_pixel_format, max_input_width,
      max_input_height, min_input_width, min_input_height, max_output_width, max_output_height, min_output_width,
      min_output_height, reserved[14];
} VAProcPipelineCaps;

#endif
