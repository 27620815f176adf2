package dev.penstock.engine;

import dev.penstock.av.Spool;
import dev.penstock.model.MediaInfo;
import dev.penstock.model.Plan;
import dev.penstock.model.Plan.EncodeVideo;
import dev.penstock.model.Plan.TrackPlan;
import dev.penstock.model.Segmentation;
import dev.penstock.model.Segmentation.Segment;
import dev.penstock.planner.Budgets;
import dev.penstock.planner.Correction;
import dev.penstock.planner.Narrowing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.function.IntFunction;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The plan as each piece does it: encoders of segments are told how full the decoder's buffer is,
 * and what they get of an average bit rate.
 */
final class PiecePlans {
  /** Characters that end a word of an encoder's own, or quote in it. */
  private static final Pattern SPECIAL = Pattern.compile("[^A-Za-z0-9_./-]");

  private static final Pattern MISC = Pattern.compile(" misc:([0-9.]+)");

  private final Plan plan;
  private final WorkFolder work;

  /** By track, bits a second of each segment. */
  private final Map<Integer, long[]> budgets = new HashMap<>();

  /** By track, bits that each segment took when each was given the average of the whole. */
  private final Map<Integer, long[]> firstTaken = new HashMap<>();

  private final List<String> warnings = new ArrayList<>();

  PiecePlans(Plan plan, WorkFolder work) {
    this.plan = plan;
    this.work = work;
  }

  /** Shares out averages; the spools of all analyses are there. */
  void budget(MediaInfo input) {
    List<Segment> segments = plan.segmentation().orElseThrow().segments();
    List<Accounts> analysed = segments.stream().map(segment -> analysed(segment, input)).toList();
    double[] seconds = seconds(plan.segmentation().orElseThrow());
    for (int slot = 0; slot < plan.tracks().size(); slot++) {
      Optional<Plan.Joints> joints = joints(plan.tracks().get(slot));
      Optional<Plan.Average> average = joints.flatMap(Plan.Joints::average);
      if (average.isPresent()) {
        int of = slot;
        long[] bits = analysed.stream().mapToLong(accounts -> bits(accounts, of)).toArray();
        long[] fixed = segments.stream().mapToLong(segment -> fixed(segment, of)).toArray();
        long[] rates = Budgets.of(average.get().bits(), joints.get().rate(), seconds, bits, fixed);
        budgets.put(slot, rates);
        warnIfTooFew(slot, average.get().bits(), rates, seconds);
      }
    }
  }

  private Accounts analysed(Segment segment, MediaInfo input) {
    Accounts accounts = new Accounts(plan, input);
    try (Spool spool = Spool.open(work.finished(new Piece.Analysis(segment).name()))) {
      accounts.add(spool.note());
      return accounts;
    } catch (IOException e) {
      throw new IllegalStateException("a checked spool cannot be read", e);
    }
  }

  /** Bits of motion and headers that the encoder noted, which x264 and x265 call {@code misc}. */
  private long fixed(Segment segment, int slot) {
    try (Stream<String> lines = Files.lines(work.notes(segment.index(), slot))) {
      return lines.map(MISC::matcher).filter(Matcher::find).mapToLong(m -> bits(m.group(1))).sum();
    } catch (IOException | UncheckedIOException e) {
      throw new IllegalStateException("checked notes cannot be read", e);
    }
  }

  private static long bits(String number) {
    return (long) Double.parseDouble(number);
  }

  private void warnIfTooFew(int slot, long average, long[] rates, double[] seconds) {
    double all = 0;
    double time = 0;
    for (int i = 0; i < rates.length; i++) {
      all += (double) rates[i] * seconds[i];
      time += seconds[i];
    }
    if (all > 1.02 * (double) average * time) {
      warnings.add(
          "track "
              + slot
              + " of the plan: "
              + average
              + " bit/s are too few for what the encoder cannot leave out, so it gets about "
              + Math.round(all / time)
              + "; ask for more, or for smaller pictures");
    }
  }

  List<String> warnings() {
    return List.copyOf(warnings);
  }

  private static long bits(Accounts accounts, int slot) {
    return 8 * Objects.requireNonNull(accounts.bySlot().get(slot), "not analysed").bytes.get();
  }

  /**
   * The first and the last do not say both of their ends: their pictures last as long as others.
   */
  private static double[] seconds(Segmentation segmentation) {
    double known = 0;
    long frames = 0;
    double[] seconds = new double[segmentation.segments().size()];
    for (Segment segment : segmentation.segments()) {
      if (segment.start().isPresent() && segment.end().isPresent()) {
        long ticks = segment.end().getAsLong() - segment.start().getAsLong();
        seconds[segment.index()] = (double) ticks * segmentation.timeBase().value();
        known += seconds[segment.index()];
        frames += segment.frames();
      }
    }
    Segment first = segmentation.segments().getFirst();
    if (frames == 0 && first.end().isPresent()) {
      // Of two, the first begins where the time line does.
      known = (double) first.end().getAsLong() * segmentation.timeBase().value();
      frames = first.frames();
    }
    for (Segment segment : segmentation.segments()) {
      if (seconds[segment.index()] == 0) {
        seconds[segment.index()] =
            (double) segment.frames() * (frames == 0 ? 1 : known / (double) frames);
      }
    }
    return seconds;
  }

  /** What a piece does. */
  Plan of(Piece piece) {
    List<TrackPlan> tracks = new ArrayList<>();
    for (TrackPlan track : plan.tracks()) {
      tracks.add(of(piece, tracks.size(), track));
    }
    return plan.withTracks(tracks);
  }

  private TrackPlan of(Piece piece, int slot, TrackPlan track) {
    if (!(track instanceof EncodeVideo video)) {
      return track;
    }
    return switch (piece) {
      case Piece.Whole _, Piece.Rest _ -> video;
      case Piece.Analysis(Segment segment) ->
          average(video)
              .map(average -> noting(segment, slot, video.withOptions(average.analysis())))
              .orElse(video);
      case Piece.Pictures(Segment segment) -> beginning(segment, budgeted(segment, slot, video));
      case Piece.Leaner(Segment segment, _, long bits) -> beginning(segment, asked(bits, video));
      case Piece.Again(Segment segment, _, int permille) ->
          beginning(permille / 1e3, segment, budgeted(segment, slot, video));
    };
  }

  private EncodeVideo beginning(Segment segment, EncodeVideo video) {
    return video.joints().map(joints -> beginning(joints.fullness(), segment, video)).orElse(video);
  }

  private EncodeVideo beginning(double fullness, Segment segment, EncodeVideo video) {
    Plan.Joints joints = video.joints().orElseThrow();
    if (joints.words().isPresent()) {
      return video.withOptions(joints.beginningAt(fullness, video.options()));
    }
    double length = seconds(plan.segmentation().orElseThrow())[segment.index()];
    return video.withOptions(Narrowing.of(joints, fullness, length, video.options()));
  }

  private EncodeVideo budgeted(Segment segment, int slot, EncodeVideo video) {
    long[] bits = budgets.get(slot);
    if (bits == null) {
      return video;
    }
    EncodeVideo asked = asked(bits[segment.index()], video);
    return average(video).isPresent() ? noting(segment, slot, asked) : asked;
  }

  private static EncodeVideo asked(long bits, EncodeVideo video) {
    SequencedMap<String, String> options = new LinkedHashMap<>(video.options());
    options.put("b", Long.toString(bits));
    return video.withOptions(options);
  }

  private static Optional<Plan.Average> average(TrackPlan track) {
    return joints(track).flatMap(Plan.Joints::average);
  }

  /**
   * The segments to be made again because together they took more than the average that each was
   * given.
   *
   * @param taken bits of each segment of a track
   */
  List<Piece.Leaner> corrections(IntFunction<long[]> taken) {
    List<Piece.Leaner> leaner = new ArrayList<>();
    for (int slot = 0; slot < plan.tracks().size(); slot++) {
      OptionalLong average = averageOfEach(plan.tracks().get(slot));
      if (plan.segmentation().isPresent() && average.isPresent()) {
        correct(slot, average.getAsLong(), taken.apply(slot), leaner);
      }
    }
    return leaner;
  }

  private void correct(int slot, long average, long[] taken, List<Piece.Leaner> leaner) {
    Segmentation cut = plan.segmentation().orElseThrow();
    long[] asked = budgets.getOrDefault(slot, same(average, taken.length));
    long[] first = firstTaken.computeIfAbsent(slot, _ -> taken);
    long[] rates = Correction.of(average, seconds(cut), first, taken, asked);
    for (Segment segment : cut.segments()) {
      if (rates[segment.index()] != asked[segment.index()]) {
        leaner.add(new Piece.Leaner(segment, slot, rates[segment.index()]));
      }
    }
    budgets.put(slot, rates);
  }

  /**
   * Warnings about averages that are exceeded.
   *
   * @param taken bits of each segment of a track, as it stays
   */
  List<String> exceeded(IntFunction<long[]> taken) {
    List<String> exceeded = new ArrayList<>();
    for (int slot = 0; slot < plan.tracks().size(); slot++) {
      OptionalLong average = averageOfEach(plan.tracks().get(slot));
      if (plan.segmentation().isPresent() && average.isPresent()) {
        double[] seconds = seconds(plan.segmentation().get());
        long[] bits = taken.apply(slot);
        if (Correction.exceeds(average.getAsLong(), seconds, bits)) {
          exceeded.add(over(slot, average.getAsLong(), seconds, bits));
        }
      }
    }
    return exceeded;
  }

  private static String over(int slot, long average, double[] seconds, long[] bits) {
    return "track "
        + slot
        + " of the plan: it takes "
        + Math.round(Arrays.stream(bits).sum() / Arrays.stream(seconds).sum())
        + " bit/s where "
        + average
        + " were asked for, also after segments were made again; ask for more, or for smaller"
        + " pictures";
  }

  private static long[] same(long value, int count) {
    long[] all = new long[count];
    Arrays.fill(all, value);
    return all;
  }

  /** Of a track whose segments are each given the average; empty where it is shared out. */
  private static OptionalLong averageOfEach(TrackPlan track) {
    long bits =
        track instanceof EncodeVideo video && average(video).isEmpty()
            ? Long.parseLong(video.options().getOrDefault("b", "0"))
            : 0;
    return bits > 0 ? OptionalLong.of(bits) : OptionalLong.empty();
  }

  /** With the place of the encoder's notes. */
  private EncodeVideo noting(Segment segment, int slot, EncodeVideo video) {
    String path = work.notes(segment.index(), slot).toString();
    String word = "stats=" + SPECIAL.matcher(path).replaceAll(c -> "\\\\" + quote(c));
    return video.withOptions(video.joints().orElseThrow().with(video.options(), word));
  }

  private static String quote(MatchResult found) {
    return Matcher.quoteReplacement(found.group());
  }

  private static Optional<Plan.Joints> joints(TrackPlan track) {
    return track instanceof EncodeVideo video ? video.joints() : Optional.empty();
  }
}
