package dev.penstock.engine;

import dev.penstock.engine.Expectations.Expected;
import dev.penstock.engine.Expectations.Kind;
import dev.penstock.engine.ReadBack.Found;
import dev.penstock.model.MediaInfo;
import dev.penstock.model.Verification.Check;
import dev.penstock.model.Verification.Result;
import dev.penstock.model.Verification.Result.Failed;
import dev.penstock.model.Verification.Result.NotChecked;
import dev.penstock.model.Verification.Result.Passed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToLongFunction;

/**
 * Holds what was read back of an output against what it must be. Pure: no file is looked at here.
 */
final class Findings {
  /** Containers that store when a packet is decoded; the others have it guessed by who reads. */
  private static final Set<String> STORES_DECODING_TIMES = Set.of("mp4", "mov", "ipod", "mpegts");

  /** Containers in which libav writes chapters as a track too. */
  private static final Set<String> CHAPTER_TRACKS = Set.of("mp4", "mov", "ipod");

  private static final String MPEG_TS = "mpegts";
  private static final long MILLI = 1_000;

  /** Of sound against pictures; or one frame of sound, if that is longer. */
  private static final long APART_MICROS = 20 * MILLI;

  /** What a stated duration may differ from the end of the last packet. */
  private static final long DURATION_MICROS = 250 * MILLI;

  private final Expectations expected;
  private final ReadBack found;
  private final List<Check> checks = new ArrayList<>();

  /** A track and what became of it. */
  private record Pair(Expected expected, Found found) {
    PacketLog written() {
      return expected.written();
    }

    PacketLog packets() {
      return found.packets();
    }
  }

  private Findings(Expectations expected, ReadBack found) {
    this.expected = expected;
    this.found = found;
  }

  /** All that can be said without decoding. */
  static List<Check> of(Expectations expected, ReadBack found) {
    Findings findings = new Findings(expected, found);
    findings.judge();
    return findings.checks;
  }

  private void judge() {
    if (found.info().isEmpty() && found.broken().isPresent()) {
      note("container", new Failed(found.broken().get(), "a whole file"));
      return;
    }
    note("container", container());
    note("tracks", tracks());
    List<Pair> pairs = pairs();
    pairs.forEach(this::judge);
    found.info().ifPresent(info -> note("duration", duration(info)));
    sound(pairs);
  }

  private void note(String name, Result result) {
    checks.add(new Check(expected.path(), Optional.empty(), name, result));
  }

  private void note(Expected track, String name, Result result) {
    checks.add(new Check(expected.path(), Optional.of(track.name()), name, result));
  }

  private Result container() {
    int damaged = found.tracks().stream().mapToInt(t -> t.packets().corrupt()).sum();
    if (found.broken().isPresent()) {
      return new Failed(found.broken().get(), "a file that can be read to its end");
    }
    return damaged > 0
        ? new Failed(damaged + " packets are cut off or damaged", "none")
        : new Passed("read to its end");
  }

  private Result tracks() {
    Map<Kind, Integer> wanted = count(expected.tracks().stream().map(Expected::kind).toList());
    Map<Kind, Integer> there = count(found.tracks().stream().map(Found::kind).toList());
    for (Kind kind : Kind.values()) {
      int want = wanted.getOrDefault(kind, 0);
      int have = there.getOrDefault(kind, 0);
      // Chapters and time codes are tracks of their own in some containers.
      if (have < want || (kind.isContinuous() && have > want)) {
        return new Failed(words(there), words(wanted));
      }
    }
    for (Pair pair : pairs()) {
      boolean named = pair.expected().encoded() && pair.expected().kind().isContinuous();
      if (named && !pair.found().codec().equals(pair.expected().codec())) {
        return new Failed(
            pair.expected().name() + " is " + pair.found().codec(), pair.expected().codec());
      }
    }
    return new Passed(words(wanted));
  }

  private static Map<Kind, Integer> count(List<Kind> kinds) {
    Map<Kind, Integer> counts = new EnumMap<>(Kind.class);
    kinds.forEach(kind -> counts.merge(kind, 1, Integer::sum));
    return counts;
  }

  private static String words(Map<Kind, Integer> counts) {
    return counts.entrySet().stream()
        .map(e -> e.getValue() + " " + e.getKey().name().toLowerCase(Locale.ROOT))
        .reduce((a, b) -> a + ", " + b)
        .orElse("none");
  }

  /** Tracks of one kind keep their order; containers move kinds about. */
  private List<Pair> pairs() {
    List<Pair> pairs = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      List<Expected> wanted =
          expected.tracks().stream().filter(track -> track.kind() == kind).toList();
      List<Found> there = found.tracks().stream().filter(track -> track.kind() == kind).toList();
      for (int i = 0; i < Math.min(wanted.size(), there.size()); i++) {
        pairs.add(new Pair(wanted.get(i), there.get(i)));
      }
    }
    return pairs;
  }

  private void judge(Pair pair) {
    switch (pair.expected().kind()) {
      case VIDEO -> {
        note(pair.expected(), "packets", packets(pair));
        note(pair.expected(), "times", times(pair));
        pictures(pair.expected()).ifPresent(result -> note(pair.expected(), "pictures", result));
        if (pair.expected().encoded()) {
          note(pair.expected(), "key frames", keyFrames(pair));
        }
      }
      case AUDIO -> {
        note(pair.expected(), "packets", packets(pair));
        note(pair.expected(), "times", times(pair));
      }
      case SUBTITLE -> note(pair.expected(), "packets", texts(pair));
      // Written with the header, and there or not.
      case PICTURE, ATTACHMENT, DATA -> {}
    }
  }

  private Result packets(Pair pair) {
    int there = pair.packets().size();
    int written = pair.written().size();
    if (there == written) {
      return new Passed(there + " packets");
    }
    // Samples that are not compressed come in packets of any length.
    if (sound(pair) && pair.packets().bytes() == pair.written().bytes()) {
      return new Passed(pair.packets().bytes() + " bytes");
    }
    if (expected.format().equals(MPEG_TS) && pair.expected().interlaced()) {
      return new NotChecked("in MPEG-TS two fields are one packet or two");
    }
    return new Failed(there + " packets" + lost(pair), written + ", as were written");
  }

  private static boolean sound(Pair pair) {
    return pair.expected().kind() == Kind.AUDIO;
  }

  private static String lost(Pair pair) {
    int many = Math.min(pair.packets().size(), pair.written().size());
    for (int i = 0; i < many; i++) {
      if (!pair.packets().isTimeKnown(i) || !pair.written().isTimeKnown(i)) {
        return "";
      }
      long shift = pair.packets().micros(0) - pair.written().micros(0);
      long apart = pair.packets().micros(i) - pair.written().micros(i) - shift;
      if (Math.abs(apart) > tolerance(pair)) {
        return "; they differ from " + seconds(pair.written().micros(i)) + " on";
      }
    }
    return "; they end at " + seconds(Math.max(0, pair.packets().endMicros()));
  }

  private Result texts(Pair pair) {
    int there = pair.packets().filled();
    int written = pair.written().filled();
    if (there == written) {
      return new Passed(there + " texts");
    }
    return expected.format().equals(MPEG_TS)
        ? new NotChecked("MPEG-TS may give subtitles in other packets")
        : new Failed(there + " texts", written + ", as were written");
  }

  /** Containers may begin all tracks later or earlier; within a track nothing moves. */
  private Result times(Pair pair) {
    Result result = heldAgainstWritten(pair);
    boolean guessed =
        expected.format().equals(MPEG_TS) && sound(pair) && !pair.expected().encoded();
    return guessed && result instanceof Failed
        ? new NotChecked("MPEG-TS states the time of some frames of sound only")
        : result;
  }

  private Result heldAgainstWritten(Pair pair) {
    PacketLog there = pair.packets();
    PacketLog written = pair.written();
    if (there.withoutTime() > 0) {
      return new Failed(there.withoutTime() + " packets have no time", "none");
    }
    boolean stored = STORES_DECODING_TIMES.contains(expected.format());
    if (stored && there.falling() >= 0) {
      return new Failed(
          "packet " + there.falling() + " is decoded before the one before it", "rising times");
    }
    if (there.size() != written.size() || there.size() == 0) {
      return new NotChecked("the number of packets differs");
    }
    long shift = there.micros(0) - written.micros(0);
    for (int i = 0; i < there.size(); i++) {
      long apart = there.micros(i) - shift - written.micros(i);
      if (Math.abs(apart) > tolerance(pair)) {
        return new Failed(
            "packet " + i + " is shown at " + seconds(there.micros(i) - shift),
            seconds(written.micros(i)));
      }
    }
    return new Passed("as written, from " + seconds(there.firstMicros()));
  }

  /** MPEG-TS states the time of some frames of sound only. */
  private static long tolerance(Pair pair) {
    return pair.expected().kind() == Kind.VIDEO
        ? 2 * MILLI
        : Math.max(APART_MICROS, pair.written().longestMicros());
  }

  private static Optional<Result> pictures(Expected track) {
    if (!track.encoded()) {
      return Optional.empty();
    }
    if (track.pictures().isEmpty()) {
      return Optional.of(new NotChecked("the frame rate is changed"));
    }
    long wanted = track.pictures().getAsLong();
    return Optional.of(
        track.given() == wanted
            ? new Passed(wanted + ", each once")
            : new Failed(track.given() + " were encoded", wanted + " were decoded"));
  }

  private static Result keyFrames(Pair pair) {
    PacketLog there = pair.packets();
    PacketLog written = pair.written();
    for (int i = 0; i < Math.min(there.size(), written.size()); i++) {
      if (written.isKey(i) && !there.isKey(i)) {
        return new Failed("packet " + i + " is no key frame", "one, as was written");
      }
    }
    if (pair.expected().ownKeys().isPresent()) {
      return new NotChecked(pair.expected().ownKeys().get());
    }
    return KeyGrid.of(pair.expected(), there)
        .<Result>map(late -> new Failed(late.found(), late.expected()))
        .orElseGet(() -> new Passed(there.keyCount() + " key frames"));
  }

  private Result duration(MediaInfo info) {
    if (info.duration().isEmpty()) {
      return new NotChecked("the container states none");
    }
    long latest = last(PacketLog::latestMicros);
    long end = Math.max(last(PacketLog::endMicros), chapterTrack());
    long stated = micros(info.duration().get());
    long begin = micros(info.start());
    // Some count from zero, some from the first packet.
    long apart = Math.min(outside(stated, latest, end), outside(stated + begin, latest, end));
    return apart > DURATION_MICROS
        ? new Failed(
            seconds(stated) + " stated",
            "the last packet comes at " + seconds(latest) + ", ends at " + seconds(end))
        : new Passed(seconds(stated));
  }

  /** When the chapters end, where they are a track and so a part of the duration. */
  private long chapterTrack() {
    return CHAPTER_TRACKS.contains(expected.format()) ? micros(expected.chapters()) : 0;
  }

  private long last(ToLongFunction<PacketLog> time) {
    // Times of sound in MPEG-TS are in part the reader's guesses.
    boolean guessed = expected.format().equals(MPEG_TS);
    return pairs().stream()
        .map(pair -> guessed && sound(pair) ? pair.written() : pair.packets())
        .filter(log -> log.size() > log.withoutTime())
        .mapToLong(time)
        .max()
        .orElse(0);
  }

  /**
   * How far. Where frames are reordered, what packets say of their length is that of others; and
   * MP4 ends with the last one that is decoded.
   */
  private static long outside(long time, long from, long to) {
    return Math.max(0, Math.max(from - time, time - to));
  }

  private void sound(List<Pair> pairs) {
    Optional<Pair> pictures =
        pairs.stream()
            .filter(pair -> pair.expected().kind() == Kind.VIDEO && hasTimes(pair))
            .findFirst();
    if (pictures.isEmpty()) {
      return;
    }
    pairs.stream()
        .filter(pair -> pair.expected().kind() == Kind.AUDIO && hasTimes(pair))
        .forEach(
            pair -> note(pair.expected(), "sound against pictures", sound(pictures.get(), pair)));
  }

  private static boolean hasTimes(Pair pair) {
    return pair.packets().size() > 0
        && pair.written().size() > 0
        && pair.packets().isTimeKnown(0)
        && pair.written().isTimeKnown(0);
  }

  private static Result sound(Pair pictures, Pair sound) {
    long tolerance = Math.max(APART_MICROS, sound.written().longestMicros());
    long moved =
        (sound.packets().micros(0) - sound.written().micros(0))
            - (pictures.packets().micros(0) - pictures.written().micros(0));
    if (Math.abs(moved) > tolerance) {
      return new Failed(
          "the sound lies " + seconds(moved) + " later than was written",
          "at most " + seconds(tolerance));
    }
    return AgainstSource.of(pictures.expected(), sound.expected(), tolerance);
  }

  static String seconds(long micros) {
    return String.format(Locale.ROOT, "%.3f s", micros / 1e6);
  }

  private static long micros(Duration time) {
    return time.toNanos() / 1000;
  }
}
