package dev.penstock.engine.packaging;

import dev.penstock.av.CmafWriter;
import dev.penstock.av.LogScope;
import dev.penstock.av.Packet;
import dev.penstock.av.TrackParameters;
import dev.penstock.engine.packaging.CodecString.Colour;
import dev.penstock.engine.packaging.Fragment.Sample;
import dev.penstock.engine.packaging.Rendition.Audio;
import dev.penstock.engine.packaging.Rendition.CodePoints;
import dev.penstock.engine.packaging.Rendition.Media;
import dev.penstock.engine.packaging.Rendition.Range;
import dev.penstock.engine.packaging.Rendition.Video;
import dev.penstock.engine.packaging.Segment.KeyFrame;
import dev.penstock.model.Failure;
import dev.penstock.model.Failure.Diagnosis;
import dev.penstock.model.FailureException;
import dev.penstock.model.Plan;
import dev.penstock.model.Rational;
import dev.penstock.model.Stage;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes the packets of one track as segments, and ends in the facts of what it wrote.
 *
 * <p>A video segment begins at the first key frame at or after its time on the grid, and it is a
 * bug when that is not also the first frame: the encoders were told the grid. An audio segment
 * begins with the audio frame that begins nearest to that time, so the two are never further apart
 * than half an audio frame. Within a segment of video, each key frame begins a fragment of its own,
 * so that it can be fetched alone.
 *
 * <p>One segment is held in memory at a time. Belongs to one thread at a time.
 */
public final class RenditionWriter implements AutoCloseable {
  /** CMAF segment, fragment and, for DASH, media segment: ISO/IEC 23000-19 7.3.3.1. */
  private static final byte[] STYP =
      BoxWriter.box(
          "styp",
          new BoxWriter()
              .text("cmfs")
              .int32(0)
              .text("cmfs")
              .text("cmff")
              .text("msdh")
              .text("iso6")
              .bytes());

  private final RenditionSpec spec;
  private final SegmentGrid grid;
  private final Rational timeBase;
  private final boolean video;
  private final int sampleRate;
  private final int channels;
  private final SegmentFiles files;
  private final SegmentCipher cipher;
  private final CmafWriter cmaf;

  /** For each fragment that libav has not given yet, whether it begins a segment. */
  private final ArrayDeque<Boolean> cuts = new ArrayDeque<>();

  private final List<Segment> segments = new ArrayList<>();
  private final FrameRate frameRate = new FrameRate();
  private CaptionSearch captions = CaptionSearch.NONE;
  private @Nullable InitSegment init;
  private @Nullable Span initSpan;
  private @Nullable Open open;
  private int next = 1;
  private boolean any;
  private long end;

  /** The segment being gathered. */
  private static final class Open {
    final long start;
    final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    final List<KeyFrame> keyFrames = new ArrayList<>();

    Open(long start) {
      this.start = start;
      bytes.writeBytes(STYP);
    }
  }

  private RenditionWriter(
      TrackParameters parameters,
      RenditionSpec spec,
      SegmentGrid grid,
      Path folder,
      Layout layout,
      LogScope log) {
    this.spec = spec;
    this.grid = grid;
    this.timeBase = parameters.timeBase();
    this.video = parameters.isVideo();
    this.sampleRate = parameters.sampleRate();
    this.channels = parameters.channels();
    this.cipher = SegmentCipher.of(spec.protection());
    boolean indexed = layout == Layout.ONE_FILE && cipher.keepsStructure();
    int room = indexed ? (int) SegmentIndex.size(grid.size()) : 0;
    this.files = new SegmentFiles(folder, spec.id(), layout, room);
    this.cmaf = CmafWriter.create(parameters, labels(spec), new Pieces(), log);
  }

  /**
   * Sets up a writer. Files appear as packets come.
   *
   * @param parameters of video or sound; the caller goes on owning them
   * @param folder exists, and holds no files of that id
   */
  public static RenditionWriter create(
      TrackParameters parameters,
      RenditionSpec spec,
      SegmentGrid grid,
      Path folder,
      Layout layout,
      LogScope log) {
    return new RenditionWriter(parameters, spec, grid, folder, layout, log);
  }

  private static Plan.Labels labels(RenditionSpec spec) {
    Map<String, String> tags =
        spec.language()
            .flatMap(dev.penstock.planner.Languages::threeLetters)
            .map(l -> Map.of("language", l))
            .orElse(Map.of());
    return new Plan.Labels(tags, spec.isDefault() ? List.of("default") : List.of());
  }

  /**
   * Writes a packet, in decoding order. It is empty afterwards.
   *
   * @param packet times in the track parameters' time base, zero the start of the presentation
   */
  public void write(Packet packet) {
    if (!any) {
      any = true;
      requireKey(packet, 0);
      passGrid(packet);
      cuts.add(true);
    } else {
      boolean segment = passGrid(packet);
      if (segment || (video && packet.isKey())) {
        cuts.add(segment);
        cmaf.cut();
      }
    }
    cmaf.write(packet);
  }

  /** Whether a packet is the first at or after the next start, or starts, of the grid. */
  private boolean passGrid(Packet packet) {
    long time = video ? packet.pts() : packet.pts() + packet.duration() / 2;
    int before = next;
    while (next < grid.size() && grid.start(next, timeBase) <= time) {
      next++;
    }
    if (next > before) {
      requireKey(packet, before);
    }
    return next > before;
  }

  private void requireKey(Packet packet, int segment) {
    if (video && !packet.isKey()) {
      throw new FailureException(
          new Failure.Bug(
              new Diagnosis(
                  spec.id(),
                  Stage.MUX,
                  "segment " + (segment + 1) + " does not begin with a key frame",
                  "the encoder did not put one where it was told to, at "
                      + timeBase.toDuration(grid.start(segment, timeBase)),
                  "please report it, with the output of --verbose")));
    }
  }

  /** Ends the last segment. Once, and nothing after it but {@link #close}. */
  public Rendition finish() {
    if (!any) {
      throw new FailureException(
          new Failure.BadInput(
              new Diagnosis(
                  spec.id(),
                  Stage.FINISH,
                  "nothing came out of it",
                  "the track it is made of is empty",
                  "leave the track out")));
    }
    cmaf.finish();
    endSegment(end);
    InitSegment facts = java.util.Objects.requireNonNull(init);
    return new Rendition(
        spec,
        media(facts),
        facts.codecs(),
        facts.timescale(),
        java.util.Objects.requireNonNull(initSpan),
        files.finish(segments, facts.timescale()),
        segments);
  }

  private Media media(InitSegment facts) {
    if (!video) {
      return new Audio(sampleRate, channels);
    }
    return new Video(
        facts.coded(),
        facts.display(),
        facts.sampleAspect(),
        spec.frameRate().orElseGet(() -> frameRate.of(facts.timescale())),
        range(facts.colour()),
        facts.colour().map(c -> new CodePoints(c.primaries(), c.transfer(), c.matrix())),
        captions.found());
  }

  /** RFC 8216bis 4.4.6.2, VIDEO-RANGE: transfer characteristics 16 are PQ, 18 HLG. */
  private static Range range(Optional<Colour> colour) {
    return switch (colour.map(Colour::transfer).orElse(0)) {
      case 16 -> Range.PQ;
      case 18 -> Range.HLG;
      default -> Range.SDR;
    };
  }

  /** Receives what libav made of the packets. */
  private final class Pieces implements CmafWriter.Target {
    @Override
    public void init(byte[] bytes) {
      init = InitSegment.read(bytes);
      captions = CaptionSearch.in(bytes);
      initSpan = files.init(cipher.init(InitSegment.branded(bytes)));
    }

    @Override
    public void fragment(byte[] bytes) {
      add(bytes, java.util.Objects.requireNonNull(init), cuts.remove());
    }
  }

  private void add(byte[] clear, InitSegment facts, boolean startsSegment) {
    captions.look(clear);
    byte[] bytes = cipher.fragment(clear);
    Fragment fragment = Fragment.read(bytes);
    // What lies before the beginning, the priming of an audio encoder, is not presented.
    long start = Math.max(0, fragment.earliest() - facts.editOffset());
    if (startsSegment) {
      endSegment(start);
      open = new Open(start);
    }
    Open segment = java.util.Objects.requireNonNull(open);
    if (video) {
      frameRate.add(fragment);
      if (cipher.keepsStructure()) {
        segment.keyFrames.add(keyFrame(fragment, facts, segment.bytes.size()));
      }
    }
    segment.bytes.writeBytes(bytes);
    end = Math.max(end, fragment.end() - facts.editOffset());
  }

  /** Its place is counted from the segment's first byte for now. */
  private static KeyFrame keyFrame(Fragment fragment, InitSegment facts, int offset) {
    Sample first = fragment.samples().getFirst();
    Span span = new Span("", offset, first.offset() + first.size(), false);
    return new KeyFrame(first.time() - facts.editOffset(), span);
  }

  private void endSegment(long nextStart) {
    Open done = open;
    if (done == null) {
      return;
    }
    open = null;
    Span span = files.segment(cipher.segment(done.bytes.toByteArray(), segments.size()));
    List<KeyFrame> placed =
        done.keyFrames.stream()
            .map(key ->
                new KeyFrame(key.start(), span.part(key.span().offset(), key.span().bytes())))
            .toList();
    segments.add(new Segment(done.start, nextStart - done.start, span, placed));
  }

  @Override
  public void close() {
    try {
      cmaf.close();
    } finally {
      files.close();
    }
  }
}
