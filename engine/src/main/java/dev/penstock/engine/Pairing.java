package dev.penstock.engine;

import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds for each frame of one video the frame of another that is shown at the same time: the
 * nearest one, within half the distance between frames. What has no partner stands alone and does
 * not shift what follows.
 *
 * <p>Each video comes with ascending times. Looks ahead by one frame of each, which is all that it
 * holds.
 */
final class Pairing<T extends AutoCloseable> implements AutoCloseable {
  /** Times rounded to milliseconds, as in Matroska, may lie this far apart. */
  private static final long LEAST_TOLERANCE = 1_000;

  /** For a video of one frame. */
  private static final long UNKNOWN_GAP = 1_000_000;

  private final Head<T> reference;
  private final Head<T> copy;

  Pairing(Supplier<Optional<Timed<T>>> reference, Supplier<Optional<Timed<T>>> copy) {
    this.reference = new Head<>(reference);
    this.copy = new Head<>(copy);
  }

  /**
   * A frame and when it is shown.
   *
   * @param micros on a time line both videos share
   */
  record Timed<T extends AutoCloseable>(long micros, T item) implements AutoCloseable {
    @Override
    public void close() {
      Closing.quietly(item);
    }
  }

  /** What was found; whoever gets it closes it. */
  sealed interface Match<T extends AutoCloseable> extends AutoCloseable {
    record Both<T extends AutoCloseable>(Timed<T> reference, Timed<T> copy) implements Match<T> {
      @Override
      public void close() {
        reference.close();
        copy.close();
      }
    }

    record OnlyReference<T extends AutoCloseable>(Timed<T> reference) implements Match<T> {
      @Override
      public void close() {
        reference.close();
      }
    }

    record OnlyCopy<T extends AutoCloseable>(Timed<T> copy) implements Match<T> {
      @Override
      public void close() {
        copy.close();
      }
    }

    @Override
    void close();
  }

  /** The next find in the order of time; empty when both videos are at their end. */
  Optional<Match<T>> next() {
    Timed<T> a = reference.look();
    Timed<T> b = copy.look();
    if (a == null) {
      return b == null ? Optional.empty() : Optional.of(new Match.OnlyCopy<>(copy.take()));
    }
    if (b == null) {
      return Optional.of(new Match.OnlyReference<>(reference.take()));
    }
    long apart = Math.abs(a.micros() - b.micros());
    boolean near = apart <= tolerance();
    if (near && !reference.hasNearer(b.micros(), apart) && !copy.hasNearer(a.micros(), apart)) {
      return Optional.of(new Match.Both<>(reference.take(), copy.take()));
    }
    boolean referenceAlone =
        near ? reference.hasNearer(b.micros(), apart) : a.micros() < b.micros();
    return Optional.of(
        referenceAlone
            ? new Match.OnlyReference<>(reference.take())
            : new Match.OnlyCopy<>(copy.take()));
  }

  private long tolerance() {
    return Math.max(LEAST_TOLERANCE, Math.min(reference.gap(), copy.gap()) / 2);
  }

  @Override
  public void close() {
    reference.close();
    copy.close();
  }

  /** The front of one video. */
  private static final class Head<T extends AutoCloseable> {
    private final Supplier<Optional<Timed<T>>> source;
    private @Nullable Timed<T> first;
    private @Nullable Timed<T> second;
    private long gapBefore = UNKNOWN_GAP;
    private boolean ended;

    Head(Supplier<Optional<Timed<T>>> source) {
      this.source = source;
    }

    @Nullable Timed<T> look() {
      if (first == null) {
        first = read();
      }
      if (second == null && first != null) {
        second = read();
      }
      return first;
    }

    private @Nullable Timed<T> read() {
      Optional<Timed<T>> next = ended ? Optional.empty() : source.get();
      ended = next.isEmpty();
      return next.orElse(null);
    }

    Timed<T> take() {
      Timed<T> taken = first;
      if (taken == null) {
        throw new IllegalStateException("nothing to take");
      }
      gapBefore = gapAfter();
      first = second;
      second = null;
      return taken;
    }

    /** The smaller of the distances to the frames around the first. */
    long gap() {
      return Math.min(gapBefore, gapAfter());
    }

    private long gapAfter() {
      return first == null || second == null
          ? UNKNOWN_GAP
          : Math.max(0, second.micros() - first.micros());
    }

    /** Whether the frame after the first is nearer than {@code apart} to {@code micros}. */
    boolean hasNearer(long micros, long apart) {
      return second != null && Math.abs(second.micros() - micros) < apart;
    }

    void close() {
      if (first != null) {
        first.close();
        first = null;
      }
      if (second != null) {
        second.close();
        second = null;
      }
    }
  }
}
