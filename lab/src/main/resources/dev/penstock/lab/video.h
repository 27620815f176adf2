/*
 * The part of NVENC's and NVDEC's binary interface that FFmpeg and the probes use, written from what NVIDIA publishes of
 * API 13.0, x86-64: names, order and widths of what is passed. layout.c holds it to the published sizes and offsets.
 */
#ifndef PENSTOCK_LAB_VIDEO_H
#define PENSTOCK_LAB_VIDEO_H

#include <stdint.h>

typedef struct {
  uint32_t Data1;
  uint16_t Data2;
  uint16_t Data3;
  uint8_t Data4[8];
} GUID;

typedef struct {
  uint32_t version;
  uint32_t deviceType;
  void *device;
  void *reserved;
  uint32_t apiVersion;
  uint32_t reserved1[253];
  void *reserved2[64];
} NV_ENC_OPEN_ENCODE_SESSION_EX_PARAMS;

typedef struct {
  uint32_t version;
  uint32_t capsToQuery;
  uint32_t reserved[62];
} NV_ENC_CAPS_PARAM;

typedef struct {
  uint32_t qpInterP, qpInterB, qpIntra;
} NV_ENC_QP;

typedef struct {
  uint32_t version, rateControlMode;
  NV_ENC_QP constQP;
  uint32_t averageBitRate, maxBitRate, vbvBufferSize, vbvInitialDelay, enableMinQP : 1, enableMaxQP : 1,
      enableInitialRCQP : 1, enableAQ : 1, reservedBitField1 : 1, enableLookahead : 1, disableIadapt : 1,
      disableBadapt : 1, enableTemporalAQ : 1, zeroReorderDelay : 1, enableNonRefP : 1, strictGOPTarget : 1,
      aqStrength : 4, enableExtLookahead : 1, reservedBitFields : 15;
  NV_ENC_QP minQP, maxQP, initialRCQP;
  uint32_t temporallayerIdxMask;
  uint8_t temporalLayerQP[8], targetQuality, targetQualityLSB;
  uint16_t lookaheadDepth;
  uint8_t lowDelayKeyFrameScale;
  int8_t yDcQPIndexOffset, uDcQPIndexOffset, vDcQPIndexOffset;
  uint32_t qpMapMode, multiPass, alphaLayerBitrateRatio;
  int8_t cbQPIndexOffset, crQPIndexOffset;
  uint16_t reserved2;
  uint32_t lookaheadLevel;
  uint8_t viewBitrateRatios[7], reserved3;
  uint32_t reserved1;
} NV_ENC_RC_PARAMS;

typedef struct {
  uint32_t overscanInfoPresentFlag, overscanInfo, videoSignalTypePresentFlag, videoFormat, videoFullRangeFlag,
      colourDescriptionPresentFlag, colourPrimaries, transferCharacteristics, colourMatrix, chromaSampleLocationFlag,
      chromaSampleLocationTop, chromaSampleLocationBot, bitstreamRestrictionFlag, timingInfoPresentFlag,
      numUnitInTicks, timeScale, reserved[12];
} NV_ENC_CONFIG_H264_VUI_PARAMETERS;

typedef struct {
  uint32_t enableTemporalSVC : 1, enableStereoMVC : 1, hierarchicalPFrames : 1, hierarchicalBFrames : 1,
      outputBufferingPeriodSEI : 1, outputPictureTimingSEI : 1, outputAUD : 1, disableSPSPPS : 1,
      outputFramePackingSEI : 1, outputRecoveryPointSEI : 1, enableIntraRefresh : 1, enableConstrainedEncoding : 1,
      repeatSPSPPS : 1, enableVFR : 1, enableLTR : 1, qpPrimeYZeroTransformBypassFlag : 1,
      useConstrainedIntraPred : 1, enableFillerDataInsertion : 1, disableSVCPrefixNalu : 1,
      enableScalabilityInfoSEI : 1, singleSliceIntraRefresh : 1, enableTimeCode : 1, reservedBitFields : 10, level,
      idrPeriod, separateColourPlaneFlag, disableDeblockingFilterIDC, numTemporalLayers, spsId, ppsId,
      adaptiveTransformMode, fmoMode, bdirectMode, entropyCodingMode, stereoMode, intraRefreshPeriod, intraRefreshCnt,
      maxNumRefFrames, sliceMode, sliceModeData;
  NV_ENC_CONFIG_H264_VUI_PARAMETERS h264VUIParameters;
  uint32_t ltrNumFrames, ltrTrustMode, chromaFormatIDC, maxTemporalLayers, useBFramesAsRef, numRefL0, numRefL1,
      outputBitDepth, inputBitDepth, tfLevel, reserved1[264];
  void *reserved2[64];
} NV_ENC_CONFIG_H264;

typedef struct {
  uint32_t level, tier, minCUSize, maxCUSize, useConstrainedIntraPred : 1, disableDeblockAcrossSliceBoundary : 1,
      outputBufferingPeriodSEI : 1, outputPictureTimingSEI : 1, outputAUD : 1, enableLTR : 1, disableSPSPPS : 1,
      repeatSPSPPS : 1, enableIntraRefresh : 1, chromaFormatIDC : 2, reserved3 : 3, enableFillerDataInsertion : 1,
      enableConstrainedEncoding : 1, enableAlphaLayerEncoding : 1, singleSliceIntraRefresh : 1,
      outputRecoveryPointSEI : 1, outputTimeCodeSEI : 1, enableTemporalSVC : 1, enableMVHEVC : 1,
      outputHevc3DReferenceDisplayInfo : 1, outputMaxCll : 1, outputMasteringDisplay : 1, reserved : 7, idrPeriod,
      intraRefreshPeriod, intraRefreshCnt, maxNumRefFramesInDPB, ltrNumFrames, vpsId, spsId, ppsId, sliceMode,
      sliceModeData, maxTemporalLayersMinus1;
  NV_ENC_CONFIG_H264_VUI_PARAMETERS hevcVUIParameters;
  uint32_t ltrTrustMode, useBFramesAsRef, numRefL0, numRefL1, tfLevel, disableDeblockingFilterIDC, outputBitDepth,
      inputBitDepth, numTemporalLayers, numViews, reserved1[208];
  void *reserved2[64];
} NV_ENC_CONFIG_HEVC;

typedef struct {
  uint32_t level, tier, minPartSize, maxPartSize, outputAnnexBFormat : 1, enableTimingInfo : 1,
      enableDecoderModelInfo : 1, enableFrameIdNumbers : 1, disableSeqHdr : 1, repeatSeqHdr : 1,
      enableIntraRefresh : 1, chromaFormatIDC : 2, enableBitstreamPadding : 1, enableCustomTileConfig : 1,
      enableFilmGrainParams : 1, enableLTR : 1, enableTemporalSVC : 1, outputMaxCll : 1, outputMasteringDisplay : 1,
      reserved4 : 2, reserved : 14, idrPeriod, intraRefreshPeriod, intraRefreshCnt, maxNumRefFramesInDPB,
      numTileColumns, numTileRows, reserved2, *tileWidths, *tileHeights, maxTemporalLayersMinus1, colorPrimaries,
      transferCharacteristics, matrixCoefficients, colorRange, chromaSamplePosition, useBFramesAsRef;
  void *filmGrainParams;
  uint32_t numFwdRefs, numBwdRefs, outputBitDepth, inputBitDepth, ltrNumFrames, numTemporalLayers, tfLevel,
      reserved1[230];
  void *reserved3[62];
} NV_ENC_CONFIG_AV1;

typedef union {
  NV_ENC_CONFIG_H264 h264Config;
  NV_ENC_CONFIG_HEVC hevcConfig;
  NV_ENC_CONFIG_AV1 av1Config;
  uint32_t reserved[320];
} NV_ENC_CODEC_CONFIG;

typedef struct {
  uint32_t version;
  GUID profileGUID;
  uint32_t gopLength;
  int32_t frameIntervalP;
  uint32_t monoChromeEncoding, frameFieldMode, mvPrecision;
  NV_ENC_RC_PARAMS rcParams;
  NV_ENC_CODEC_CONFIG encodeCodecConfig;
  uint32_t reserved[278];
  void *reserved2[64];
} NV_ENC_CONFIG;

typedef struct {
  uint32_t numCandsPerBlk16x16 : 4, numCandsPerBlk16x8 : 4, numCandsPerBlk8x16 : 4, numCandsPerBlk8x8 : 4,
      numCandsPerSb : 8, reserved : 8, reserved1[3];
} NVENC_EXTERNAL_ME_HINT_COUNTS_PER_BLOCKTYPE;

typedef struct {
  uint32_t version;
  GUID encodeGUID, presetGUID;
  uint32_t encodeWidth, encodeHeight, darWidth, darHeight, frameRateNum, frameRateDen, enableEncodeAsync, enablePTD,
      reportSliceOffsets : 1, enableSubFrameWrite : 1, enableExternalMEHints : 1, enableMEOnlyMode : 1,
      enableWeightedPrediction : 1, splitEncodeMode : 4, enableOutputInVidmem : 1, enableReconFrameOutput : 1,
      enableOutputStats : 1, enableUniDirectionalB : 1, reservedBitFields : 19, privDataSize, reserved;
  void *privData;
  NV_ENC_CONFIG *encodeConfig;
  uint32_t maxEncodeWidth, maxEncodeHeight;
  NVENC_EXTERNAL_ME_HINT_COUNTS_PER_BLOCKTYPE maxMEHintCountsPerBlock[2];
  uint32_t tuningInfo, bufferFormat, numStateBuffers, outputStatsLevel, reserved1[284];
  void *reserved2[64];
} NV_ENC_INITIALIZE_PARAMS;

typedef struct {
  uint32_t version, reserved;
  NV_ENC_INITIALIZE_PARAMS reInitEncodeParams;
  uint32_t resetEncoder : 1, forceIDR : 1, reserved1 : 30, reserved2;
} NV_ENC_RECONFIGURE_PARAMS;

typedef struct {
  uint32_t version, reserved;
  NV_ENC_CONFIG presetCfg;
  uint32_t reserved1[256];
  void *reserved2[64];
} NV_ENC_PRESET_CONFIG;

typedef struct {
  uint32_t version, width, height, memoryHeap, bufferFmt, reserved;
  void *inputBuffer, *pSysMemBuffer;
  uint32_t reserved1[58];
  void *reserved2[63];
} NV_ENC_CREATE_INPUT_BUFFER;

typedef struct {
  uint32_t version, size, memoryHeap, reserved;
  void *bitstreamBuffer, *bitstreamBufferPtr;
  uint32_t reserved1[58];
  void *reserved2[64];
} NV_ENC_CREATE_BITSTREAM_BUFFER;

typedef struct {
  uint32_t version, doNotWait : 1, reservedBitFields : 31;
  void *inputBuffer, *bufferDataPtr;
  uint32_t pitch, reserved1[251];
  void *reserved2[64];
} NV_ENC_LOCK_INPUT_BUFFER;

typedef struct {
  uint32_t version, doNotWait : 1, ltrFrame : 1, getRCStats : 1, reservedBitFields : 29;
  void *outputBitstream;
  uint32_t *sliceOffsets, frameIdx, hwEncodeStatus, numSlices, bitstreamSizeInBytes;
  uint64_t outputTimeStamp, outputDuration;
  void *bitstreamBufferPtr;
  uint32_t pictureType, pictureStruct, frameAvgQP, frameSatd, ltrFrameIdx, ltrFrameBitmap, temporalId, intraMBCount,
      interMBCount;
  int32_t averageMVX, averageMVY;
  uint32_t alphaLayerSizeInBytes, outputStatsPtrSize, reserved;
  void *outputStatsPtr;
  uint32_t frameIdxDisplay, reserved1[219];
  void *reserved2[63];
  uint32_t reservedInternal[8];
} NV_ENC_LOCK_BITSTREAM;

typedef struct {
  uint32_t version, subResourceIndex;
  void *inputResource, *registeredResource, *mappedResource;
  uint32_t mappedBufferFmt, reserved1[251];
  void *reserved2[63];
} NV_ENC_MAP_INPUT_RESOURCE;

typedef struct {
  uint32_t version, resourceType, width, height, pitch, subResourceIndex;
  void *resourceToRegister, *registeredResource;
  uint32_t bufferFormat, bufferUsage;
  void *pInputFencePoint;
  uint32_t chromaOffset[2], chromaOffsetIn[2], reserved1[244];
  void *reserved2[61];
} NV_ENC_REGISTER_RESOURCE;

typedef struct {
  uint32_t version, inBufferSize, spsId, ppsId;
  void *spsppsBuffer;
  uint32_t *outSPSPPSPayloadSize, reserved[250];
  void *reserved2[64];
} NV_ENC_SEQUENCE_PARAM_PAYLOAD;

typedef struct {
  uint32_t countingType : 1, discontinuityFlag : 1, cntDroppedFrames : 1, nFrames : 8, secondsValue : 6,
      minutesValue : 6, hoursValue : 5, reserved2 : 4, timeOffset;
} NV_ENC_CLOCK_TIMESTAMP_SET;

typedef struct {
  uint32_t displayPicStruct;
  NV_ENC_CLOCK_TIMESTAMP_SET clockTimestamp[3];
  uint32_t skipClockTimestampInsertion;
} NV_ENC_TIME_CODE;

typedef struct {
  uint32_t payloadSize, payloadType;
  uint8_t *payload;
} NV_ENC_SEI_PAYLOAD;

typedef struct {
  uint32_t displayPOCSyntax, reserved3, refPicFlag, colourPlaneId, forceIntraRefreshWithFrameCnt,
      constrainedFrame : 1, sliceModeDataUpdate : 1, ltrMarkFrame : 1, ltrUseFrames : 1, reservedBitFields : 28;
  uint8_t *sliceTypeData;
  uint32_t sliceTypeArrayCnt, seiPayloadArrayCnt;
  NV_ENC_SEI_PAYLOAD *seiPayloadArray;
  uint32_t sliceMode, sliceModeData, ltrMarkFrameIdx, ltrUseFrameBitmap, ltrUsageMode, forceIntraSliceCount,
      *forceIntraSliceIdx, h264ExtPicParams[32];
  NV_ENC_TIME_CODE timeCode;
  uint32_t reserved[202];
  void *reserved2[61];
} NV_ENC_PIC_PARAMS_H264;

typedef struct {
  uint32_t displayPOCSyntax, refPicFlag, temporalId, forceIntraRefreshWithFrameCnt, constrainedFrame : 1,
      sliceModeDataUpdate : 1, ltrMarkFrame : 1, ltrUseFrames : 1, temporalConfigUpdate : 1, reservedBitFields : 27,
      reserved1;
  uint8_t *sliceTypeData;
  uint32_t sliceTypeArrayCnt, sliceMode, sliceModeData, ltrMarkFrameIdx, ltrUseFrameBitmap, ltrUsageMode,
      seiPayloadArrayCnt, reserved;
  NV_ENC_SEI_PAYLOAD *seiPayloadArray;
  NV_ENC_TIME_CODE timeCode;
  uint32_t numTemporalLayers, viewId;
  void *p3DReferenceDisplayInfo, *pMaxCll, *pMasteringDisplay;
  uint32_t reserved2[234];
  void *reserved3[58];
} NV_ENC_PIC_PARAMS_HEVC;

typedef struct {
  uint32_t version, inputWidth, inputHeight, inputPitch, encodePicFlags, frameIdx;
  uint64_t inputTimeStamp, inputDuration;
  void *inputBuffer, *outputBitstream, *completionEvent;
  uint32_t bufferFmt, pictureStruct, pictureType;
  union {
    NV_ENC_PIC_PARAMS_H264 h264PicParams;
    NV_ENC_PIC_PARAMS_HEVC hevcPicParams;
    /* Those of AV1 are the longest. */
    uint32_t reserved[386];
  } codecPicParams;
  NVENC_EXTERNAL_ME_HINT_COUNTS_PER_BLOCKTYPE meHintCountsPerBlock[2];
  void *meExternalHints;
  uint32_t reserved2[7];
  void *reserved5[2];
  int8_t *qpDeltaMap;
  uint32_t qpDeltaMapSize, reservedBitFields;
  uint16_t meHintRefPicDist[2];
  uint32_t reserved4;
  void *alphaBuffer, *meExternalSbHints;
  uint32_t meSbHintsCount, stateBufferIdx;
  void *outputReconBuffer;
  uint32_t reserved3[284];
  void *reserved6[57];
} NV_ENC_PIC_PARAMS;
typedef struct {
  uint32_t version;
  uint32_t reserved;
  void *nvEncOpenEncodeSession;
  int (*nvEncGetEncodeGUIDCount)(void *session, uint32_t *count);
  int (*nvEncGetEncodeProfileGUIDCount)(void *session, GUID codec, uint32_t *count);
  int (*nvEncGetEncodeProfileGUIDs)(void *session, GUID codec, GUID *guids, uint32_t room, uint32_t *count);
  int (*nvEncGetEncodeGUIDs)(void *session, GUID *guids, uint32_t room, uint32_t *count);
  int (*nvEncGetInputFormatCount)(void *session, GUID codec, uint32_t *count);
  int (*nvEncGetInputFormats)(void *session, GUID codec, uint32_t *formats, uint32_t room, uint32_t *count);
  int (*nvEncGetEncodeCaps)(void *session, GUID codec, NV_ENC_CAPS_PARAM *caps, int *value);
  int (*nvEncGetEncodePresetCount)(void *session, GUID codec, uint32_t *count);
  int (*nvEncGetEncodePresetGUIDs)(void *session, GUID codec, GUID *guids, uint32_t room, uint32_t *count);
  int (*nvEncGetEncodePresetConfig)(void *session, GUID codec, GUID preset, NV_ENC_PRESET_CONFIG *config);
  int (*nvEncInitializeEncoder)(void *session, NV_ENC_INITIALIZE_PARAMS *parameters);
  int (*nvEncCreateInputBuffer)(void *session, NV_ENC_CREATE_INPUT_BUFFER *parameters);
  int (*nvEncDestroyInputBuffer)(void *session, void *buffer);
  int (*nvEncCreateBitstreamBuffer)(void *session, NV_ENC_CREATE_BITSTREAM_BUFFER *parameters);
  int (*nvEncDestroyBitstreamBuffer)(void *session, void *buffer);
  int (*nvEncEncodePicture)(void *session, NV_ENC_PIC_PARAMS *picture);
  int (*nvEncLockBitstream)(void *session, NV_ENC_LOCK_BITSTREAM *parameters);
  int (*nvEncUnlockBitstream)(void *session, void *buffer);
  int (*nvEncLockInputBuffer)(void *session, NV_ENC_LOCK_INPUT_BUFFER *parameters);
  int (*nvEncUnlockInputBuffer)(void *session, void *buffer);
  void *nvEncGetEncodeStats;
  int (*nvEncGetSequenceParams)(void *session, NV_ENC_SEQUENCE_PARAM_PAYLOAD *payload);
  void *nvEncRegisterAsyncEvent;
  void *nvEncUnregisterAsyncEvent;
  int (*nvEncMapInputResource)(void *session, NV_ENC_MAP_INPUT_RESOURCE *parameters);
  int (*nvEncUnmapInputResource)(void *session, void *resource);
  int (*nvEncDestroyEncoder)(void *session);
  void *nvEncInvalidateRefFrames;
  int (*nvEncOpenEncodeSessionEx)(NV_ENC_OPEN_ENCODE_SESSION_EX_PARAMS *parameters, void **session);
  union {
    struct {
      int (*nvEncRegisterResource)(void *session, NV_ENC_REGISTER_RESOURCE *parameters);
      int (*nvEncUnregisterResource)(void *session, void *resource);
      int (*nvEncReconfigureEncoder)(void *session, NV_ENC_RECONFIGURE_PARAMS *parameters);
      void *reserved1, *nvEncCreateMVBuffer, *nvEncDestroyMVBuffer, *nvEncRunMotionEstimationOnly;
      const char *(*nvEncGetLastErrorString)(void *session);
      int (*nvEncSetIOCudaStreams)(void *session, void *input, void *output);
      int (*nvEncGetEncodePresetConfigEx)(void *session, GUID codec, GUID preset, uint32_t tuning,
                                          NV_ENC_PRESET_CONFIG *config);
      void *nvEncGetSequenceParamEx, *nvEncRestoreEncoderState, *nvEncLookaheadPicture;
    };
    /* 13 more functions, and room for 275 that may come. */
    void *rest[288];
  };
} NV_ENCODE_API_FUNCTION_LIST;

enum { CODEC_H264 = 0x6bc82762, CODEC_HEVC = 0x790cdc88, CODEC_AV1 = 0x0a352289 };
enum { PIC_FORCE_INTRA = 1, PIC_FORCE_IDR = 2, PIC_EOS = 8 };
enum { RC_CONST_QP = 0, RC_VBR = 1, RC_CBR = 2 };
enum { TYPE_P = 0, TYPE_B = 1, TYPE_I = 2, TYPE_IDR = 3 };
enum {
  FORMAT_NV12 = 0x1,
  FORMAT_YV12 = 0x10,
  FORMAT_IYUV = 0x100,
  FORMAT_YUV444 = 0x1000,
  FORMAT_YUV420_10 = 0x10000,
  FORMAT_YUV444_10 = 0x100000,
  FORMAT_ARGB = 0x1000000,
  FORMAT_ABGR = 0x10000000,
  FORMAT_NV16 = 0x40000001,
  FORMAT_P210 = 0x40000002
};
enum {
  NVENC_NO_ENCODE_DEVICE = 1,
  NVENC_UNSUPPORTED_DEVICE = 2,
  NVENC_INVALID_DEVICE = 4,
  NVENC_INVALID_PARAM = 8,
  NVENC_INVALID_CALL = 9,
  NVENC_OUT_OF_MEMORY = 10,
  NVENC_NOT_INITIALIZED = 11,
  NVENC_UNSUPPORTED_PARAM = 12,
  NVENC_LOCK_BUSY = 13,
  NVENC_NOT_ENOUGH_BUFFER = 14,
  NVENC_INVALID_VERSION = 15,
  NVENC_NEED_MORE_INPUT = 17,
  NVENC_GENERIC = 20,
  NVENC_UNIMPLEMENTED = 22
};

#define NVENC_VERSION_WORD(api, number) ((uint32_t)(api) | ((uint32_t)(number) << 16) | (0x7u << 28))

typedef struct {
  uint32_t eCodecType;
  uint32_t eChromaFormat;
  uint32_t nBitDepthMinus8;
  uint32_t reserved1[3];
  uint8_t bIsSupported;
  uint8_t nNumNVDECs;
  uint16_t nOutputFormatMask;
  uint32_t nMaxWidth;
  uint32_t nMaxHeight;
  uint32_t nMaxMBCount;
  uint16_t nMinWidth;
  uint16_t nMinHeight;
  uint8_t bIsHistogramSupported;
  uint8_t nCounterBitDepth;
  uint16_t nMaxHistogramBins;
  uint32_t reserved3[10];
} CUVIDDECODECAPS;

typedef struct {
  unsigned long ulWidth, ulHeight, ulNumDecodeSurfaces;
  uint32_t CodecType, ChromaFormat;
  unsigned long ulCreationFlags, bitDepthMinus8, ulIntraDecodeOnly, ulMaxWidth, ulMaxHeight, Reserved1;
  int16_t display_area[4];
  uint32_t OutputFormat, DeinterlaceMode;
  unsigned long ulTargetWidth, ulTargetHeight, ulNumOutputSurfaces;
  void *vidLock;
  int16_t target_rect[4];
  unsigned long enableHistogram, Reserved2[4];
} CUVIDDECODECREATEINFO;

typedef struct {
  int log2_max_frame_num_minus4, pic_order_cnt_type, log2_max_pic_order_cnt_lsb_minus4,
      delta_pic_order_always_zero_flag, frame_mbs_only_flag, direct_8x8_inference_flag, num_ref_frames;
  uint8_t residual_colour_transform_flag, bit_depth_luma_minus8, bit_depth_chroma_minus8,
      qpprime_y_zero_transform_bypass_flag;
  int entropy_coding_mode_flag, pic_order_present_flag, num_ref_idx_l0_active_minus1, num_ref_idx_l1_active_minus1,
      weighted_pred_flag, weighted_bipred_idc, pic_init_qp_minus26, deblocking_filter_control_present_flag,
      redundant_pic_cnt_present_flag, transform_8x8_mode_flag, MbaffFrameFlag, constrained_intra_pred_flag,
      chroma_qp_index_offset, second_chroma_qp_index_offset, ref_pic_flag, frame_num, CurrFieldOrderCnt[2];
  struct {
    int PicIdx, FrameIdx, is_long_term, not_existing, used_for_reference, FieldOrderCnt[2];
  } dpb[16];
  uint8_t WeightScale4x4[6][16], WeightScale8x8[2][64];
} CUVIDH264PICPARAMS;

typedef struct {
  int pic_width_in_luma_samples, pic_height_in_luma_samples;
  uint8_t log2_min_luma_coding_block_size_minus3, log2_diff_max_min_luma_coding_block_size,
      log2_min_transform_block_size_minus2, log2_diff_max_min_transform_block_size, pcm_enabled_flag,
      log2_min_pcm_luma_coding_block_size_minus3, log2_diff_max_min_pcm_luma_coding_block_size,
      pcm_sample_bit_depth_luma_minus1, pcm_sample_bit_depth_chroma_minus1, pcm_loop_filter_disabled_flag,
      strong_intra_smoothing_enabled_flag, max_transform_hierarchy_depth_intra, max_transform_hierarchy_depth_inter,
      amp_enabled_flag, separate_colour_plane_flag, log2_max_pic_order_cnt_lsb_minus4, num_short_term_ref_pic_sets,
      long_term_ref_pics_present_flag, num_long_term_ref_pics_sps, sps_temporal_mvp_enabled_flag,
      sample_adaptive_offset_enabled_flag, scaling_list_enable_flag, IrapPicFlag, IdrPicFlag, bit_depth_luma_minus8,
      bit_depth_chroma_minus8, log2_max_transform_skip_block_size_minus2, log2_sao_offset_scale_luma,
      log2_sao_offset_scale_chroma, high_precision_offsets_enabled_flag, reserved1[10],
      dependent_slice_segments_enabled_flag, slice_segment_header_extension_present_flag,
      sign_data_hiding_enabled_flag, cu_qp_delta_enabled_flag, diff_cu_qp_delta_depth;
  int8_t init_qp_minus26, pps_cb_qp_offset, pps_cr_qp_offset;
  uint8_t constrained_intra_pred_flag, weighted_pred_flag, weighted_bipred_flag, transform_skip_enabled_flag,
      transquant_bypass_enabled_flag, entropy_coding_sync_enabled_flag, log2_parallel_merge_level_minus2,
      num_extra_slice_header_bits, loop_filter_across_tiles_enabled_flag, loop_filter_across_slices_enabled_flag,
      output_flag_present_flag, num_ref_idx_l0_default_active_minus1, num_ref_idx_l1_default_active_minus1,
      lists_modification_present_flag, cabac_init_present_flag, pps_slice_chroma_qp_offsets_present_flag,
      deblocking_filter_override_enabled_flag, pps_deblocking_filter_disabled_flag;
  int8_t pps_beta_offset_div2, pps_tc_offset_div2;
  uint8_t tiles_enabled_flag, uniform_spacing_flag, num_tile_columns_minus1, num_tile_rows_minus1;
  uint16_t column_width_minus1[21], row_height_minus1[21];
  uint8_t sps_range_extension_flag, transform_skip_rotation_enabled_flag, transform_skip_context_enabled_flag,
      implicit_rdpcm_enabled_flag, explicit_rdpcm_enabled_flag, extended_precision_processing_flag,
      intra_smoothing_disabled_flag, persistent_rice_adaptation_enabled_flag, cabac_bypass_alignment_enabled_flag,
      pps_range_extension_flag, cross_component_prediction_enabled_flag, chroma_qp_offset_list_enabled_flag,
      diff_cu_chroma_qp_offset_depth, chroma_qp_offset_list_len_minus1;
  int8_t cb_qp_offset_list[6], cr_qp_offset_list[6];
  uint8_t reserved2[2];
  uint32_t reserved3[8];
  /* The references of the picture, and scaling lists. */
} CUVIDHEVCPICPARAMS;

typedef struct {
  int PicWidthInMbs, FrameHeightInMbs, CurrPicIdx, field_pic_flag, bottom_field_flag, second_field;
  uint32_t nBitstreamDataLen;
  const uint8_t *pBitstreamData;
  uint32_t nNumSlices;
  const uint32_t *pSliceDataOffsets;
  int ref_pic_flag, intra_pic_flag;
  uint32_t Reserved[30];
  union {
    CUVIDH264PICPARAMS h264;
    CUVIDHEVCPICPARAMS hevc;
    uint32_t CodecReserved[1024];
  } CodecSpecific;
} CUVIDPICPARAMS;

#endif
