package dev.penstock.cli;

import dev.penstock.engine.packaging.ContentKey;
import dev.penstock.model.Job;
import dev.penstock.model.LadderSpec;
import dev.penstock.model.SizeSpec;
import dev.penstock.node.text.MistakenException;
import dev.penstock.node.text.Mistakes;
import dev.penstock.node.text.Value;
import dev.penstock.node.text.ValueReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import picocli.CommandLine.TypeConversionException;

/**
 * Reads a job file: what {@code transcode} or {@code ladder} is told with options, as YAML or JSON.
 * Described for users in {@code docs/jobs.md}, and by {@code docs/job.schema.json}.
 */
final class JobFile {
  static final String TRANSCODE = "transcode";
  static final String LADDER = "ladder";
  static final String SCHEMA = "$schema";
  static final String INPUT = "input";
  static final String OUTPUT = "output";
  static final String RUNGS = "rungs";
  static final String SIZE = "size";

  /** For a key that is fetched. */
  private static final Duration KEY_TIMEOUT = Duration.ofSeconds(30);

  private static final String DOCS = "docs/jobs.md";
  private static final int MOST_BYTES = 1 << 20;
  private static final List<String> ROOT = List.of(TRANSCODE, LADDER, SCHEMA);
  private static final Pattern URL = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+://.*");

  private static final OptionLines<JobOptions> TRANSCODES = new OptionLines<>(JobOptions::new);
  private static final OptionLines<LadderOptions> LADDERS = new OptionLines<>(LadderOptions::new);
  private static final OptionLines<RungOptions> RUNGS_OF_LADDERS =
      new OptionLines<>(RungOptions::new);

  private final Optional<Path> folder;
  private final boolean keys;
  private final Mistakes mistakes;
  private Optional<ContentKey> key = Optional.empty();
  private Optional<String> keySource = Optional.empty();

  private JobFile(Optional<Path> folder, boolean keys, Mistakes mistakes) {
    this.keys = keys;
    this.folder = folder;
    this.mistakes = mistakes;
  }

  /**
   * Reads a file.
   *
   * @param file or {@code -} for standard input
   * @throws MistakenException with everything that is wrong with it
   * @throws UsageException when it cannot be read at all
   */
  static Wanted read(String file) {
    return file.equals("-")
        ? parse("standard input", bytes(file), Optional.empty())
        : parse(file, bytes(file), Optional.ofNullable(path(file).getParent()));
  }

  /**
   * What a file asks for.
   *
   * @param key what its outputs are encrypted with, read from where it says
   * @param keySource where that is, also where it is not read
   */
  record Wanted(Job job, Optional<ContentKey> key, Optional<String> keySource) {}

  /**
   * @param name what the file is called in messages; its extension may say that it is JSON
   * @param folder where paths in it start
   */
  static Wanted parse(String name, byte[] bytes, Optional<Path> folder) {
    return parse(name, bytes, folder, /* keys= */ true);
  }

  /** The same of a stranger's, who must not have files and addresses read: no key is. */
  static Wanted ofStranger(String name, byte[] bytes) {
    return parse(name, bytes, Optional.empty(), /* keys= */ false);
  }

  /**
   * What a file says, for a daemon: with whole paths, its key unread.
   *
   * @param file or {@code -} for standard input
   * @throws MistakenException with everything that is wrong with it
   * @throws UsageException when it cannot be read at all
   */
  static String forDaemon(String file) {
    Optional<Path> folder =
        file.equals("-") ? Optional.empty() : Optional.ofNullable(path(file).getParent());
    return forDaemon(file.equals("-") ? "standard input" : file, bytes(file), folder);
  }

  /** The same of a text. */
  static String forDaemon(String name, String text) {
    return forDaemon(name, text.getBytes(StandardCharsets.UTF_8), Optional.empty());
  }

  private static String forDaemon(String name, byte[] bytes, Optional<Path> folder) {
    Wanted _ = parse(name, bytes, folder, /* keys= */ false);
    String text = text(name, bytes);
    return ValueReader.read(text, form(name, text), new Mistakes(DOCS))
        .map(Value.Keyed.class::cast)
        .map(root -> JobJson.of(root, folder))
        .orElseThrow();
  }

  static boolean isJson(String name, String text) {
    return name.endsWith(".json") || text.startsWith("{\"") || text.startsWith("{\n");
  }

  private static ValueReader.Form form(String name, String text) {
    return isJson(name, text) ? ValueReader.Form.JSON : ValueReader.Form.YAML;
  }

  private static Wanted parse(String name, byte[] bytes, Optional<Path> folder, boolean keys) {
    String text = text(name, bytes);
    Mistakes mistakes = new Mistakes(DOCS);
    JobFile file = new JobFile(folder, keys, mistakes);
    Optional<Value> root = ValueReader.read(text, form(name, text), mistakes);
    if (root.isEmpty() && mistakes.none()) {
      mistakes.add(1, "", "is empty");
    }
    Job job =
        root.flatMap(file::job)
            .filter(_ -> mistakes.none())
            .orElseThrow(() -> new MistakenException(name, mistakes));
    return new Wanted(job, file.key, file.keySource);
  }

  private static Path path(String file) {
    try {
      return Path.of(file);
    } catch (InvalidPathException e) {
      throw unreadable(file, "is not a file name: " + e.getReason());
    }
  }

  private static byte[] bytes(String file) {
    try (InputStream in = file.equals("-") ? System.in : Files.newInputStream(path(file))) {
      byte[] bytes = in.readNBytes(MOST_BYTES + 1);
      if (bytes.length > MOST_BYTES) {
        throw unreadable(file, "is no job file: it has more than 1 MiB");
      }
      return bytes;
    } catch (NoSuchFileException _) {
      throw unreadable(file, "there is no such file");
    } catch (IOException e) {
      throw unreadable(file, "cannot be read: " + e.getMessage());
    }
  }

  private static String text(String name, byte[] bytes) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return text.startsWith("\uFEFF") ? text.substring(1) : text;
    } catch (CharacterCodingException _) {
      throw unreadable(name, "is no job file: it is not text in UTF-8");
    }
  }

  private static UsageException unreadable(String file, String problem) {
    return new UsageException(file, problem, "name a job file; see docs/jobs.md");
  }

  private Optional<Job> job(Value root) {
    if (!(root instanceof Value.Keyed top)) {
      mistakes.add(
          root.line(),
          "",
          "holds " + root.noun() + ", and should begin with transcode: or ladder:");
      return Optional.empty();
    }
    top.entries()
        .forEach((key, entry) -> {
          if (!ROOT.contains(key)) {
            mistakes.unknown(entry.line(), key, key, ROOT);
          }
        });
    Optional<Value.Keyed> transcode = part(top, TRANSCODE);
    Optional<Value.Keyed> ladder = part(top, LADDER);
    if (top.entries().containsKey(TRANSCODE) == top.entries().containsKey(LADDER)) {
      mistakes.add(
          root.line(),
          "",
          transcode.isPresent() ? "holds two jobs" : "holds no job",
          "have one of transcode: and ladder:, with input and output below it");
    }
    return transcode.<Job>flatMap(this::transcode).or(() -> ladder.flatMap(this::ladder));
  }

  private Optional<Value.Keyed> part(Value.Keyed top, String key) {
    Value.Entry entry = top.entries().get(key);
    if (entry == null) {
      return Optional.empty();
    }
    if (entry.value() instanceof Value.Keyed keyed) {
      return Optional.of(keyed);
    }
    mistakes.add(
        entry.line(), key, "holds " + entry.value().noun() + ", and should hold keys with values");
    return Optional.empty();
  }

  private Optional<Job> transcode(Value.Keyed part) {
    String input = input(part, TRANSCODE);
    String output = output(part, TRANSCODE);
    return TRANSCODES.lend(line -> {
      JobOptions options =
          new JobKeys<>(line, List.of(input, output), folder, mistakes)
              .read(part, TRANSCODE, List.of(INPUT, OUTPUT));
      return mistakes.none() ? checked(part, TRANSCODE, options::spec) : Optional.empty();
    });
  }

  private Optional<Job> ladder(Value.Keyed part) {
    String input = input(part, LADDER);
    String output = output(part, LADDER);
    List<String> own = new ArrayList<>(List.of(INPUT, OUTPUT));
    Optional<LadderSpec.Rungs> rungs = Optional.empty();
    Value.Entry entry = part.entries().get(RUNGS);
    if (entry != null && entry.value() instanceof Value.Items items) {
      own.add(RUNGS);
      rungs = Optional.of(new LadderSpec.Rungs.Listed(rungs(items)));
    }
    return ladder(part, input, output, own, rungs);
  }

  private Optional<Job> ladder(
      Value.Keyed part,
      String input,
      String output,
      List<String> own,
      Optional<LadderSpec.Rungs> rungs) {
    return LADDERS.lend(line -> {
      LadderOptions options =
          new JobKeys<>(line, List.of(), folder, mistakes).read(part, LADDER, own);
      rungs.ifPresent(listed -> options.rungs = listed);
      return mistakes.none()
          ? checked(part, LADDER, () -> spec(options, input, output))
          : Optional.empty();
    });
  }

  private LadderSpec spec(LadderOptions options, String input, String output) {
    keySource = options.delivery.keySource();
    key = keys ? options.delivery.key(KEY_TIMEOUT) : Optional.empty();
    return options.spec(input, output, key);
  }

  private List<LadderSpec.RungSpec> rungs(Value.Items items) {
    List<LadderSpec.RungSpec> rungs = new ArrayList<>();
    for (int i = 0; i < items.items().size(); i++) {
      rung(items.items().get(i), LADDER + "." + RUNGS + "[" + i + "]").ifPresent(rungs::add);
    }
    if (items.items().isEmpty()) {
      mistakes.add(items.line(), LADDER + "." + RUNGS, "is an empty list", "leave the key out");
    }
    return rungs;
  }

  private Optional<LadderSpec.RungSpec> rung(Value item, String place) {
    if (item instanceof Value.Text(int line, String text)) {
      try {
        return Optional.of(RungText.parse(text));
      } catch (TypeConversionException e) {
        mistakes.add(line, place, String.valueOf(e.getMessage()));
        return Optional.empty();
      }
    }
    if (!(item instanceof Value.Keyed keyed)) {
      mistakes.add(
          item.line(), place, "holds " + item.noun() + ", and should hold 720p:2.8M or keys");
      return Optional.empty();
    }
    if (!keyed.entries().containsKey(SIZE)) {
      mistakes.add(item.line(), place, "has no size", "add size: 720p, or another");
    }
    return RUNGS_OF_LADDERS.lend(line -> {
      RungOptions options =
          new JobKeys<>(line, List.of(), folder, mistakes).read(keyed, place, List.of());
      SizeSpec.Lines size = options.size;
      return size == null ? Optional.empty() : Optional.of(options.spec(size));
    });
  }

  private String input(Value.Keyed part, String path) {
    return located(folder, file(part, path, INPUT, "name what to read"));
  }

  private String output(Value.Keyed part, String path) {
    String text = file(part, path, OUTPUT, "name what to make");
    // JobOptions has something to say about - alone.
    return text.equals("-") || text.isEmpty() ? text : inFolder(folder, text);
  }

  private String file(Value.Keyed part, String path, String key, String next) {
    Value.Entry entry = part.entries().get(key);
    String place = path + "." + key;
    if (entry == null) {
      mistakes.add(part.line(), path, "has no " + key, next);
      return "";
    }
    String text =
        switch (entry.value()) {
          case Value.Text(_, String name) -> name;
          // Files may be called 2026; 007 is for those who quote it.
          case Value.Numeral(_, String name) -> name;
          case Value.Truth _, Value.Nothing _, Value.Items _, Value.Keyed _ -> "";
        };
    try {
      Path _ = Path.of(text);
    } catch (InvalidPathException e) {
      mistakes.add(entry.line(), place, "is not a file name: " + e.getReason(), next);
      return "";
    }
    if (text.isEmpty()) {
      String held = entry.value() instanceof Value.Text ? "nothing" : entry.value().noun();
      mistakes.add(entry.line(), place, "holds " + held + ", and should hold a name", next);
    }
    return text;
  }

  /** What is read, as it is meant in a file of that folder: a path starts there, a URL does not. */
  static String located(Optional<Path> folder, String text) {
    return text.equals("-") || text.isEmpty() || URL.matcher(text).matches()
        ? text
        : inFolder(folder, text);
  }

  /** A path as it is meant in a file of that folder. */
  private static String inFolder(Optional<Path> folder, String path) {
    return folder.map(base -> base.resolve(path).toString()).orElse(path);
  }

  private interface Spec {
    Job get();
  }

  /** What options say about each other is said of the keys. */
  private Optional<Job> checked(Value.Keyed part, String path, Spec spec) {
    try {
      return Optional.of(spec.get());
    } catch (UsageException e) {
      String key =
          switch (e.subject()) {
            case "IN" -> INPUT;
            case "OUT" -> OUTPUT;
            case String option when option.startsWith("--") -> option.substring(2);
            default -> "";
          };
      Value.Entry entry = part.entries().get(key);
      if (entry == null) {
        throw e;
      }
      mistakes.add(entry.line(), path + "." + key, e.problem(), e.nextStep());
      return Optional.empty();
    }
  }
}
