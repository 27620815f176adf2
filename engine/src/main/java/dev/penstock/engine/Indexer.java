package dev.penstock.engine;

import dev.penstock.av.AvException;
import dev.penstock.av.Packet;
import dev.penstock.av.Timestamp;
import dev.penstock.model.FailureException;
import dev.penstock.model.FrameIndex;
import dev.penstock.model.Stage;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Reads the packets of one video track, to know when its pictures are shown. */
final class Indexer {
  private final Input input;
  private final int track;
  private final Cancellation cancellation;
  private final Times times = new Times();
  private final Times keys = new Times();
  private Optional<String> unstable = Optional.empty();

  /** A list of times that grows. */
  private static final class Times {
    private long[] values = new long[1024];
    private int size;

    void add(long value) {
      if (size == values.length) {
        values = Arrays.copyOf(values, 2 * size);
      }
      values[size++] = value;
    }

    long[] all() {
      return Arrays.copyOf(values, size);
    }
  }

  Indexer(Input input, int track, Cancellation cancellation) {
    this.input = input;
    this.track = track;
    this.cancellation = cancellation;
  }

  /** Reads to the end; what cannot be read makes the times unstable. */
  FrameIndex index() {
    skipOthers();
    Timeline timeline = new Timeline(input.demuxer(), Duration.ZERO);
    try (var _ = input.demuxer().bindLog();
        Packet packet = Packet.create()) {
      while (!cancellation.isCancelled() && input.demuxer().read(packet)) {
        timeline.place(packet, packet.track() == track);
        note(packet);
        packet.clear();
      }
    } catch (AvException e) {
      if (e.kind() != AvException.Kind.INVALID_DATA) {
        throw new FailureException(
            Failures.ofReading(input.info().source(), Stage.PROBE, e, input.interrupt()), e);
      }
      unstable = Optional.of("it is damaged");
    }
    if (timeline.jumps() > 0) {
      unstable = Optional.of("its timestamps jump");
    }
    return new FrameIndex(
        track, input.demuxer().timeBase(track), times.all(), keys.all(), unstable.or(this::twice));
  }

  private void skipOthers() {
    for (int other = 0; other < input.demuxer().trackCount(); other++) {
      if (other != track) {
        input.demuxer().skip(other);
      }
    }
  }

  private void note(Packet packet) {
    if (packet.track() != track || packet.isHidden()) {
      return;
    }
    if (packet.pts() == Timestamp.NONE) {
      unstable = Optional.of("some of its pictures have no timestamp");
      return;
    }
    if (packet.isCorrupt()) {
      unstable = Optional.of("it is damaged");
    }
    times.add(packet.pts());
    if (packet.isKey()) {
      keys.add(packet.pts());
    }
  }

  private Optional<String> twice() {
    Set<Long> seen = new HashSet<>();
    for (long time : times.all()) {
      if (!seen.add(time)) {
        return Optional.of("two of its pictures have the same timestamp");
      }
    }
    return seen.isEmpty() ? Optional.of("it has no pictures") : Optional.empty();
  }
}
