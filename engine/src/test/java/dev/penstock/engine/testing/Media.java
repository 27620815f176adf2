package dev.penstock.engine.testing;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What ffprobe reads in a file. */
public final class Media {
  /** Column of framemd5's table; side data follows. */
  private static final int HASH = 5;

  private final Path file;
  private final Map<String, String> facts;

  private Media(Path file, Map<String, String> facts) {
    this.file = file;
    this.facts = facts;
  }

  public static Media of(Path file) {
    return new Media(
        file,
        flat(
            Oracle.ffprobe(
                List.of(
                    "-show_format",
                    "-show_streams",
                    "-show_chapters",
                    "-of",
                    "flat",
                    file.toString()))));
  }

  /** Lines of {@code a.b.0.c="value"}. */
  private static Map<String, String> flat(String text) {
    Map<String, String> facts = new LinkedHashMap<>();
    for (String line : text.lines().toList()) {
      int equals = line.indexOf('=');
      if (equals > 0) {
        facts.put(line.substring(0, equals), unquoted(line.substring(equals + 1)));
      }
    }
    return facts;
  }

  private static String unquoted(String value) {
    return value.startsWith("\"")
        ? value.substring(1, value.length() - 1).translateEscapes()
        : value;
  }

  public Path file() {
    return file;
  }

  /** A fact of the container, such as {@code format_name}; empty when ffprobe says nothing. */
  public String fact(String name) {
    return facts.getOrDefault("format." + name, "");
  }

  /** A tag of the container. */
  public String tag(String name) {
    return fact("tags." + name);
  }

  public double seconds() {
    return Double.parseDouble(fact("duration"));
  }

  public List<Stream> streams() {
    List<Stream> streams = new ArrayList<>();
    while (facts.containsKey("streams.stream." + streams.size() + ".index")) {
      streams.add(new Stream(streams.size()));
    }
    return streams;
  }

  /** {@code video}, {@code audio}, {@code subtitle} ... streams, in their order. */
  public List<Stream> streams(String kind) {
    return streams().stream().filter(stream -> stream.fact("codec_type").equals(kind)).toList();
  }

  /** The first video stream. */
  public Stream video() {
    return streams("video").getFirst();
  }

  /** The first audio stream. */
  public Stream audio() {
    return streams("audio").getFirst();
  }

  /** The first subtitle stream. */
  public Stream subtitle() {
    return streams("subtitle").getFirst();
  }

  /** {@code codec_name} of every stream. */
  public List<String> codecs() {
    return streams().stream().map(stream -> stream.fact("codec_name")).toList();
  }

  /** Each as {@code start-end title}, in milliseconds. */
  public List<String> chapters() {
    List<String> chapters = new ArrayList<>();
    while (facts.containsKey("chapters.chapter." + chapters.size() + ".id")) {
      String key = "chapters.chapter." + chapters.size() + ".";
      chapters.add(
          millis(facts.get(key + "start_time"))
              + "-"
              + millis(facts.get(key + "end_time"))
              + " "
              + facts.getOrDefault(key + "tags.title", ""));
    }
    return chapters;
  }

  private static long millis(String seconds) {
    return new BigDecimal(seconds).movePointRight(3).longValue();
  }

  /** One entry of a table of frames or packets, by ffprobe's names. */
  public record Row(Map<String, String> facts) {
    public String fact(String name) {
      return facts.getOrDefault(name, "");
    }

    public long micros(String name) {
      return new BigDecimal(fact(name)).movePointRight(6).longValue();
    }
  }

  /** One track. */
  public final class Stream {
    private final int index;

    private Stream(int index) {
      this.index = index;
    }

    public int index() {
      return index;
    }

    /** A fact such as {@code codec_name}; empty when ffprobe says nothing. */
    public String fact(String name) {
      return facts.getOrDefault("streams.stream." + index + "." + name, "");
    }

    public int number(String name) {
      return Integer.parseInt(fact(name));
    }

    public String tag(String name) {
      return fact("tags." + name);
    }

    public boolean is(String disposition) {
      return fact("disposition." + disposition).equals("1");
    }

    public String size() {
      return fact("width") + "x" + fact("height");
    }

    /** A fact of side data, wherever it stands in the list. */
    public Optional<String> sideData(String name) {
      return facts.entrySet().stream()
          .filter(fact -> fact.getKey().startsWith("streams.stream." + index + ".side_data_list."))
          .filter(fact -> fact.getKey().endsWith("." + name))
          .map(Map.Entry::getValue)
          .findFirst();
    }

    /** The decoded frames, in the order they come out. */
    public List<Row> frames(String... names) {
      return rows("-show_frames", "frame", names);
    }

    /** The packets, in the order of the file. */
    public List<Row> packets(String... names) {
      return rows("-show_packets", "packet", names);
    }

    private List<Row> rows(String show, String section, String... names) {
      return Media.rows(
          file, List.of(show, "-select_streams", Integer.toString(index)), section, names);
    }

    /** Presentation times of the decoded frames, microseconds. */
    public List<Long> times() {
      return frames("pts_time").stream().map(frame -> frame.micros("pts_time")).toList();
    }

    /** {@link #times} up to so many seconds, of a file that begins at zero. */
    public List<Long> timesBefore(long seconds) {
      List<String> show =
          List.of(
              "-show_frames",
              "-select_streams",
              Integer.toString(index),
              "-read_intervals",
              "%+" + (seconds + 1));
      return Media.rows(file, show, "frame", "pts_time").stream()
          .map(frame -> frame.micros("pts_time"))
          .filter(time -> time < seconds * 1_000_000)
          .toList();
    }

    /** {@link #times} counted from the first. */
    public List<Long> relativeTimes() {
      List<Long> times = times();
      return times.stream().map(time -> time - times.getFirst()).toList();
    }

    /** How many frames decoding gives. */
    public int frameCount() {
      return frames("pts_time").size();
    }

    /** MD5 of each packet's data, in the order of the file. */
    public List<String> packetHashes() {
      return hashes("-c", "copy");
    }

    /** MD5 of each decoded frame's data. */
    public List<String> frameHashes() {
      return hashes();
    }

    private List<String> hashes(String... how) {
      List<String> command =
          new ArrayList<>(List.of("-noautorotate", "-i", file.toString(), "-map", "0:" + index));
      command.addAll(List.of(how));
      command.addAll(List.of("-fps_mode", "passthrough", "-f", "framemd5", "-"));
      return new String(Oracle.ffmpeg(command), java.nio.charset.StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split(",")[HASH].strip())
          .toList();
    }
  }

  /** The packets of all streams, in the order of the file. */
  public static List<Row> packets(Path file, String... names) {
    return rows(file, List.of("-show_packets"), "packet", names);
  }

  /** A table of ffprobe's. */
  static List<Row> rows(Path file, List<String> show, String section, String... names) {
    List<String> command = new ArrayList<>(show);
    command.addAll(
        List.of("-show_entries", section + "=" + String.join(",", names), "-of", "compact"));
    command.add(file.toString());
    return Oracle.ffprobe(command)
        .lines()
        .filter(line -> line.startsWith(section + "|"))
        .map(Media::row)
        .toList();
  }

  private static Row row(String line) {
    Map<String, String> facts = new LinkedHashMap<>();
    Arrays.stream(line.split("\\|"))
        .filter(part -> part.contains("="))
        .forEach(part ->
            facts.put(part.substring(0, part.indexOf('=')), part.substring(part.indexOf('=') + 1)));
    return new Row(facts);
  }
}
