package dev.penstock.engine;

import dev.penstock.av.LogScope;
import dev.penstock.av.Packet;
import dev.penstock.av.Spool;
import dev.penstock.av.TrackParameters;
import dev.penstock.model.CodedStretch;
import dev.penstock.model.MediaInfo;
import dev.penstock.model.Plan;
import dev.penstock.model.Plan.EncodeVideo;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.function.Consumer;

/**
 * Whoever wants to know how renditions are coded is told of all pieces of a plan; nobody has to.
 * Any thread.
 */
final class Courses {
  private static final Duration SHORTEST = Duration.ofSeconds(2);

  /** Stretches of a rendition, about, however long the film is. */
  private static final int MOST = 1800;

  /** Encoders that tell errors when they are asked to, which costs next to nothing. */
  private static final String TELLS_ERRORS = "libx264";

  private final Plan plan;
  private final RenditionNames names;
  private final Duration step;
  private final Optional<Consumer<CodedStretch>> told;
  private final Consumer<String> log;

  Courses(Plan plan, MediaInfo input, Optional<Consumer<CodedStretch>> told, Consumer<String> log) {
    this.log = log;
    this.plan = plan;
    this.names = new RenditionNames(plan);
    this.told = told;
    Duration part =
        plan.input().duration().or(input::duration).orElse(Duration.ZERO).dividedBy(MOST);
    this.step = part.compareTo(SHORTEST) > 0 ? part : SHORTEST;
  }

  /** Of a track of a piece; empty where nobody wants to know, or it is no part of the outputs. */
  Optional<Course> of(Piece piece, int slot) {
    return told.filter(_ -> !(piece instanceof Piece.Analysis))
        .filter(_ -> plan.tracks().get(slot) instanceof EncodeVideo)
        .map(each ->
            new Course((EncodeVideo) plan.tracks().get(slot), names.of(slot), grid(piece), each));
  }

  /** Pieces are divided evenly: nothing short is left at their ends. */
  private Course.Grid grid(Piece piece) {
    Duration begin = piece.from(plan).orElse(Duration.ZERO);
    return piece
        .to(plan)
        .map(to -> to.minus(begin))
        .filter(length -> length.compareTo(Duration.ZERO) > 0)
        .map(length -> new Course.Grid(begin, length, OptionalLong.of(parts(length))))
        .orElseGet(() -> new Course.Grid(begin, step, OptionalLong.empty()));
  }

  private long parts(Duration length) {
    return Math.max(1, Math.round((double) length.toNanos() / step.toNanos()));
  }

  /** Tells of a piece that was there before, as far as it can: no job fails for this. */
  void reused(Piece piece, Path file) {
    if (told.isEmpty()) {
      return;
    }
    try (Spool spool = Spool.open(file)) {
      for (int slot : piece.slots(plan)) {
        Optional<Course> course = of(piece, slot);
        if (course.isPresent()) {
          read(spool, slot, course.get());
        }
      }
    } catch (IOException e) {
      log.accept("how " + file + " was coded is not told: " + e.getMessage());
    }
  }

  private static void read(Spool spool, int slot, Course course) throws IOException {
    try (TrackParameters track = spool.parameters(slot).orElse(null)) {
      if (track == null) {
        return;
      }
      for (Spool.Entry each : spool.packets(slot)) {
        course.feed(
            each.pts(),
            each.dts(),
            each.duration(),
            track.timeBase(),
            each.size(),
            spool.quality(each));
      }
      course.end();
    }
  }

  static void feed(Course course, EncodeVideo track, Packet packet) {
    course.feed(
        packet.pts(),
        packet.dts(),
        packet.duration(),
        track.timeBase(),
        packet.size(),
        packet.quality());
  }

  /** The options of an encoder that is to tell its errors, where it can. */
  static SequencedMap<String, String> telling(EncodeVideo track) {
    if (!track.encoder().equals(TELLS_ERRORS)) {
      return track.options();
    }
    SequencedMap<String, String> options = new LinkedHashMap<>(track.options());
    options.merge("flags", "+psnr", String::concat);
    return options;
  }

  /** x264 warns of comparing encoders by errors that it makes on purpose, which is not done. */
  static LogScope log(LogScope log) {
    return log.without(
        line -> line.contains("--psnr used with") || line.contains("--tune psnr should be used"));
  }
}
