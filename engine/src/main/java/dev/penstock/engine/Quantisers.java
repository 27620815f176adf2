package dev.penstock.engine;

import dev.penstock.av.Packet;
import dev.penstock.model.Plan.EncodeVideo;
import dev.penstock.planner.Starvation;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The quantisers of a track's pictures, where its encoder tells them, and whether it has too few
 * bits. Fed by the stage that encodes, read by any thread.
 */
final class Quantisers {
  private static final double PARTS = 1000;

  /** Pictures that were told, and the sum in thousandths. */
  private final AtomicLong told = new AtomicLong();

  private final AtomicLong sum = new AtomicLong();

  /** The same of pictures that had too few bits, and their bytes. */
  private final AtomicLong starved = new AtomicLong();

  private final AtomicLong starvedSum = new AtomicLong();
  private final AtomicLong starvedBytes = new AtomicLong();

  private @Nullable EncodeVideo video;
  private @Nullable Starvation rule;
  private volatile boolean now;
  private volatile @Nullable String said;

  /** What is fed is of this track. Before the first. */
  void watch(EncodeVideo track) {
    if (Starvation.tells(track.encoder())) {
      video = track;
      rule = Starvation.of(track).orElse(null);
    }
  }

  void feed(Packet packet) {
    OptionalDouble stated = packet.averageQp();
    if (video != null && stated.isPresent()) {
      double qp = Starvation.onScale(video.encoder(), stated.getAsDouble());
      told.incrementAndGet();
      sum.addAndGet(Math.round(PARTS * qp));
      if (rule != null) {
        feed(rule, qp, packet.size());
      }
    }
  }

  private void feed(Starvation watched, double qp, int bytes) {
    boolean before = now;
    boolean after = watched.feed(qp, bytes);
    if (after && !before) {
      count(watched.window(), watched.qp(), watched.bytes());
      said = words(video).orElse(null);
    } else if (after) {
      count(1, qp, bytes);
    }
    now = after;
  }

  private void count(int pictures, double qp, long bytes) {
    starved.addAndGet(pictures);
    starvedSum.addAndGet(Math.round(PARTS * qp * pictures));
    starvedBytes.addAndGet(bytes);
  }

  /** In the order in which they are kept in spools. */
  List<AtomicLong> counters() {
    return List.of(told, sum, starved, starvedSum, starvedBytes);
  }

  /** On the encoder's scale; empty where it tells none. */
  OptionalDouble average() {
    return told.get() == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(Math.round(sum.get() / PARTS * 100 / told.get()) / 100.0);
  }

  /** That it has too few bits now, in the same words as long as it has. */
  Optional<String> warningNow() {
    return now ? Optional.ofNullable(said) : Optional.empty();
  }

  /**
   * That it has had too few bits.
   *
   * @param track that all of it is of
   */
  Optional<String> words(@Nullable EncodeVideo track) {
    return starved.get() == 0 || track == null
        ? Optional.empty()
        : Optional.of(
            Starvation.words(
                track,
                starved.get(),
                starvedSum.get() / PARTS / starved.get(),
                starvedBytes.get()));
  }
}
