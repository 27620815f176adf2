package dev.penstock.model;

/** A way to put a number on how far a picture is from its reference, as libavfilter measures it. */
public enum Metric {
  /** PSNR weighted by what the eye sees: Helmrich et al., "XPSNR", Fraunhofer HHI. Decibels. */
  XPSNR("XPSNR", true),
  /** Structural similarity: Wang et al. 2004. 1 is the same picture. */
  SSIM("SSIM", false),
  /** Peak signal to noise ratio. Decibels. */
  PSNR("PSNR", true);

  private final String title;
  private final boolean decibels;

  Metric(String title, boolean decibels) {
    this.title = title;
    this.decibels = decibels;
  }

  /** Its name for people. */
  public String title() {
    return title;
  }

  /** Whether its values are decibels, without end when pictures are the same. */
  public boolean decibels() {
    return decibels;
  }
}
