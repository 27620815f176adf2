package dev.penstock.engine;

import dev.penstock.av.AvException;
import dev.penstock.av.Encoder;
import dev.penstock.av.FilterGraph;
import dev.penstock.av.Flow;
import dev.penstock.av.Frame;
import dev.penstock.av.LogScope;
import dev.penstock.av.Packet;
import dev.penstock.model.Color;
import dev.penstock.model.FailureException;
import dev.penstock.model.Rational;
import dev.penstock.model.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Filters single pictures, which need no times, and encodes each of what comes out alone. Belongs
 * to one thread at a time.
 */
final class StillFilter implements AutoCloseable {
  private static final Rational TICK = new Rational(1, 1);
  private static final Color JPEG =
      new Color("pc", Color.UNSPECIFIED, Color.UNSPECIFIED, "smpte170m", "center");

  private final String subject;
  private final String chain;
  private final String encoder;
  private final SequencedMap<String, String> options;
  private final LogScope log;
  private @Nullable FilterGraph graph;
  private long next;

  /**
   * @param subject names the output in failures
   * @param chain in libavfilter's syntax
   * @param encoder libav's name
   */
  StillFilter(
      String subject,
      String chain,
      String encoder,
      SequencedMap<String, String> options,
      LogScope log) {
    this.subject = subject;
    this.chain = chain;
    this.encoder = encoder;
    this.options = options;
    this.log = log;
  }

  /** Filters one more picture, and gives what came out, encoded. */
  List<byte[]> take(Frame picture) {
    try {
      picture.setPts(next++);
      picture.forceKey(false);
      FilterGraph through = graph;
      if (through == null) {
        through = FilterGraph.open(chain, picture, TICK, null, log);
        graph = through;
      }
      through.send(picture);
      return drain(through);
    } catch (AvException e) {
      throw failure(e);
    }
  }

  /** What is left after the last picture. */
  List<byte[]> finish() {
    FilterGraph through = graph;
    if (through == null) {
      return List.of();
    }
    try {
      through.send(null);
      return drain(through);
    } catch (AvException e) {
      throw failure(e);
    }
  }

  private FailureException failure(AvException e) {
    return new FailureException(Failures.ofProcessing(subject, Stage.FILTER, e), e);
  }

  private List<byte[]> drain(FilterGraph through) {
    List<byte[]> made = new ArrayList<>();
    try (Frame frame = Frame.create()) {
      while (through.receive(frame) == Flow.OK) {
        made.add(encoded(frame));
      }
    }
    return made;
  }

  private byte[] encoded(Frame frame) {
    Encoder.Settings settings =
        new Encoder.Settings(encoder, options, TICK, Optional.of(TICK), JPEG, false, false);
    try (Encoder opened = Encoder.open(settings, frame, log);
        Packet packet = Packet.create()) {
      Flow _ = opened.send(frame);
      Flow _ = opened.send(null);
      if (opened.receive(packet) != Flow.OK) {
        throw new IllegalStateException(encoder + " gave nothing for a picture");
      }
      return packet.bytes();
    }
  }

  @Override
  public void close() {
    if (graph != null) {
      graph.close();
    }
  }
}
