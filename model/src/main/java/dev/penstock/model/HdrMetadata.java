package dev.penstock.model;

import java.util.Optional;

/** HDR side data of a video track. All empty or false for SDR. */
public record HdrMetadata(
    Optional<MasteringDisplay> masteringDisplay,
    Optional<ContentLight> contentLight,
    boolean hdr10Plus,
    boolean dolbyVision) {
  public static final HdrMetadata NONE =
      new HdrMetadata(Optional.empty(), Optional.empty(), false, false);

  /**
   * SMPTE ST 2086.
   *
   * @param primaries red, green, blue and white x,y chromaticities; empty when not signalled
   * @param minLuminance cd/m²
   * @param maxLuminance cd/m²
   */
  public record MasteringDisplay(String primaries, double minLuminance, double maxLuminance) {}

  /**
   * CTA-861.3.
   *
   * @param maxCll maximum content light level, cd/m²
   * @param maxFall maximum frame-average light level, cd/m²
   */
  public record ContentLight(int maxCll, int maxFall) {}
}
