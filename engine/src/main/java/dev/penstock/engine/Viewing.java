package dev.penstock.engine;

import dev.penstock.av.AvException;
import dev.penstock.av.Decoder;
import dev.penstock.av.Demuxer;
import dev.penstock.av.FilterGraph;
import dev.penstock.av.Flow;
import dev.penstock.av.Frame;
import dev.penstock.av.LogScope;
import dev.penstock.av.Packet;
import dev.penstock.av.Timestamp;
import dev.penstock.engine.Appearance.Look;
import dev.penstock.model.Rational;
import dev.penstock.model.Track;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decodes tracks to look at them: how many pictures there are, what was damaged, and what they look
 * like. Times count from the beginning of the file. Belongs to one thread.
 */
final class Viewing implements AutoCloseable {
  private static final String LOOK =
      "scale=w=160:h=90:flags=fast_bilinear,format=pix_fmts=yuv420p,signalstats";

  private final Input input;
  private final Map<Integer, Eye> eyes = new HashMap<>();

  /**
   * @param tracks which of the input's; the others are not read
   */
  Viewing(Input input, Set<Integer> tracks) {
    this.input = input;
    Demuxer demuxer = input.demuxer();
    try {
      for (Track track : input.info().tracks()) {
        if (tracks.contains(track.index())) {
          eyes.put(track.index(), new Eye(track));
        } else {
          demuxer.skip(track.index());
        }
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** What was seen of a track. */
  Eye eye(int track) {
    Eye eye = eyes.get(track);
    if (eye == null) {
      throw new IllegalArgumentException("track " + track + " is not looked at");
    }
    return eye;
  }

  /** Looks at all there is. */
  void all(Cancellation cancellation) {
    look(Long.MIN_VALUE, Long.MAX_VALUE, cancellation);
  }

  /** Looks at a part, in microseconds. */
  void part(long from, long to, Cancellation cancellation) {
    if (input.info().seekable()) {
      input.demuxer().seek(Duration.of(Math.max(0, from), ChronoUnit.MICROS));
    }
    look(from, to, cancellation);
  }

  private void look(long from, long to, Cancellation cancellation) {
    try (var _ = input.demuxer().bindLog();
        Packet packet = Packet.create()) {
      while (!cancellation.isCancelled() && input.demuxer().read(packet)) {
        Eye eye = eyes.get(packet.track());
        if (eye != null) {
          eye.take(packet, from, to);
          if (packet.dts() != Timestamp.NONE && eye.micros(packet.dts()) > to) {
            break;
          }
        }
        packet.clear();
      }
    }
    eyes.values().forEach(eye -> eye.take(null, from, to));
  }

  /** One track. */
  final class Eye implements AutoCloseable {
    private final Account.Intake account;
    private final Decoding decoding;
    private final Rational timeBase;
    private final boolean video;
    private final LogScope log = input.log();
    private final List<Look> looks = new ArrayList<>();
    private long frames;
    private @Nullable FilterGraph graph;
    private Frame.@Nullable Shape shape;

    private Eye(Track track) {
      this.account = new Account.Intake(track.index());
      this.timeBase = input.demuxer().timeBase(track.index());
      this.video = track instanceof Track.Video;
      this.decoding =
          new Decoding(
              Decoder.open(input.demuxer(), track.index(), 0, log),
              account,
              /* strict= */ false,
              input.info().source() + ", track " + track.index());
    }

    private void take(@Nullable Packet packet, long from, long to) {
      decoding.decode(
          packet,
          frame -> {
            try (frame) {
              frames++;
              long at = micros(Decoding.timeOf(frame, Timestamp.NONE));
              if (video && at >= from && at <= to) {
                look(frame, at);
              }
            }
          });
    }

    private long micros(long ticks) {
      return Timestamp.rescale(ticks, timeBase, Timestamp.MICROSECONDS)
          - input.demuxer().startMicros();
    }

    private void look(Frame frame, long at) {
      FilterGraph filters = graphFor(frame);
      frame.setPts(frame.bestEffortPts());
      filters.send(frame);
      try (Frame out = Frame.create()) {
        while (filters.receive(out) == Flow.OK) {
          looks.add(new Look(at, spread(out), number(out, "YDIF")));
          out.clear();
        }
      }
    }

    private FilterGraph graphFor(Frame frame) {
      if (graph != null && frame.shape().equals(shape)) {
        return graph;
      }
      if (graph != null) {
        graph.close();
        graph = null;
      }
      shape = frame.shape();
      FilterGraph built = FilterGraph.open(LOOK, frame, timeBase, null, log);
      graph = built;
      return built;
    }

    private static double spread(Frame out) {
      double luma = number(out, "YMAX") - number(out, "YMIN");
      double blue = number(out, "UMAX") - number(out, "UMIN");
      double red = number(out, "VMAX") - number(out, "VMIN");
      return Math.max(luma, Math.max(blue, red));
    }

    private static double number(Frame out, String name) {
      return out.number("lavfi.signalstats." + name).orElse(0);
    }

    long frames() {
      return frames;
    }

    /** Places the decoder refused or concealed. */
    long damaged() {
      return account.damaged.get();
    }

    /** In the order of showing. */
    List<Look> looks() {
      return looks.stream().sorted(Comparator.comparingLong(Look::micros)).toList();
    }

    @Override
    public void close() {
      decoding.close();
      if (graph != null) {
        graph.close();
      }
    }
  }

  /** Tells a failure of reading in words. */
  static String words(AvException e) {
    return e.lastLog().isEmpty() ? e.reason() : e.lastLog();
  }

  @Override
  public void close() {
    eyes.values().forEach(Eye::close);
  }
}
