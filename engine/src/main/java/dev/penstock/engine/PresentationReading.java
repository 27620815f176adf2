package dev.penstock.engine;

import dev.penstock.av.Timestamp;
import dev.penstock.engine.Expectations.Expected;
import dev.penstock.engine.Expectations.Kind;
import dev.penstock.engine.ReadBack.Found;
import dev.penstock.engine.packaging.Manifests;
import dev.penstock.engine.packaging.MediaPlaylist;
import dev.penstock.engine.packaging.RenditionReading;
import dev.penstock.model.Plan;
import dev.penstock.model.Rational;
import dev.penstock.model.Verification.Check;
import dev.penstock.model.Verification.Result;
import dev.penstock.model.Verification.Result.Failed;
import dev.penstock.model.Verification.Result.NotChecked;
import dev.penstock.model.Verification.Result.Passed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads the renditions of a folder back, with the playlists and manifests that name them. */
final class PresentationReading {
  private static final Rational MILLIS = new Rational(1, 1000);
  private static final Pattern CUE =
      Pattern.compile("(?m)^(\\d+):(\\d\\d):(\\d\\d)\\.(\\d{3}) --> ");

  private final Plan.Presentation plan;
  private final Expectations expected;
  private final Path folder;
  private final List<Check> checks = new ArrayList<>();
  private final Map<Integer, RenditionReading> readings = new LinkedHashMap<>();
  private final List<Found> found = new ArrayList<>();
  private final Set<String> sealed = new HashSet<>();

  /**
   * @param folder where it lies, under another name than it will have
   */
  PresentationReading(Plan.Presentation plan, Expectations expected, Path folder) {
    this.plan = plan;
    this.expected = expected;
    this.folder = folder;
  }

  /** All that can be said of it. */
  List<Check> checks() {
    expected.tracks().forEach(this::read);
    if (checks.isEmpty()) {
      checks.addAll(Findings.of(expected, new ReadBack(Optional.empty(), found, Optional.empty())));
    }
    readings.forEach(this::segments);
    if (plan.forms().contains(dev.penstock.model.LadderSpec.Form.HLS)) {
      hls();
    }
    if (plan.forms().contains(dev.penstock.model.LadderSpec.Form.DASH)) {
      dash();
    }
    checks.replaceAll(this::unlessSealed);
    return checks;
  }

  /** What is encrypted as a whole passes nothing, but for how its segments are listed. */
  private Check unlessSealed(Check check) {
    return check.result() instanceof Passed && check.track().filter(sealed::contains).isPresent()
        ? new Check(
            check.output(),
            check.track(),
            check.name(),
            new NotChecked("it is encrypted as a whole, so only who has the key can read it"))
        : check;
  }

  /** What was read of the pictures that were made here. */
  List<Verifier.Rung> rungs() {
    List<Verifier.Rung> rungs = new ArrayList<>();
    for (int i = 0; i < Math.min(found.size(), expected.tracks().size()); i++) {
      Expected track = expected.tracks().get(i);
      if (track.kind() == Kind.VIDEO && track.encoded()) {
        rungs.add(new Verifier.Rung(expected.path(), track.slot(), found.get(i).packets()));
      }
    }
    return rungs;
  }

  private String id(int slot) {
    return plan.renditions().get(plan.tracks().indexOf(slot)).id();
  }

  private void note(int slot, String name, Result result) {
    checks.add(new Check(expected.path(), Optional.of(id(slot)), name, result));
  }

  private void read(Expected track) {
    String id = id(track.slot());
    try {
      if (track.kind() == Kind.SUBTITLE) {
        found.add(new Found(track.kind(), track.codec(), texts(id)));
      } else if (isSealed(id)) {
        // What was handed over stands for it, so that other tracks can be held against it.
        sealed.add(track.name());
        found.add(new Found(track.kind(), track.codec(), track.written()));
      } else {
        RenditionReading reading = RenditionReading.of(folder, id);
        readings.put(track.slot(), reading);
        found.add(new Found(track.kind(), codec(reading, track), log(reading)));
      }
    } catch (IOException e) {
      note(track.slot(), "container", new Failed(Failures.words(e), "a file that can be read"));
    }
  }

  private boolean isSealed(String id) throws IOException {
    Path playlist = folder.resolve(id + ".m3u8");
    return Files.exists(playlist)
        && MediaPlaylist.parse(Files.readString(playlist)).wholeSegmentsEncrypted();
  }

  /** libav's name of what the sample entry says, where it is one of ours. */
  private static String codec(RenditionReading reading, Expected track) {
    String entry = reading.codec().split("\\.", 2)[0].toLowerCase(Locale.ROOT);
    return switch (entry) {
      case "avc1", "avc3" -> "h264";
      case "hvc1", "hev1" -> "hevc";
      case "av01" -> "av1";
      case "vp09" -> "vp9";
      case "mp4a" -> "aac";
      case "opus" -> "opus";
      default -> track.codec();
    };
  }

  private static PacketLog log(RenditionReading reading) {
    PacketLog log = new PacketLog();
    Rational base = new Rational(1, reading.timescale());
    for (RenditionReading.Sample sample : reading.samples()) {
      log.add(
          new PacketLog.Entry(
              sample.time(), sample.decode(), sample.duration(), sample.bytes(), sample.key()),
          base);
    }
    return log;
  }

  private PacketLog texts(String id) throws IOException {
    PacketLog log = new PacketLog();
    Matcher cue = CUE.matcher(Files.readString(folder.resolve(id + ".vtt")));
    while (cue.find()) {
      long minutes = Long.parseLong(cue.group(1)) * 60 + Long.parseLong(cue.group(2));
      long seconds = minutes * 60 + Long.parseLong(cue.group(3));
      log.add(text(seconds * 1000 + Long.parseLong(cue.group(4)), 0), MILLIS);
    }
    return log;
  }

  /** A text, whose bytes do not matter. */
  static PacketLog.Entry text(long start, long duration) {
    return new PacketLog.Entry(start, Timestamp.NONE, duration, Integer.MAX_VALUE, true);
  }

  private boolean isVideo(int slot) {
    return expected.tracks().stream()
        .anyMatch(track -> track.slot() == slot && track.kind() == Kind.VIDEO);
  }

  private void segments(int slot, RenditionReading reading) {
    RenditionReading first = readings.values().iterator().next();
    note(slot, "segments", PresentationFindings.segments(reading, isVideo(slot), first));
    if (reading.index().isPresent() && !reading.parts().isEmpty()) {
      note(slot, "index", PresentationFindings.index(reading.index().get(), reading));
    }
  }

  private void hls() {
    for (Expected track : expected.tracks()) {
      String id = id(track.slot());
      Optional<String> text = text(track.slot(), id + ".m3u8");
      RenditionReading reading = readings.get(track.slot());
      text.ifPresent(playlist -> note(track.slot(), "playlist", playlist(playlist, reading)));
      if (reading != null && Files.exists(folder.resolve(id + "-iframes.m3u8"))) {
        text(track.slot(), id + "-iframes.m3u8")
            .ifPresent(playlist ->
                note(track.slot(), "playlist of key frames", keyFrames(playlist, reading)));
      }
    }
    all(
        "multivariant playlist",
        read(Manifests.MASTER).map(this::master).orElseGet(() -> missing(Manifests.MASTER)));
  }

  private static Result missing(String name) {
    return new Failed(name + " is missing", "it");
  }

  private void all(String name, Result result) {
    checks.add(new Check(expected.path(), Optional.empty(), name, result));
  }

  private Result playlist(String text, @Nullable RenditionReading reading) {
    try {
      MediaPlaylist playlist = MediaPlaylist.parse(text);
      if (playlist.wholeSegmentsEncrypted()) {
        return new NotChecked("its segments are encrypted as a whole");
      }
      return reading == null ? files(playlist) : PresentationFindings.playlist(playlist, reading);
    } catch (RuntimeException e) {
      return new Failed("it cannot be read: " + e.getMessage(), "a playlist");
    }
  }

  private Result files(MediaPlaylist playlist) {
    return playlist.entries().stream()
        .map(entry -> entry.span().uri())
        .filter(uri -> !Files.exists(folder.resolve(uri)))
        .findFirst()
        .<Result>map(PresentationReading::missing)
        .orElseGet(() -> new Passed(playlist.entries().size() + " files"));
  }

  private static Result keyFrames(String text, RenditionReading reading) {
    try {
      return PresentationFindings.keyFrames(MediaPlaylist.parse(text), reading);
    } catch (RuntimeException e) {
      return new Failed("it cannot be read: " + e.getMessage(), "a playlist");
    }
  }

  private Result master(String text) {
    List<String> named = PresentationFindings.named(text);
    return named.stream()
        .filter(uri -> !uri.contains("://") && !Files.exists(folder.resolve(uri)))
        .findFirst()
        .<Result>map(PresentationReading::missing)
        .orElseGet(() ->
            named.isEmpty()
                ? new Failed("it names nothing", "renditions")
                : new Passed(named.size() + " names"));
  }

  private void dash() {
    Optional<String> mpd = read(Manifests.MPD);
    if (mpd.isEmpty()) {
      all("manifest", missing(Manifests.MPD));
      return;
    }
    readings.forEach((slot, reading) ->
        note(slot, "manifest", PresentationFindings.manifest(mpd.get(), reading)));
    all(
        "duration of the manifest",
        PresentationFindings.duration(mpd.get(), List.copyOf(readings.values())));
  }

  private Optional<String> text(int slot, String name) {
    Optional<String> text = read(name);
    if (text.isEmpty()) {
      note(slot, "playlist", missing(name));
    }
    return text;
  }

  private Optional<String> read(String name) {
    try {
      return Optional.of(Files.readString(folder.resolve(name)));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** What a rendition must be. */
  List<Expected> expected(int slot) {
    return expected.tracks().stream().filter(track -> track.slot() == slot).toList();
  }

  /** Whether its samples cannot be decoded without a key. */
  boolean isEncrypted() {
    try (Stream<Path> files = Files.list(folder)) {
      return files.anyMatch(PresentationReading::namesKey);
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean namesKey(Path file) {
    String name = file.getFileName().toString();
    try {
      return name.endsWith(".m3u8")
          ? Files.readString(file).contains("#EXT-X-KEY")
          : name.endsWith(".mpd") && Files.readString(file).contains("<ContentProtection");
    } catch (IOException e) {
      return false;
    }
  }

  /** Renditions of pictures or sound that libav can open, by track of the plan. */
  Map<Integer, Path> readable() {
    Map<Integer, Path> files = new LinkedHashMap<>();
    for (int slot : readings.keySet()) {
      Path one = folder.resolve(id(slot) + ".mp4");
      Path playlist = folder.resolve(id(slot) + ".m3u8");
      if (Files.exists(one)) {
        files.put(slot, one);
      } else if (Files.exists(playlist)) {
        files.put(slot, playlist);
      }
    }
    return files;
  }
}
