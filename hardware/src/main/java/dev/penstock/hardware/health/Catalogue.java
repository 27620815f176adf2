package dev.penstock.hardware.health;

import dev.penstock.hardware.PciAddress;
import dev.penstock.model.Finding;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What is known of errors: the JSON files beside this class. To know more, add a row. Immutable;
 * read once.
 */
public final class Catalogue {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private final Map<Integer, Entry.Xid> xids = new LinkedHashMap<>();
  private final Map<String, Entry.Status> statuses = new LinkedHashMap<>();
  private final Map<Integer, Entry.Exit> exits = new LinkedHashMap<>();
  private final Map<String, Action> actions = new LinkedHashMap<>();
  private final Map<String, String> sources = new LinkedHashMap<>();
  private final List<Rule> rules = new ArrayList<>();
  private final List<Entry.Message> messages;
  private final List<Entry.Question> questions;
  private final WordSearch kernelWords;
  private final WordSearch messageWords;

  /** A message of the kernel, ready to be matched. */
  record Rule(Pattern pattern, Entry.KernelMessage entry) {}

  private record Action(String id, String text, List<String> commands, boolean safe) {}

  private record Actions(String about, List<Action> actions) {}

  private record Xids(String about, Map<String, String> sources, List<Entry.Xid> rows) {}

  private record Kernel(
      String about,
      Map<String, String> sources,
      Map<String, String> prefixes,
      List<Entry.KernelMessage> rows) {}

  private record Errors(
      String about,
      Map<String, String> sources,
      List<Entry.Message> messages,
      List<Entry.Status> codes) {}

  private record Exits(String about, Map<String, String> sources, List<Entry.Exit> rows) {}

  private record Questions(
      String about, Map<String, String> sources, List<Entry.Question> questions) {}

  private static final class Standard {
    static final Catalogue CATALOGUE = new Catalogue();
  }

  private Catalogue() {
    Xids numbers = read("xid.json", Xids.class);
    numbers.rows().forEach(row -> xids.put(row.xid(), row));
    Kernel kernel = read("kernel.json", Kernel.class);
    for (Entry.KernelMessage row : kernel.rows()) {
      String prefix =
          Objects.requireNonNull(
              kernel.prefixes().get(row.prefix()), () -> "prefix of " + row.id());
      rules.add(new Rule(Pattern.compile(prefix + row.pattern()), row));
    }
    Errors errors = read("errors.json", Errors.class);
    messages = List.copyOf(errors.messages());
    kernelWords = words(rules.stream().map(Rule::pattern), KernelLog.WORDS);
    messageWords = words(messages.stream().map(Entry.Message::pattern), Explainer.WORDS);
    errors.codes().forEach(row -> statuses.put(row.name(), row));
    Exits codes = read("exit-codes.json", Exits.class);
    codes.rows().forEach(row -> exits.put(row.code(), row));
    Questions asked = read("questions.json", Questions.class);
    questions = List.copyOf(asked.questions());
    read("actions.json", Actions.class).actions().forEach(row -> actions.put(row.id(), row));
    sources.putAll(numbers.sources());
    sources.putAll(kernel.sources());
    sources.putAll(errors.sources());
    sources.putAll(codes.sources());
    sources.putAll(asked.sources());
  }

  /** The one that is built in. */
  public static Catalogue standard() {
    return Standard.CATALOGUE;
  }

  private static WordSearch words(Stream<Pattern> patterns, List<String> more) {
    return new WordSearch(
        Stream.concat(patterns.map(pattern -> Literals.of(pattern.pattern())), Stream.of(more))
            .toList());
  }

  static <T> T read(String file, Class<T> type) {
    try (InputStream in = Catalogue.class.getResourceAsStream(file)) {
      return MAPPER.readValue(Objects.requireNonNull(in, file), type);
    } catch (IOException e) {
      throw new UncheckedIOException(file, e);
    }
  }

  public Optional<Entry.Xid> xid(int code) {
    return Optional.ofNullable(xids.get(code));
  }

  /** That code's row; for one that nobody knows, a row that says so. */
  public Entry.Xid xidOrUnknown(int code) {
    return xid(code)
        .orElseGet(() ->
            new Entry.Xid(
                code,
                "not in this catalogue",
                "",
                List.of(),
                null,
                null,
                Severity.WARNING,
                Lost.NOTHING,
                "A newer driver knows this code. What the driver itself asks for says how bad it"
                    + " is.",
                List.of("follow_recovery", "watch_repeats", "collect"),
                List.of("nv.recovery", "nv.xidhistory"),
                List.of("penstock")));
  }

  public List<Entry.Xid> xids() {
    return List.copyOf(xids.values());
  }

  /**
   * Finds which rules a line may match, by their numbers; the number after theirs stands for what
   * else a kernel log can say.
   */
  WordSearch kernelWords() {
    return kernelWords;
  }

  /** The same for messages; the number after theirs stands for names of status codes. */
  WordSearch messageWords() {
    return messageWords;
  }

  List<Rule> rules() {
    return rules;
  }

  public List<Entry.KernelMessage> kernelMessages() {
    return rules.stream().map(Rule::entry).toList();
  }

  public List<Entry.Message> messages() {
    return messages;
  }

  public List<Entry.Status> statuses() {
    return List.copyOf(statuses.values());
  }

  public Optional<Entry.Status> status(String name) {
    return Optional.ofNullable(statuses.get(name));
  }

  public Optional<Entry.Status> status(String api, long value) {
    return statuses.values().stream()
        .filter(status -> status.api().equals(api) && status.value() == value)
        .findFirst();
  }

  public Optional<Entry.Exit> exit(int code) {
    return Optional.ofNullable(exits.get(code));
  }

  public List<Entry.Exit> exits() {
    return List.copyOf(exits.values());
  }

  public List<Entry.Question> questions() {
    return questions;
  }

  /** Everything. */
  public List<Entry> entries() {
    List<Entry> all = new ArrayList<>(xids.values());
    all.addAll(kernelMessages());
    all.addAll(messages);
    all.addAll(statuses.values());
    all.addAll(exits.values());
    all.addAll(questions);
    return all;
  }

  /**
   * What to do, in the order in which to try it.
   *
   * @param device the PCI address to put into commands
   */
  public List<Finding.Remedy> remedies(Entry entry, Optional<String> device) {
    return entry.actions().stream().map(id -> remedy(id, device)).toList();
  }

  Finding.Remedy remedy(String id, Optional<String> device) {
    Action action = Objects.requireNonNull(actions.get(id), () -> "no action " + id);
    // Facts of a captured machine may hold anything there, and commands are pasted.
    String address = device.flatMap(PciAddress::of).orElse("0000:BB:DD.0");
    return new Finding.Remedy(
        action.text(),
        action.commands().stream().map(line -> line.replace("{device}", address)).toList(),
        action.safe());
  }

  /** Where an entry comes from, in full. */
  public List<String> sources(Entry entry) {
    return entry.sources().stream()
        .map(name -> Objects.requireNonNull(sources.get(name), () -> "no source " + name))
        .toList();
  }
}
