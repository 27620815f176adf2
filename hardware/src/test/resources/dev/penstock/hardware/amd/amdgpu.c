/* A libdrm_amdgpu.so.1 of a Radeon RX 7900: one queue of VCN that encodes H.264, HEVC and AV1. The
   structures are those of amdgpu_drm.h as the kernel publishes it. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct drm_amdgpu_info_hw_ip {
  uint32_t hw_ip_version_major;
  uint32_t hw_ip_version_minor;
  uint64_t capabilities_flags;
  uint32_t ib_start_alignment;
  uint32_t ib_size_alignment;
  uint32_t available_rings;
  uint32_t ip_discovery_version;
};

struct drm_amdgpu_info_video_codec_info {
  uint32_t valid;
  uint32_t max_width;
  uint32_t max_height;
  uint32_t max_pixels_per_frame;
  uint32_t max_level;
  uint32_t pad;
};

struct drm_amdgpu_info_video_caps {
  struct drm_amdgpu_info_video_codec_info codec_info[8];
};

#ifdef CLAIMS
#include "claims.h"
#endif

static int device;

int amdgpu_device_initialize(int fd, uint32_t *major, uint32_t *minor, void **out) {
  *major = 3;
  *minor = 54;
  *out = &device;
  return fd < 0 ? -9 : 0;
}

int amdgpu_device_deinitialize(void *dev) { return dev == &device ? 0 : -22; }

int amdgpu_query_hw_ip_info(void *dev, unsigned type, unsigned instance,
                            struct drm_amdgpu_info_hw_ip *info) {
  if (dev != &device || instance != 0) return -22;
  memset(info, 0, sizeof *info);
  if (type == 7) info->available_rings = 1;
  return 0;
}

int amdgpu_query_video_caps_info(void *dev, unsigned type, unsigned size, void *value) {
  struct drm_amdgpu_info_video_caps caps = {0};
  if (dev != &device || type != 1 || size != sizeof caps) return -22;
  caps.codec_info[3] = (struct drm_amdgpu_info_video_codec_info){1, 4096, 4096, 16777216, 0, 0};
  caps.codec_info[4] = (struct drm_amdgpu_info_video_codec_info){1, 8192, 4352, 35651584, 0, 0};
  caps.codec_info[7] = (struct drm_amdgpu_info_video_codec_info){1, 8192, 4352, 35651584, 0, 0};
  memcpy(value, &caps, sizeof caps);
  return 0;
}
