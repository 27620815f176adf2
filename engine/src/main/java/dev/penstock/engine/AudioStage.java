package dev.penstock.engine;

import dev.penstock.av.Encoder;
import dev.penstock.av.FilterGraph;
import dev.penstock.av.Flow;
import dev.penstock.av.Frame;
import dev.penstock.av.LogScope;
import dev.penstock.av.Packet;
import dev.penstock.av.Timestamp;
import dev.penstock.av.TrackParameters;
import dev.penstock.model.Color;
import dev.penstock.model.Filter;
import dev.penstock.model.Plan;
import dev.penstock.model.Rational;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One audio track, packets to packets. Two graphs in a row: the plan's filters, rebuilt when the
 * source changes its rate or channels, and one that joins what comes before and after such a change
 * and cuts it into the encoder's frames. That one must never be rebuilt, because only the last
 * frame may be short.
 */
final class AudioStage implements Run.Stage {
  /** Fills a gap and cuts an overlap, as the planned filters do between changes. */
  private static final String JOINING = "aresample=async=1:min_hard_comp=0.04";

  private final Plan.EncodeAudio plan;
  private final Decoding decoding;
  private final Link<Packet> in;
  private final EncoderOutput output;
  private final Account account;
  private final Rational timeBase;
  private final boolean cutStart;
  private final Optional<Duration> duration;
  private final boolean globalHeader;
  private final LogScope log;
  private @Nullable FilterGraph graph;
  private Frame.@Nullable Shape shape;
  private @Nullable FilterGraph framing;
  private @Nullable Encoder encoder;
  private long expected = Timestamp.NONE;

  AudioStage(
      Plan.EncodeAudio plan,
      Decoding decoding,
      Link<Packet> in,
      EncoderOutput output,
      Account account,
      Rational timeBase,
      boolean cutStart,
      Optional<Duration> duration,
      boolean globalHeader,
      LogScope log) {
    this.plan = plan;
    this.decoding = decoding;
    this.in = in;
    this.output = output;
    this.account = account;
    this.timeBase = timeBase;
    this.cutStart = cutStart;
    this.duration = duration;
    this.globalHeader = globalHeader;
    this.log = log;
  }

  @Override
  public void run() {
    try (decoding;
        var _ = log.bind()) {
      Optional<Packet> next = in.receive();
      while (next.isPresent()) {
        try (Packet packet = next.get()) {
          if (LinkSink.isMark(packet)) {
            output.reached(packet.pts());
          } else {
            decoding.decode(packet, this::filter);
          }
        }
        next = in.receive();
      }
      decoding.decode(null, this::filter);
      finish();
    } finally {
      close(graph);
      close(framing);
      if (encoder != null) {
        encoder.close();
      }
    }
    output.end();
  }

  private void filter(Frame frame) {
    try (frame) {
      long pts = Decoding.timeOf(frame, expected);
      frame.setPts(pts);
      expected = pts + Timestamp.rescale(frame.samples(), unit(frame.sampleRate()), timeBase);
      account.in.decoded.addAndGet(frame.samples());
      if (expected > 0) {
        account.in.begins(Math.max(0, pts)); // what lies before zero is cut
      }
      FilterGraph filters = graphFor(frame);
      filters.send(frame);
      drain(filters);
    }
  }

  private FilterGraph graphFor(Frame frame) {
    if (graph != null && frame.shape().equals(shape)) {
      return graph;
    }
    finishGraph();
    close(graph);
    shape = frame.shape();
    String planned = Filter.chain(plan.filters());
    // Sound before zero is not wanted, or is what the source's codec needed to start up.
    String trim = AudioTrim.text(cutStart || frame.pts() < 0, duration).orElse("");
    String chain = trim.isEmpty() || planned.isEmpty() ? trim + planned : trim + "," + planned;
    FilterGraph built = FilterGraph.open(chain, frame, timeBase, null, log);
    graph = built;
    return built;
  }

  private void drain(FilterGraph filters) {
    try (Frame frame = Frame.create()) {
      while (filters.receive(frame) == Flow.OK) {
        FilterGraph framed = framingFor(frame, filters.timeBase());
        framed.send(frame);
        encode(framed);
        frame.clear();
      }
    }
  }

  private FilterGraph framingFor(Frame frame, Rational unit) {
    if (framing != null) {
      return framing;
    }
    Encoder opened = Encoder.open(settings(frame), frame, log);
    encoder = opened;
    output.ready(TrackParameters.of(opened, log));
    FilterGraph built = FilterGraph.open(JOINING, frame, unit, null, log);
    framing = built;
    if (opened.frameSize() > 0) {
      built.setFrameSize(opened.frameSize());
    }
    return built;
  }

  private Encoder.Settings settings(Frame frame) {
    return new Encoder.Settings(
        plan.encoder(),
        plan.options(),
        unit(frame.sampleRate()),
        Optional.empty(),
        Color.UNKNOWN,
        globalHeader,
        false);
  }

  private void encode(FilterGraph framed) {
    Encoder opened = Objects.requireNonNull(encoder);
    try (Frame frame = Frame.create()) {
      while (framed.receive(frame) == Flow.OK) {
        frame.setPts(Timestamp.rescale(frame.pts(), framed.timeBase(), opened.timeBase()));
        account.encoded.addAndGet(frame.samples());
        output.encode(opened, frame);
        frame.clear();
      }
    }
  }

  private void finishGraph() {
    if (graph != null) {
      graph.send(null);
      drain(graph);
    }
  }

  private void finish() {
    finishGraph();
    if (framing != null && encoder != null) {
      framing.send(null);
      encode(framing);
      output.encode(encoder, null);
    }
  }

  private static Rational unit(int sampleRate) {
    return new Rational(1, sampleRate);
  }

  private static void close(@Nullable FilterGraph filters) {
    if (filters != null) {
      filters.close();
    }
  }
}
