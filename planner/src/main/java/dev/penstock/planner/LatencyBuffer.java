package dev.penstock.planner;

import dev.penstock.model.JobSpec;
import dev.penstock.model.Rational;
import dev.penstock.model.Tuning;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The rate buffer that low latency leaves time for: what is in it is what a player waits for.
 * NVIDIA's NVENC Programming Guide recommends one picture for low latency; libav has two seconds.
 */
final class LatencyBuffer {
  private static final int PICTURES = 4;

  private LatencyBuffer() {}

  /** Whether it is for the encoder: the user's own goes before it. */
  static boolean isFor(JobSpec.Video asked, EncoderRecipe recipe) {
    return asked.tune().filter(Tuning::isLowLatency).isPresent()
        && asked.buffer().isEmpty()
        && recipe instanceof HardwareRecipe gpu
        && gpu.takesSmallBuffers();
  }

  /** How many pictures it holds. */
  static int pictures(Tuning tune) {
    return tune == Tuning.ULTRA_LOW_LATENCY ? 1 : PICTURES;
  }

  /** In bits; empty where no bit rate is kept to, or nobody knows how long a picture lasts. */
  static OptionalLong of(Tuning tune, RateControl rate, Optional<Rational> pictureRate) {
    if (!(rate instanceof RateControl.Bitrate(long average, Optional<RateControl.Cap> cap))
        || pictureRate.isEmpty()) {
      return OptionalLong.empty();
    }
    long most = cap.map(RateControl.Cap::rate).orElse(average);
    double bits = pictures(tune) * most / pictureRate.get().value();
    return OptionalLong.of(Math.clamp(Math.round(bits), RateControl.LEAST_BITS, Integer.MAX_VALUE));
  }
}
