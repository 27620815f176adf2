/*
 * The parts of CUDA, NVENC and NVDEC that their capabilities are asked through, written from NVIDIA's published
 * interface (nv-codec-headers 13.0), x86-64.
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
  uint32_t version;
  uint32_t reserved;
  void *nvEncOpenEncodeSession;
  int (*nvEncGetEncodeGUIDCount)(void *encoder, uint32_t *count);
  int (*nvEncGetEncodeProfileGUIDCount)(void *encoder, GUID codec, uint32_t *count);
  int (*nvEncGetEncodeProfileGUIDs)(void *encoder, GUID codec, GUID *guids, uint32_t room, uint32_t *count);
  int (*nvEncGetEncodeGUIDs)(void *encoder, GUID *guids, uint32_t room, uint32_t *count);
  void *nvEncGetInputFormatCount;
  void *nvEncGetInputFormats;
  int (*nvEncGetEncodeCaps)(void *encoder, GUID codec, NV_ENC_CAPS_PARAM *caps, int *value);
  void *nvEncGetEncodePresetCount;
  void *nvEncGetEncodePresetGUIDs;
  void *nvEncGetEncodePresetConfig;
  void *nvEncInitializeEncoder;
  void *nvEncCreateInputBuffer;
  void *nvEncDestroyInputBuffer;
  void *nvEncCreateBitstreamBuffer;
  void *nvEncDestroyBitstreamBuffer;
  void *nvEncEncodePicture;
  void *nvEncLockBitstream;
  void *nvEncUnlockBitstream;
  void *nvEncLockInputBuffer;
  void *nvEncUnlockInputBuffer;
  void *nvEncGetEncodeStats;
  void *nvEncGetSequenceParams;
  void *nvEncRegisterAsyncEvent;
  void *nvEncUnregisterAsyncEvent;
  void *nvEncMapInputResource;
  void *nvEncUnmapInputResource;
  int (*nvEncDestroyEncoder)(void *encoder);
  void *nvEncInvalidateRefFrames;
  int (*nvEncOpenEncodeSessionEx)(NV_ENC_OPEN_ENCODE_SESSION_EX_PARAMS *parameters, void **encoder);
  /* 13 more functions and room for 275 that may come. */
  void *rest[288];
} NV_ENCODE_API_FUNCTION_LIST;

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

#endif
