package dev.penstock.hardware.amd;

/** Sizes and offsets of the structures of amdgpu_drm.h in bytes. Compiled by a test. */
final class AmdLayout {
  static final long HW_IP_SIZE = 32;
  static final long HW_IP_RINGS = 24;

  static final long CODEC_SIZE = 24;
  static final long CODEC_VALID = 0;
  static final long CODEC_WIDTH = 4;
  static final long CODEC_HEIGHT = 8;
  static final int CODECS = 8;

  private AmdLayout() {}
}
