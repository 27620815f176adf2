package dev.penstock.engine;

import java.util.Optional;

/** What the header of an ADTS frame says of its AAC: ISO/IEC 13818-7, 6.2. */
record AdtsForm(int sampleRate, int channels) {
  /** Bytes of a header that are looked at. */
  static final int HEADER = 4;

  private static final int[] SAMPLE_RATES = {
    96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000,
    7_350
  };

  /** Empty where the bytes are no ADTS frame, or it does not say. */
  static Optional<AdtsForm> of(byte[] head) {
    boolean sync =
        head.length >= HEADER && (head[0] & 0xff) == 0xff && (head[1] & 0b1111_0110) == 0b1111_0000;
    if (!sync) {
      return Optional.empty();
    }
    int rate = (head[2] >> 2) & 0xf;
    int layout = ((head[2] & 1) << 2) | ((head[3] >> 6) & 3);
    return rate < SAMPLE_RATES.length && layout > 0
        ? Optional.of(new AdtsForm(SAMPLE_RATES[rate], layout == 7 ? 8 : layout))
        : Optional.empty();
  }

  @Override
  public String toString() {
    return sampleRate + " Hz with " + channels + (channels == 1 ? " channel" : " channels");
  }
}
