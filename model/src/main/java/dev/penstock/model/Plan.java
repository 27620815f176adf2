package dev.penstock.model;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Everything the engine needs to do a job, worked out beforehand from the input and the spec alone:
 * the same input, spec and build give the same plan, whatever the machine is doing.
 *
 * @param target the file or folder that the user named as the output
 * @param acceleration what GPUs do of it; empty where all of it is done in software
 */
public record Plan(
    Input input,
    String target,
    List<TrackPlan> tracks,
    List<Output> outputs,
    Optional<Segmentation> segmentation,
    Optional<Acceleration> acceleration,
    boolean strict) {
  public Plan {
    tracks = List.copyOf(tracks);
    outputs = List.copyOf(outputs);
  }

  /** In software. */
  public Plan(
      Input input,
      String target,
      List<TrackPlan> tracks,
      List<Output> outputs,
      Optional<Segmentation> segmentation,
      boolean strict) {
    this(input, target, tracks, outputs, segmentation, Optional.empty(), strict);
  }

  /** Whether the target is a file, and not a folder of several. */
  public boolean isOneFile() {
    return outputs.size() == 1
        && outputs.getFirst() instanceof File file
        && file.path().equals(target);
  }

  /** The file of a plan that writes one. */
  public File file() {
    if (outputs.size() == 1 && outputs.getFirst() instanceof File file) {
      return file;
    }
    throw new IllegalStateException("the plan writes " + outputs.size() + " outputs");
  }

  /** The same with other tracks. */
  public Plan withTracks(List<TrackPlan> others) {
    return new Plan(input, target, others, outputs, segmentation, acceleration, strict);
  }

  /**
   * Whether what another encodes may stand in one output with what this one does: it is the same
   * encoder with the same options, on the same GPUs or fewer of them, whoever decodes and scales.
   */
  public boolean encodesLike(Plan other) {
    return encoding().equals(other.encoding())
        && encodingSeats().containsAll(other.encodingSeats());
  }

  private Set<String> encodingSeats() {
    return acceleration.filter(gpus -> gpus.encoding().isPresent()).stream()
        .flatMap(gpus -> gpus.seats().stream())
        .map(Seat::key)
        .collect(Collectors.toUnmodifiableSet());
  }

  private List<Object> encoding() {
    return List.of(
        input,
        tracks.stream().map(Plan::unfiltered).toList(),
        outputs,
        segmentation,
        acceleration.flatMap(Acceleration::encoding),
        strict);
  }

  /** On the way to the encoder, GPUs have filters of their own for the same. */
  private static TrackPlan unfiltered(TrackPlan track) {
    return track instanceof EncodeVideo video
        ? video.withPictures(video.after(), List.of(), video.frameRate(), video.grid())
        : track;
  }

  /** The same work with the help of GPUs. */
  public Plan on(Acceleration gpus) {
    return new Plan(input, target, tracks, outputs, segmentation, Optional.of(gpus), strict);
  }

  /**
   * What is read.
   *
   * @param start where to begin, from the start of the file; frames before it are decoded and
   *     dropped
   * @param duration how much to take
   */
  public record Input(String source, Optional<Duration> start, Optional<Duration> duration) {}

  /**
   * What GPUs do of the work on the pictures. Filters and encoders of the tracks name the rest.
   *
   * @param surfaces how pictures lie in the memory of the GPU
   * @param decoding whether the GPU decodes; the processor does otherwise
   * @param encoding the interface through which it encodes; empty where the processor does
   * @param seats GPUs alike, one or more: whichever works on a segment, the parameter sets of the
   *     stream are the same
   */
  public record Acceleration(
      Surfaces surfaces, boolean decoding, Optional<Capability.Api> encoding, List<Seat> seats) {
    public Acceleration {
      seats = List.copyOf(seats);
    }

    /** The same, without which GPUs they are: all that bytes depend on. */
    public Acceleration ofModel() {
      return new Acceleration(
          surfaces,
          decoding,
          encoding,
          seats.stream()
              .map(seat -> new Seat(seat.name(), "", Optional.empty(), 1, false, seat.driver()))
              .distinct()
              .toList());
    }

    /** How much of the work is the GPU's. */
    public Tier tier() {
      if (encoding.isEmpty()) {
        return Tier.GPU_DECODE;
      }
      return decoding ? Tier.FULL_GPU : Tier.GPU_ENCODE;
    }
  }

  /** How pictures lie in the memory of a GPU, by libav's name of the kind of device. */
  public enum Surfaces {
    CUDA,
    VAAPI,
    QSV,
    VULKAN,
    /** They do not: the encoder takes pictures of the system's memory. */
    NONE
  }

  /** How much of the work on the pictures is done by a GPU, best first. */
  public enum Tier {
    FULL_GPU("full GPU"),
    GPU_ENCODE("CPU decode + GPU encode"),
    GPU_DECODE("GPU decode + CPU encode"),
    SOFTWARE("software");

    private final String label;

    Tier(String label) {
      this.label = label;
    }

    public String label() {
      return label;
    }
  }

  /** How much of the work on the pictures is a GPU's. */
  public Tier tier() {
    return acceleration.map(Acceleration::tier).orElse(Tier.SOFTWARE);
  }

  /**
   * A GPU that is worked on.
   *
   * @param name its model
   * @param key its PCI address, or else its UUID
   * @param node its render node, such as {@code /dev/dri/renderD128}
   * @param engines how many pieces it works on side by side
   * @param unlimited whether its driver is known to open any number of encoders at once
   * @param driver name and version, where known; other ones may write other bytes
   */
  public record Seat(
      String name,
      String key,
      Optional<String> node,
      int engines,
      boolean unlimited,
      Optional<String> driver) {
    @Override
    public String toString() {
      return name + " (" + key + ")";
    }
  }

  /** What is written. */
  public sealed interface Output {
    /** Where it will be found; the engine writes elsewhere and renames. */
    String path();

    /** Which of the plan's tracks it holds, in their order in it, or is made of. */
    List<Integer> tracks();
  }

  /**
   * One media file.
   *
   * @param format libav's muxer name
   * @param options muxer options
   * @param tags container metadata
   */
  public record File(
      String path,
      List<Integer> tracks,
      String format,
      SequencedMap<String, String> options,
      Map<String, String> tags,
      List<Chapter> chapters)
      implements Output {
    public File {
      tracks = List.copyOf(tracks);
      options = Maps.inOrder(options);
      tags = Maps.sorted(tags);
      chapters = List.copyOf(chapters);
    }
  }

  /**
   * Renditions as CMAF segments, with the playlists that players open.
   *
   * @param path the folder
   * @param renditions what each of the tracks is, in the order of {@code tracks}
   * @param forms HLS, DASH or both; they share the segments
   * @param segment about how long one is
   * @param protection how they are encrypted; empty for clear
   */
  public record Presentation(
      String path,
      List<Integer> tracks,
      List<Rendition> renditions,
      Set<LadderSpec.Form> forms,
      Duration segment,
      Delivery.Layout layout,
      Optional<Protection> protection)
      implements Output {
    public Presentation {
      tracks = List.copyOf(tracks);
      renditions = List.copyOf(renditions);
      forms = Collections.unmodifiableSet(new TreeSet<>(forms));
    }
  }

  /**
   * How segments are encrypted. Without the key, which the engine is handed beside the plan.
   *
   * @param keyId of the key to be handed; 32 hexadecimal digits
   * @param keyUrl what players are told
   */
  public record Protection(Delivery.Scheme scheme, String keyId, String keyUrl) {}

  /**
   * A picture of the film, as JPEG.
   *
   * @param tracks the one it is taken from, and the one it is looked for in
   * @param at which picture; empty for one of the key frames
   * @param filters from the track's picture to that of the file
   * @param options of the encoder
   */
  public record Poster(
      String path,
      List<Integer> tracks,
      Optional<Duration> at,
      List<Filter> filters,
      SequencedMap<String, String> options)
      implements Output {
    public Poster {
      tracks = List.copyOf(tracks);
      filters = List.copyOf(filters);
      options = Maps.inOrder(options);
    }
  }

  /**
   * Small pictures for the time line of players: sheets of tiles as JPEG, and a WebVTT file that
   * names the tile of each time.
   *
   * @param path of the WebVTT file; the sheets lie beside it
   * @param tracks the one they are made of
   * @param every how far they are apart; the nearest key frame is taken
   * @param filters from the track's picture to a tile
   * @param options of the encoder
   */
  public record Thumbnails(
      String path,
      List<Integer> tracks,
      Duration every,
      Size tile,
      int columns,
      int rows,
      List<Filter> filters,
      SequencedMap<String, String> options)
      implements Output {
    public Thumbnails {
      tracks = List.copyOf(tracks);
      filters = List.copyOf(filters);
      options = Maps.inOrder(options);
    }
  }

  /**
   * What players call a track.
   *
   * @param id names its files
   * @param name for people
   * @param language as the source says it
   */
  public record Rendition(
      String id, String name, Optional<String> language, boolean isDefault, boolean forced) {}

  /** One track of the output. */
  public sealed interface TrackPlan {
    /** Index of the track in the input. */
    int source();

    Labels labels();
  }

  /** Metadata of one output track. */
  public record Labels(Map<String, String> tags, List<String> dispositions) {
    public Labels {
      tags = Maps.sorted(tags);
      dispositions = List.copyOf(dispositions);
    }
  }

  /**
   * The packets as they are.
   *
   * @param codecTag four-character code to write, where the container's own choice would not play
   */
  public record Copy(int source, String codec, Optional<String> codecTag, Labels labels)
      implements TrackPlan {}

  /**
   * Video, decoded, filtered and encoded.
   *
   * @param after the track of the plan whose filtered pictures this one's filters begin with; empty
   *     for the decoder's
   * @param filters in order; empty for none
   * @param encoder libav's encoder name
   * @param options every option set on it, in order
   * @param frameRate rate told to the encoder's rate control; a hint where timing is kept
   * @param timeBase unit of the encoder's timestamps: fine enough to keep every source timestamp
   * @param color tags to write
   * @param hdr static metadata to write
   * @param grid of forced key frames, where the encoder's own counting does not do
   * @param joints what is kept to from segment to segment; empty where nothing is
   */
  public record EncodeVideo(
      int source,
      OptionalInt after,
      VideoCodec codec,
      String encoder,
      List<Filter> filters,
      Size size,
      String pixelFormat,
      SequencedMap<String, String> options,
      Optional<Rational> frameRate,
      Rational timeBase,
      Color color,
      HdrMetadata hdr,
      Optional<KeyGrid> grid,
      Optional<Joints> joints,
      Optional<String> codecTag,
      Rotation rotation,
      Labels labels)
      implements TrackPlan {
    public EncodeVideo {
      filters = List.copyOf(filters);
      options = Maps.inOrder(options);
    }

    /** The same of other pictures, with other key frames. */
    public EncodeVideo withPictures(
        OptionalInt after,
        List<Filter> filters,
        Optional<Rational> frameRate,
        Optional<KeyGrid> grid) {
      return with(after, filters, options, frameRate, grid);
    }

    /** The same with other options of the encoder. */
    public EncodeVideo withOptions(SequencedMap<String, String> wanted) {
      return with(after, filters, wanted, frameRate, grid);
    }

    private EncodeVideo with(
        OptionalInt parent,
        List<Filter> chain,
        SequencedMap<String, String> wanted,
        Optional<Rational> rate,
        Optional<KeyGrid> keys) {
      return new EncodeVideo(
          source,
          parent,
          codec,
          encoder,
          chain,
          size,
          pixelFormat,
          wanted,
          rate,
          timeBase,
          color,
          hdr,
          keys,
          joints,
          codecTag,
          rotation,
          labels);
    }
  }

  /**
   * Where key frames are forced: at the first picture from each multiple of a distance on.
   *
   * @param step counting from the first picture, only every one of so many is taken: those that are
   *     also in rungs that leave pictures out
   */
  public record KeyGrid(Duration distance, int step) {}

  /**
   * What an encoder of segments keeps to over the whole, beyond the segment it works on.
   *
   * @param rate bits a second that fill the decoder's buffer
   * @param buffer its size, bits
   * @param fullness how full each segment takes it to be when its first picture is decoded, as a
   *     part of its size
   * @param words the option that takes words of the encoder's own, joined by colons; empty where it
   *     has none, and is given less room where there is less
   * @param average what the bits are counted for, where they are
   */
  public record Joints(
      long rate, long buffer, double fullness, Optional<String> words, Optional<Average> average) {
    /** The encoder's own word for how full the buffer is: x264 and x265 have the same. */
    private static final String FULLNESS = "vbv-init=";

    /** The same with other options of the analysis. */
    public Joints analysedWith(UnaryOperator<SequencedMap<String, String>> change) {
      return new Joints(
          rate,
          buffer,
          fullness,
          words,
          average.map(kept -> new Average(kept.bits(), change.apply(kept.analysis()))));
    }

    /** Options of a segment that begins with the buffer this full, where there is a word for it. */
    public SequencedMap<String, String> beginningAt(
        double full, SequencedMap<String, String> options) {
      return with(options, FULLNESS + String.format(Locale.ROOT, "%.3f", full));
    }

    /** The same options, with another word of the encoder's own. */
    public SequencedMap<String, String> with(SequencedMap<String, String> options, String word) {
      SequencedMap<String, String> all = new LinkedHashMap<>(options);
      all.merge(words.orElseThrow(), word, (given, more) -> given + ":" + more);
      return all;
    }
  }

  /**
   * An average bit rate over all segments. What each gets of it follows from an analysis at
   * constant quality, and each is then encoded with what the analysis noted of its pictures.
   *
   * @param bits a second
   * @param analysis options of the encoder for the analysis
   */
  public record Average(long bits, SequencedMap<String, String> analysis) {
    public Average {
      analysis = Maps.inOrder(analysis);
    }
  }

  /** What becomes of the container's rotation. */
  public enum Rotation {
    /** There is none, or the pixels are turned: nothing is written. */
    NONE,
    /** The container's matrix is carried over. */
    CARRIED
  }

  /**
   * Sound, decoded, filtered and encoded.
   *
   * @param layout libav's channel layout description
   */
  public record EncodeAudio(
      int source,
      AudioCodec codec,
      String encoder,
      List<Filter> filters,
      int sampleRate,
      String layout,
      String sampleFormat,
      SequencedMap<String, String> options,
      Labels labels)
      implements TrackPlan {
    public EncodeAudio {
      filters = List.copyOf(filters);
      options = Maps.inOrder(options);
    }
  }

  /** Text subtitles in another text format. */
  public record ConvertSubtitle(int source, String codec, String encoder, Labels labels)
      implements TrackPlan {}
}
