package dev.penstock.hardware;

import dev.penstock.model.Reading.Why;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * A captured machine on disk: {@code machine.json} says what it is, {@code files.jsonl} holds its
 * files, and {@code answers/NAME.json} what each probe answered.
 */
public final class MachineFolder {
  private static final String ABOUT = "machine.json";
  private static final String FILES = "files.jsonl";
  private static final String ANSWERS = "answers";

  private MachineFolder() {}

  record About(Machine.Origin origin, Machine.User user, @Nullable Map<String, Lack> lacking) {}

  /** An {@link Answer.Lacking}. */
  record Lack(Why why, String text) {}

  /**
   * Writes it into a folder, which is made.
   *
   * @throws IOException when that fails
   */
  public static void write(Machine machine, Path folder) throws IOException {
    Files.createDirectories(folder.resolve(ANSWERS));
    for (Path old : answers(folder.resolve(ANSWERS))) {
      Files.delete(old);
    }
    Map<String, Lack> lacking = new TreeMap<>();
    for (Map.Entry<String, Answer> each : machine.answers().entrySet()) {
      switch (each.getValue()) {
        case Answer.Given(String json, Duration _) ->
            Files.writeString(
                folder.resolve(ANSWERS).resolve(each.getKey() + ".json"),
                FactsJson.indented(json) + "\n");
        case Answer.Lacking(Why why, String text) ->
            lacking.put(each.getKey(), new Lack(why, text));
      }
    }
    Files.writeString(folder.resolve(FILES), TreeText.write(machine.files()));
    About about = new About(machine.origin(), machine.user(), lacking);
    Files.writeString(folder.resolve(ABOUT), FactsJson.pretty(about) + "\n");
  }

  /**
   * Reads one.
   *
   * @throws IOException when a file cannot be read
   * @throws IllegalArgumentException when one makes no sense, naming it
   */
  public static Machine read(Path folder) throws IOException {
    About about = parsed(folder.resolve(ABOUT), About.class);
    Map<String, Answer> answers = new TreeMap<>();
    if (about.lacking() != null) {
      about
          .lacking()
          .forEach((name, lack) -> answers.put(name, new Answer.Lacking(lack.why(), lack.text())));
    }
    for (Path file : answers(folder.resolve(ANSWERS))) {
      String name = file.getFileName().toString().replaceFirst("\\.json$", "");
      answers.putIfAbsent(name, new Answer.Given(Files.readString(file), Duration.ZERO));
    }
    Path files = folder.resolve(FILES);
    try {
      Tree tree = TreeText.read(Files.readString(files));
      return new Machine(about.origin(), tree, answers, about.user());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(files + ", " + e.getMessage(), e);
    }
  }

  private static List<Path> answers(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    }
  }

  private static <T> T parsed(Path file, Class<T> type) throws IOException {
    try {
      return FactsJson.read(Files.readString(file), type);
    } catch (JacksonException e) {
      throw new IllegalArgumentException(file + ": " + e.getOriginalMessage(), e);
    }
  }
}
