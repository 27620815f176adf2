package dev.penstock.planner;

import dev.penstock.model.JobSpec;
import dev.penstock.model.Tuning;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** How an encoder spends bits. */
sealed interface RateControl {
  /** x264 counts in thousands. */
  int LEAST_BITS = 1000;

  /** Bound on the bits of any stretch of the video, where there is one. */
  Optional<Cap> cap();

  /**
   * Whether the encoder counts bits while it goes, and steers by them. With several threads it then
   * depends on the encoder whether the bytes follow from the input alone: counts of pictures that
   * are still being coded depend on which thread is faster.
   */
  default boolean keepsCount() {
    return this instanceof Bitrate || cap().isPresent();
  }

  /**
   * The same for segments that are encoded apart. An average is bounded, too: encoders derive the
   * level that their headers state from the bits, and the headers of all segments must agree.
   */
  default RateControl ofPieces() {
    return this instanceof Bitrate(long bits, Optional<Cap> cap) && cap.isEmpty()
        ? new Bitrate(bits, Optional.of(new Cap(bounded(2 * bits), bounded(4 * bits))))
        : this;
  }

  /** Each picture takes the bits that it needs. */
  record Lossless() implements RateControl {
    @Override
    public Optional<Cap> cap() {
      return Optional.empty();
    }
  }

  /** Constant quality on the encoder's own scale; empty means the recipe's default. */
  record Quality(OptionalDouble value, Optional<Cap> cap) implements RateControl {}

  /** An average, in bits per second. */
  record Bitrate(long bits, Optional<Cap> cap) implements RateControl {}

  /**
   * The model of the decoder's buffer.
   *
   * @param rate bits per second into it
   * @param buffer its size in bits
   */
  record Cap(long rate, long buffer) {}

  /** What the job asks for; combinations without a meaning are refused. */
  static RateControl of(JobSpec.Video asked, Ledger ledger) {
    check(asked, ledger);
    if (asked.tune().filter(tune -> tune == Tuning.LOSSLESS).isPresent()) {
      refuseRates(asked, ledger);
      return new Lossless();
    }
    Optional<Cap> cap = cap(asked);
    if (asked.bitrate().isPresent()) {
      return new Bitrate(asked.bitrate().getAsLong(), cap);
    }
    return new Quality(asked.quality(), cap);
  }

  private static void check(JobSpec.Video asked, Ledger ledger) {
    if (asked.quality().isPresent() && asked.bitrate().isPresent()) {
      ledger.refuseRequest(
          "--quality and --bitrate",
          "only one of them can lead",
          "a constant quality and an average bit rate contradict each other",
          "give one of them; --quality with --max-bitrate is constant quality under a limit");
    }
    if (asked.buffer().isPresent() && asked.maxBitrate().isEmpty() && asked.bitrate().isEmpty()) {
      ledger.refuseRequest(
          "--buffer",
          "a buffer without a bit rate means nothing",
          "the buffer says how long the bit rate may be exceeded",
          "add --max-bitrate or --bitrate, or leave --buffer away");
    }
    positive("--bitrate", asked.bitrate(), ledger);
    positive("--max-bitrate", asked.maxBitrate(), ledger);
    positive("--buffer", asked.buffer(), ledger);
    if (asked.bitrate().isPresent()
        && asked.maxBitrate().isPresent()
        && asked.maxBitrate().getAsLong() < asked.bitrate().getAsLong()) {
      ledger.refuseRequest(
          "--max-bitrate",
          "it is below --bitrate",
          "an average cannot be above the maximum",
          "raise --max-bitrate to at least " + asked.bitrate().getAsLong());
    }
  }

  private static void refuseRates(JobSpec.Video asked, Ledger ledger) {
    List<String> rates =
        Stream.of(
                asked.quality().isPresent() ? "--quality" : "",
                asked.bitrate().isPresent() ? "--bitrate" : "",
                asked.maxBitrate().isPresent() ? "--max-bitrate" : "")
            .filter(option -> !option.isEmpty())
            .toList();
    if (!rates.isEmpty()) {
      ledger.refuseRequest(
          "--tune lossless and " + String.join(", ", rates),
          "only one of them can lead",
          "without loss, the pictures alone decide how many bits they take",
          "leave one of them away");
    }
  }

  private static void positive(String name, OptionalLong value, Ledger ledger) {
    // libav keeps rates and buffers of encoders in 32 bits.
    if (value.isPresent()
        && (value.getAsLong() < LEAST_BITS || value.getAsLong() > Integer.MAX_VALUE)) {
      ledger.refuseRequest(
          name,
          value.getAsLong() + " is out of range",
          "encoders take " + LEAST_BITS + " to " + Integer.MAX_VALUE + " bits",
          "give a value in bits, such as 4M");
    }
  }

  /** As libav keeps it. */
  private static long bounded(long bits) {
    return Math.min(bits, Integer.MAX_VALUE);
  }

  private static Optional<Cap> cap(JobSpec.Video asked) {
    if (asked.maxBitrate().isEmpty() && asked.buffer().isEmpty()) {
      return Optional.empty();
    }
    long rate = asked.maxBitrate().orElse(asked.bitrate().orElse(0));
    return Optional.of(new Cap(rate, asked.buffer().orElse(bounded(2 * rate))));
  }
}
