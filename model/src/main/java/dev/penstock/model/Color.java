package dev.penstock.model;

/**
 * How code values map to light, in libav's names for the code points of ITU-T H.273. {@value
 * #UNSPECIFIED} is itself a code point (2), not an absence.
 *
 * @param range {@code tv} (limited), {@code pc} (full) or unspecified
 */
public record Color(
    String range, String primaries, String transfer, String matrix, String location) {
  public static final String UNSPECIFIED = "unspecified";
  public static final Color UNKNOWN =
      new Color(UNSPECIFIED, UNSPECIFIED, UNSPECIFIED, UNSPECIFIED, UNSPECIFIED);

  /** PQ (SMPTE ST 2084), the transfer of HDR10 and Dolby Vision. */
  public boolean isPq() {
    return transfer.equals("smpte2084");
  }

  /** Hybrid log-gamma (ARIB STD-B67). */
  public boolean isHlg() {
    return transfer.equals("arib-std-b67");
  }

  public boolean isHdr() {
    return isPq() || isHlg();
  }

  public boolean isFullRange() {
    return range.equals("pc");
  }

  public Color withRange(String newRange) {
    return new Color(newRange, primaries, transfer, matrix, location);
  }
}
