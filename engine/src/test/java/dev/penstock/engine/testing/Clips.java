package dev.penstock.engine.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.zip.CRC32;

/**
 * Media made for tests by the oracle. Each is made once and kept in {@code target/clips} under a
 * name that follows from how it is made.
 */
public final class Clips {
  private static final Path FOLDER = Path.of("target", "clips").toAbsolutePath();

  /** The number of a frame is drawn as this many bars, its binary digits. */
  static final int DIGITS = 10;

  private static final String NUMBER =
      "geq=lum='if(mod(floor(N/pow(2,floor(X*" + DIGITS + "/W))),2),235,16)':cb=128:cr=128";

  private Clips() {}

  /**
   * A file made by {@code ffmpeg ARGUMENTS... NAME}.
   *
   * @param arguments each is split at spaces, except inside quotes; double quotes are taken away,
   *     single ones are left for libavfilter
   */
  public static Path make(String name, String... arguments) {
    List<String> words = words(arguments);
    Path file = FOLDER.resolve(key(words)).resolve(name);
    return once(
        file,
        partial -> {
          List<String> command = new ArrayList<>(words);
          command.addAll(List.of("-fflags", "+bitexact", "-y", partial.toString()));
          Oracle.ffmpeg(command);
        });
  }

  /** A file with these bytes. */
  public static Path of(String name, byte[] bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    return once(
        FOLDER.resolve(Long.toHexString(crc.getValue())).resolve(name),
        partial -> Files.write(partial, bytes));
  }

  /** A text file. */
  public static Path text(String name, String content) {
    return of(name, content.getBytes(StandardCharsets.UTF_8));
  }

  /** MPEG-TS recordings one after the other in one file. */
  public static Path joined(String name, Path... parts) {
    try {
      java.io.ByteArrayOutputStream bytes = new java.io.ByteArrayOutputStream();
      for (Path part : parts) {
        bytes.write(Files.readAllBytes(part));
      }
      return of(name, bytes.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A video source whose frames show their own numbers, which {@link Pictures#numbers} reads: for
   * {@code -f lavfi -i}.
   */
  public static String numbered(int width, int height, String rate, double seconds) {
    return "color=gray:s=" + width + "x" + height + ":r=" + rate + ":d=" + seconds + "," + NUMBER;
  }

  /** A sound source that beeps for 50 ms in the middle of each second: for {@code -f lavfi -i}. */
  public static String beeping(double seconds) {
    return "aevalsrc='if(between(mod(t,1),0.5,0.55),0.5*sin(2*PI*1000*t),0)':s=48000:c=mono:d="
        + seconds;
  }

  /** Numbered pictures and beeps as H.264 with B-frames and AAC. */
  public static Path beacon(String name, double seconds) {
    return make(
        name,
        "-f lavfi -i " + numbered(160, 96, "25", seconds),
        "-f lavfi -i " + beeping(seconds),
        "-c:v libx264 -preset veryfast -bf 2 -b_strategy 0 -g 25 -sc_threshold 0 -pix_fmt yuv420p",
        "-c:a aac -b:a 64k");
  }

  /** Whether a command of the oracle's only reads clips and so always gives the same. */
  static boolean isAboutClipsOnly(List<String> command) {
    List<String> files = command.stream().skip(1).filter(word -> word.startsWith("/")).toList();
    return !files.isEmpty()
        && files.stream().allMatch(file -> file.startsWith(FOLDER.toString()))
        && !command.contains("-y");
  }

  private interface Maker {
    void make(Path partial) throws IOException;
  }

  private static Path once(Path file, Maker maker) {
    if (Files.exists(file)) {
      return file;
    }
    try {
      Path folder = Files.createDirectories(file.resolveSibling("making-" + UUID.randomUUID()));
      Path partial = folder.resolve(file.getFileName());
      maker.make(partial);
      Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
      Files.delete(folder);
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String key(List<String> words) {
    CRC32 crc = new CRC32();
    crc.update(String.join("\0", words).getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().toHexDigits((int) crc.getValue());
  }

  static List<String> words(String... arguments) {
    List<String> words = new ArrayList<>();
    for (String argument : arguments) {
      StringBuilder word = new StringBuilder();
      boolean quoted = false;
      for (char c : argument.toCharArray()) {
        quoted ^= c == '\'' || c == '"';
        if (c == ' ' && !quoted) {
          add(word, words);
        } else if (c != '"') {
          word.append(c);
        }
      }
      add(word, words);
    }
    return words;
  }

  private static void add(StringBuilder word, List<String> words) {
    if (!word.isEmpty()) {
      words.add(word.toString());
      word.setLength(0);
    }
  }
}
