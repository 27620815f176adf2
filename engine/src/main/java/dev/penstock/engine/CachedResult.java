package dev.penstock.engine;

import dev.penstock.model.MediaInfo;
import dev.penstock.model.Plan;
import dev.penstock.model.Planning;
import dev.penstock.model.Report;
import dev.penstock.model.Verification;
import dev.penstock.model.Verification.Check;
import dev.penstock.model.Verification.Level;
import dev.penstock.model.Verification.Result;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * What is kept of a job's report beside its files. Paths are relative to the job's target, which
 * may be another the next time; the target itself is empty.
 */
record CachedResult(
    Instant made,
    Duration elapsed,
    String source,
    Level level,
    List<Stored> files,
    List<Media> outputs,
    List<Report.TrackResult> tracks,
    List<Report.Buffer> buffers,
    List<Check> checks,
    List<String> warnings) {
  private static final int MAGIC = 0x50525332; // PRS2
  private static final int MOST = 1 << 20;

  CachedResult {
    files = List.copyOf(files);
    outputs = List.copyOf(outputs);
    tracks = List.copyOf(tracks);
    buffers = List.copyOf(buffers);
    checks = List.copyOf(checks);
    warnings = List.copyOf(warnings);
  }

  /**
   * A file.
   *
   * @param sum SHA-256
   */
  record Stored(String path, String sum) {}

  /** A file whose facts are in the report. */
  record Media(String path) {}

  /** What is to be kept of a report. */
  static CachedResult of(Report report, List<Stored> files, Instant made) {
    String target = report.plan().target();
    return new CachedResult(
        made,
        report.elapsed(),
        report.plan().input().source(),
        report.verification().level(),
        files,
        report.outputs().stream().map(o -> new Media(within(target, o.source()))).toList(),
        report.tracks(),
        report.buffers(),
        report.verification().checks().stream()
            .map(check -> moved(check, within(target, check.output())))
            .toList(),
        report.warnings());
  }

  private static Check moved(Check check, String output) {
    return new Check(output, check.track(), check.name(), check.result());
  }

  /** The report of a job that was answered with this. */
  Report report(Planning.Planned planned, MediaInfo input, List<MediaInfo> facts, Duration taken) {
    Plan plan = planned.plan();
    return new Report(
        input,
        plan,
        planned.receipt(),
        tracks,
        taken,
        Optional.empty(),
        Map.of(),
        Optional.empty(),
        buffers,
        facts,
        new Verification(
            level, checks.stream().map(c -> moved(c, under(plan.target(), c.output()))).toList()),
        Optional.of(new Report.Cached(made, elapsed)),
        warnings.stream().map(w -> renamed(w, source, plan.input().source())).toList());
  }

  /** A warning about another input; what it is about stands before a colon or a track. */
  static String renamed(String warning, String from, String to) {
    return warning.startsWith(from + ":") || warning.startsWith(from + ", track ")
        ? to + warning.substring(from.length())
        : warning;
  }

  /** The plan without the names of its input and output. */
  static Plan anonymous(Plan plan) {
    return new Plan(
        new Plan.Input("", plan.input().start(), plan.input().duration()),
        "",
        plan.tracks(),
        plan.outputs().stream().map(output -> anonymous(plan.target(), output)).toList(),
        plan.segmentation(),
        plan.acceleration().map(Plan.Acceleration::ofModel),
        plan.strict());
  }

  private static Plan.Output anonymous(String target, Plan.Output output) {
    String path = within(target, output.path());
    return switch (output) {
      case Plan.File f ->
          new Plan.File(path, f.tracks(), f.format(), f.options(), f.tags(), f.chapters());
      case Plan.Presentation p ->
          new Plan.Presentation(
              path, p.tracks(), p.renditions(), p.forms(), p.segment(), p.layout(), p.protection());
      case Plan.Poster p -> new Plan.Poster(path, p.tracks(), p.at(), p.filters(), p.options());
      case Plan.Thumbnails t ->
          new Plan.Thumbnails(
              path,
              t.tracks(),
              t.every(),
              t.tile(),
              t.columns(),
              t.rows(),
              t.filters(),
              t.options());
    };
  }

  private static String within(String target, String path) {
    return Path.of(target).relativize(Path.of(path)).toString();
  }

  static String under(String target, String path) {
    return path.isEmpty() ? target : Path.of(target).resolve(path).toString();
  }

  /** The files that a plan has made. */
  static List<String> files(Plan plan) throws IOException {
    if (plan.isOneFile()) {
      return List.of("");
    }
    Path folder = Path.of(plan.target());
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
          .map(file -> folder.relativize(file).toString())
          .filter(name -> !name.equals(OutputFolder.MARK))
          .sorted()
          .toList();
    }
  }

  private interface Writer<T> {
    void write(T item, DataOutputStream out) throws IOException;
  }

  private interface Reader<T> {
    T read(DataInputStream in) throws IOException;
  }

  private static <T> void writeAll(List<T> items, Writer<T> writer, DataOutputStream out)
      throws IOException {
    out.writeInt(items.size());
    for (T item : items) {
      writer.write(item, out);
    }
  }

  private static <T> List<T> readAll(Reader<T> reader, DataInputStream in) throws IOException {
    int count = in.readInt();
    if (count < 0 || count > MOST) {
      throw new IOException("its record makes no sense");
    }
    List<T> items = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      items.add(reader.read(in));
    }
    return items;
  }

  void write(Path file) throws IOException {
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
      out.writeInt(MAGIC);
      out.writeLong(made.toEpochMilli());
      out.writeLong(elapsed.toNanos());
      out.writeUTF(source);
      out.writeUTF(level.name());
      writeAll(files, CachedResult::write, out);
      writeAll(outputs, (media, o) -> o.writeUTF(media.path()), out);
      writeAll(tracks, CachedResult::write, out);
      writeAll(buffers, CachedResult::write, out);
      writeAll(checks, CachedResult::write, out);
      writeAll(warnings, (warning, o) -> o.writeUTF(warning), out);
      out.writeInt(MAGIC);
    }
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws IOException when it is torn, or not there
   */
  static CachedResult read(Path file) throws IOException {
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      requireMagic(in);
      CachedResult result =
          new CachedResult(
              Instant.ofEpochMilli(in.readLong()),
              Duration.ofNanos(in.readLong()),
              in.readUTF(),
              Level.valueOf(in.readUTF()),
              readAll(i -> new Stored(i.readUTF(), i.readUTF()), in),
              readAll(i -> new Media(i.readUTF()), in),
              readAll(CachedResult::track, in),
              readAll(CachedResult::buffer, in),
              readAll(CachedResult::check, in),
              readAll(i -> i.readUTF(), in));
      requireMagic(in);
      return result;
    } catch (java.io.EOFException | IllegalArgumentException e) {
      throw new IOException("its record is torn", e);
    }
  }

  private static void requireMagic(DataInputStream in) throws IOException {
    if (in.readInt() != MAGIC) {
      throw new IOException("its record is torn");
    }
  }

  private static void write(Stored file, DataOutputStream out) throws IOException {
    out.writeUTF(file.path());
    out.writeUTF(file.sum());
  }

  private static void write(Report.TrackResult track, DataOutputStream out) throws IOException {
    out.writeInt(track.source());
    out.writeUTF(track.kind());
    out.writeUTF(track.codec());
    for (long count :
        new long[] {
          track.packetsIn(),
          track.decoded(),
          track.damaged(),
          track.duplicated(),
          track.dropped(),
          track.encoded(),
          track.packetsOut(),
          track.bytes()
        }) {
      out.writeLong(count);
    }
    out.writeDouble(track.averageQp().orElse(Double.NaN));
  }

  private static Report.TrackResult track(DataInputStream in) throws IOException {
    return new Report.TrackResult(
        in.readInt(),
        in.readUTF(),
        in.readUTF(),
        in.readLong(),
        in.readLong(),
        in.readLong(),
        in.readLong(),
        in.readLong(),
        in.readLong(),
        in.readLong(),
        in.readLong(),
        known(in.readDouble()));
  }

  private static OptionalDouble known(double value) {
    return Double.isNaN(value) ? OptionalDouble.empty() : OptionalDouble.of(value);
  }

  private static void write(Report.Buffer buffer, DataOutputStream out) throws IOException {
    out.writeInt(buffer.track());
    out.writeLong(buffer.rate());
    out.writeLong(buffer.size());
    out.writeDouble(buffer.leastFullness());
  }

  private static Report.Buffer buffer(DataInputStream in) throws IOException {
    return new Report.Buffer(in.readInt(), in.readLong(), in.readLong(), in.readDouble());
  }

  private static void write(Check check, DataOutputStream out) throws IOException {
    out.writeUTF(check.output());
    out.writeUTF(check.track().orElse(""));
    out.writeUTF(check.name());
    switch (check.result()) {
      case Result.Passed(String found) -> write(true, found, out);
      case Result.NotChecked(String why) -> write(false, why, out);
      case Result.Failed _ -> throw new IllegalStateException("what failed is not stored");
    }
  }

  private static void write(boolean passed, String words, DataOutputStream out) throws IOException {
    out.writeBoolean(passed);
    out.writeUTF(words);
  }

  private static Check check(DataInputStream in) throws IOException {
    String output = in.readUTF();
    String track = in.readUTF();
    String name = in.readUTF();
    boolean passed = in.readBoolean();
    String words = in.readUTF();
    return new Check(
        output,
        track.isEmpty() ? Optional.empty() : Optional.of(track),
        name,
        passed ? new Result.Passed(words) : new Result.NotChecked(words));
  }
}
